using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Tests.Api;
using SnapshotPortal.Web.Tests.Hosting;

namespace SnapshotPortal.Web.Tests.Matrix;

/// <summary>
/// Who gets what by the API, in one table over the real operation layer and database: every endpoint of the portal, which are
/// enumerated, for the machine that Tess's class made for Sam. Beside it, every page and every file.
/// </summary>
/// <remarks>
/// S Sam, whose machine it is · F Sue, a fellow student · T Tess, who teaches the class and published the template · O Otto, a teacher
/// of another class · B Ben, a stranger · A Ada, an administrator. A capital letter: they are answered about it, be it by a refusal that
/// gives its reason. A small one: they are told that they may not. Everybody else gets the answer for what is not there, to the letter.
/// Nobody, an expired token, and a co-teacher whose account is locked get nothing at all.
/// </remarks>
public sealed partial class MatrixTests : IClassFixture<MatrixTests.Portal>
{
    private const string Machine = "STA";
    private const string OfTeacher = "TA";
    private const string Everybody = "SFTOBA";
    private const string Administrators = "Asftob";
    private const string Teachers = "TOAsfb";

    private static readonly Dictionary<string, Row> Table = new(StringComparer.Ordinal)
    {
        // Lists: who sees the machine, or the class, in theirs.
        ["GET /vms"] = Row.List("S"),
        ["GET /operations"] = Row.List("S"),
        ["GET /events"] = Row.List("STA"),
        ["GET /exports"] = Row.List("S"),
        ["GET /templates"] = Row.List("TA"),
        ["GET /classes"] = Row.List("SFTA"),
        ["GET /quota"] = Row.List(""),

        ["GET /vms/{id}"] = Row.Of(Machine),
        ["PATCH /vms/{id}"] = Row.Of(Machine, """{"failureDeadlineSeconds":60}"""),
        ["DELETE /vms/{id}"] = Row.Of("TAs"),
        ["GET /vms/{id}/inspection"] = Row.Of(Machine),
        ["GET /vms/{id}/network"] = Row.Of(Machine),
        ["GET /vms/{id}/usage"] = Row.Of(Machine),
        ["GET /vms/{id}/boot"] = Row.Of(Machine),
        ["POST /vms/{id}/configure"] = Row.Of(Machine, """{"bootOrder":["vda"]}"""),
        ["POST /vms/{id}/identity"] = Row.Of(Machine, "{}"),
        ["POST /vms/{id}/reset"] = Row.Of(Machine, "{}"),
        ["POST /vms/{id}/start"] = Row.Of(Machine),
        ["POST /vms/{id}/shutdown"] = Row.Of(Machine),
        ["POST /vms/{id}/stop"] = Row.Of(Machine),
        ["POST /vms/{id}/reboot"] = Row.Of(Machine),
        ["GET /vms/{id}/layers"] = Row.Of(Machine),
        ["POST /vms/{id}/flatten"] = Row.Of(Machine),
        ["GET /vms/{id}/schedule"] = Row.Of(Machine),
        ["PUT /vms/{id}/schedule"] = Row.Of(Machine, """{"cron":"0 4 * * *","timeZone":"Etc/UTC","keepLast":3}"""),
        ["DELETE /vms/{id}/schedule"] = Row.Of(Machine),
        ["GET /vms/{id}/snapshots"] = Row.Of(Machine),
        ["POST /vms/{id}/snapshots"] = Row.Of(Machine, """{"name":"another"}"""),
        ["POST /vms/{id}/exports"] = Row.Of(Machine, "{}"),

        ["GET /snapshots/{id}"] = Row.Of(Machine),
        ["DELETE /snapshots/{id}"] = Row.Of(Machine),
        ["PATCH /snapshots/{id}"] = Row.Of(Machine, """{"name":"renamed"}"""),
        ["GET /snapshots/{id}/compare"] = Row.Of(Machine),
        ["POST /snapshots/{id}/protect"] = Row.Of(Machine),
        ["POST /snapshots/{id}/unprotect"] = Row.Of(Machine),
        ["POST /snapshots/{id}/restore"] = Row.Of(Machine, """{"policy":"StopTarget"}"""),
        ["GET /snapshots/{id}/clone"] = Row.Of(Machine),
        ["POST /snapshots/{id}/clone"] = Row.Of(Machine, """{"name":"another"}"""),
        ["GET /snapshots/{id}/release"] = Row.Of(Machine),
        ["POST /snapshots/{id}/exports"] = Row.Of(Machine, "{}"),
        ["POST /snapshots/{id}/template"] = Row.Of("TAs", """{"title":"Another"}"""),

        ["GET /exports/{id}"] = Row.Of(Machine),
        ["DELETE /exports/{id}"] = Row.Of(Machine),
        ["GET /exports/{id}/disks/{target}"] = Row.Of(Machine),
        ["GET /operations/{id}"] = Row.Of(Machine),
        ["POST /operations/{id}/cancel"] = Row.Of(Machine),

        ["GET /templates/{id}"] = Row.Of(OfTeacher),
        ["PUT /templates/{id}"] = Row.Of(OfTeacher, """{"title":"Another"}"""),
        ["POST /templates/{id}/versions"] = Row.Of(OfTeacher, """{"snapshotId":"SNAPSHOT"}"""),
        ["POST /templates/{id}/unpublish"] = Row.Of(OfTeacher),
        ["POST /templates/{id}/publish"] = Row.Of(OfTeacher),
        ["POST /templates/{id}/clone"] = Row.Of(OfTeacher, """{"name":"another"}"""),

        ["POST /classes"] = Row.Role(Teachers, """{"name":"Another"}"""),
        ["POST /classes/join"] = Row.Role(Everybody, """{"code":"JOINCODE"}"""),
        ["GET /classes/{id}"] = Row.Of(OfTeacher),
        ["PUT /classes/{id}"] = Row.Of(OfTeacher, """{"name":"Another"}"""),
        ["DELETE /classes/{id}"] = Row.Of(OfTeacher),
        ["POST /classes/{id}/roster/preview"] = Row.Of(OfTeacher, """{"roster":"new@school.test"}"""),
        ["POST /classes/{id}/roster"] = Row.Of(OfTeacher, """{"roster":"new@school.test"}"""),
        ["PUT /classes/{id}/members/{userId}"] = Row.Of(OfTeacher, """{"role":"Teacher"}"""),
        ["DELETE /classes/{id}/members/{userId}"] = Row.Of(OfTeacher),
        ["PUT /classes/{id}/join-code"] = Row.Of(OfTeacher, """{"joinable":true}"""),
        ["GET /classes/{id}/quota"] = Row.Of(OfTeacher),
        ["GET /classes/{id}/schedule"] = Row.Of(OfTeacher),
        ["PUT /classes/{id}/schedule"] = Row.Of(OfTeacher, """{"cron":"0 4 * * *","timeZone":"Etc/UTC","keepLast":3}"""),
        ["DELETE /classes/{id}/schedule"] = Row.Of(OfTeacher),
        ["POST /classes/{id}/deployments/preview"] = Row.Of(OfTeacher, """{"templateId":"TEMPLATE","name":"Another","namePattern":"y-{n}"}"""),
        ["POST /classes/{id}/deployments"] = Row.Of(OfTeacher, """{"templateId":"TEMPLATE","name":"Another","namePattern":"y-{n}"}"""),
        ["GET /deployments/{id}"] = Row.Of(OfTeacher),
        ["PUT /deployments/{id}"] = Row.Of(OfTeacher, """{"name":"Another","locked":true,"studentsMayDelete":false,"expiresAt":null,"graceDays":14}"""),
        ["POST /deployments/{id}/batches"] = Row.Of(OfTeacher, """{"kind":"Start"}"""),
        ["GET /batches/{id}"] = Row.Of(OfTeacher),
        ["POST /batches/{id}/cancel"] = Row.Of(OfTeacher),

        ["GET /admin/quotas"] = Row.Role(Administrators),
        ["PUT /admin/quotas"] = Row.Role(Administrators, """{"subject":"Everybody","limits":{},"reason":"a test"}"""),
        ["DELETE /admin/quotas/{id}"] = Row.Role(Administrators),
        ["PUT /admin/vms/{id}/owner"] = Row.Role(Administrators, """{"ownerId":"FELLOW"}"""),
        ["GET /admin/unmanaged"] = Row.Role(Administrators),
        ["POST /admin/adopt"] = Row.Role(Administrators, """{"hostId":"FELLOW","vmId":"FELLOW","ownerId":"FELLOW"}"""),
        ["GET /admin/images"] = Row.Role(Administrators),
        ["POST /admin/images"] = Row.Role(Administrators, "-"),
        ["POST /admin/imports"] = Row.Role(Administrators, """{"hostId":"FELLOW","pool":"p","volume":"v","name":"n","ownerId":"FELLOW"}"""),
    };

    private readonly Portal _portal;

    public MatrixTests(Portal portal) => _portal = portal;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Endpoints_All_AreInTheTable()
        => Assert.Equal(Endpoints().Order(StringComparer.Ordinal), Table.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Persons_WhoMayNot_GetTheAnswerForWhatIsNotThere()
    {
        var wrong = new List<string>();
        var world = await _portal.WorldAsync();
        foreach (var (name, row) in Table)
        {
            foreach (var who in Everybody.Where(w => !row.Who.Contains(w, StringComparison.Ordinal)))
            {
                var answer = await _portal.AskAsync(who, name, row, world);
                var fits = row.Kind switch
                {
                    Kind.List => answer.Status == 200 && !answer.Text.Contains(world.Mark, StringComparison.Ordinal) && !answer.Text.Contains(world.Vm.ToString(), StringComparison.Ordinal),
                    _ when row.Who.Contains(char.ToLowerInvariant(who), StringComparison.Ordinal) => answer.Status == 403,
                    _ => answer.Status == 404 && Same(answer, await _portal.AskAsync(who, name, row, World.Ghost())),
                };
                if (!fits)
                {
                    wrong.Add($"{who} {name}: {answer.Status} {answer.Text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Persons_WhoMay_AreAnsweredAboutIt()
    {
        var wrong = new List<string>();
        foreach (var (name, row) in Table)
        {
            foreach (var who in row.Who.Where(char.IsUpper))
            {
                // Each act on a world of its own: what was done to one is done.
                var world = await _portal.WorldAsync();
                var answer = await _portal.AskAsync(who, name, row, world);
                var fits = row.Kind switch
                {
                    Kind.List => answer.Status == 200 && (answer.Text.Contains(world.Mark, StringComparison.Ordinal) || answer.Text.Contains(world.Vm.ToString(), StringComparison.Ordinal)),
                    _ => answer.Status is not (400 or 401 or 403 or 500) && (answer.Status != 404 || !Same(answer, await _portal.AskAsync(who, name, row, World.Ghost()))),
                };
                if (!fits)
                {
                    wrong.Add($"{who} {name}: {answer.Status} {answer.Text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task Nobody_ExpiredAndLocked_AreAnsweredNothingAnywhere()
    {
        var world = await _portal.WorldAsync();
        foreach (var (name, row) in Table)
        {
            foreach (var who in "nxl")
            {
                var answer = await _portal.AskAsync(who, name, row, world);
                Assert.True(answer.Status == 401, $"{who} {name}: {answer.Status} {answer.Text}");
            }
        }
    }

    [Fact]
    public async Task PagesAndFiles_TellNobodyOfWhatIsNotTheirs()
    {
        var world = await _portal.WorldAsync();
        var wrong = new List<string>();
        var seen = 0;
        foreach (var who in Everybody + "n")
        {
            using var browser = await _portal.BrowserAsync(who);
            foreach (var address in Pages(world).Concat([$"/screens/{world.Vm}", $"/exports/{world.Export}/disks/vda", "/admin/audit/file"]))
            {
                var text = await (await browser.GetAsync(new Uri(address, UriKind.Relative), Cancel)).Content.ReadAsStringAsync(Cancel);
                var tells = text.Contains(world.Mark, StringComparison.Ordinal);
                seen += tells ? 1 : 0;
                if (tells && !MayRead(who, address, world))
                {
                    wrong.Add($"{who} {address}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(seen > 5, "nobody sees anything: what is looked for is not what the pages show");
    }

    /// <summary>
    /// A world is its student's, its teachers' and the administrators'. That there is the class its members may know, and whoever
    /// has its code.
    /// </summary>
    private static bool MayRead(char who, string address, World world) => who switch
    {
        'S' or 'T' or 'A' => true,
        'F' => address is "/classes" or "/live" || address == $"/join/{world.JoinCode}",
        _ => address == $"/join/{world.JoinCode}",
    };

    private static IEnumerable<string> Pages(World world)
        => typeof(Program).Assembly.GetTypes().SelectMany(static t => t.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>()).Select(static r => r.Template)
            .Where(static t => !t.StartsWith("/account/", StringComparison.Ordinal)).Select(t => Place().Replace(t, m => m.Groups["name"].Value switch
            {
                "VmId" => world.Vm.ToString(),
                "TemplateId" => world.Template.ToString(),
                "ClassId" => world.Class.ToString(),
                "DeploymentId" => world.Deployment.ToString(),
                "Code" => world.JoinCode,
                var unknown => throw new InvalidOperationException($"No page had a {unknown} before: say what it is."),
            }));

    private static bool Same(Answer one, Answer other) => one.Status == other.Status && Said(one) == Said(other);

    /// <summary>Everything but the request's own number and address.</summary>
    private static string Said(Answer answer)
        => answer.Text.StartsWith('{')
            ? string.Join(' ', JsonDocument.Parse(answer.Text).RootElement.EnumerateObject().Where(static p => p.Name is not ("traceId" or "instance")).Select(static p => $"{p.Name}={p.Value}"))
            : answer.Text;

    private IEnumerable<string> Endpoints()
        => from endpoint in _portal.Host.Services.GetServices<EndpointDataSource>().SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>()
           let pattern = endpoint.RoutePattern.RawText ?? ""
           where pattern.StartsWith("/api/v1/", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
           group method by $"{method} {pattern.TrimEnd('/')["/api/v1".Length..]}" into same
           select same.Key;

    [GeneratedRegex(@"\{(?<name>\w+)(:\w+)?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Place();

    internal enum Kind
    {
        /// <summary>A list of what one has: others' things are not in it.</summary>
        List,

        /// <summary>About one thing, which others do not have.</summary>
        Object,

        /// <summary>For people with a role: others are told so.</summary>
        Role,
    }

    internal sealed record Row(Kind Kind, string Who, string? Body)
    {
        public static Row List(string who) => new(Kind.List, who, null);

        public static Row Of(string who, string? body = null) => new(Kind.Object, who, body);

        public static Row Role(string who, string? body = null) => new(Kind.Role, who, body);
    }

    /// <summary>The portal with its people, who stay the same over all worlds.</summary>
    public sealed class Portal : IAsyncLifetime
    {
        private readonly Dictionary<char, HttpClient> _clients = [];
        private readonly Dictionary<char, string> _emails = [];
        private readonly Dictionary<char, Guid> _ids = [];
        private readonly VmHost _vmHost = new() { Name = "matrix", Uri = "test:///matrix", State = HostState.Unreachable, StateSince = TimeProvider.System.GetUtcNow() };

        public PortalHost Host { get; } = new PortalHost { WithRealOperations = true }.With("Api:Burst", "100000").With("Api:RequestsPerSecond", "10000");

        private IDbContextFactory<PortalDbContext> Factory => Host.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>();

        public async ValueTask InitializeAsync()
        {
            using var first = Host.Browser();
            await first.GetAsync(new Uri("/account/sign-in", UriKind.Relative), Cancel);
            await using (var db = await Factory.CreateDbContextAsync(Cancel))
            {
                db.Hosts.Add(_vmHost);
                var roles = await db.Roles.ToDictionaryAsync(static r => r.Name!, static r => r.Id, Cancel);
                var hash = (await db.Users.FirstAsync(static u => u.Email == "dev@demo.test", Cancel)).PasswordHash;
                foreach (var (who, role) in new (char, string?)[] { ('S', null), ('F', null), ('T', PortalRoles.Teacher), ('O', PortalRoles.Teacher), ('B', null), ('A', PortalRoles.Administrator), ('l', PortalRoles.Teacher) })
                {
                    var email = $"person-{(int)who}@matrix.test";
                    var user = new PortalUser { UserName = email, NormalizedUserName = email.ToUpperInvariant(), Email = email, NormalizedEmail = email.ToUpperInvariant(), EmailConfirmed = true, DisplayName = $"Person {who}", PasswordHash = hash };
                    db.Users.Add(user);
                    if (role is not null)
                    {
                        db.UserRoles.Add(new Microsoft.AspNetCore.Identity.IdentityUserRole<Guid> { UserId = user.Id, RoleId = roles[role] });
                    }

                    (_ids[who], _emails[who]) = (user.Id, email);
                }

                await db.SaveChangesAsync(Cancel);
            }

            foreach (var who in _ids.Keys)
            {
                _clients[who] = await ClientAsync(who);
            }

            _clients['n'] = Host.Browser();
            _clients['x'] = await ClientAsync('T');
            await using (var db = await Factory.CreateDbContextAsync(Cancel))
            {
                var newest = await db.AccessTokens.Where(t => t.UserId == _ids['T']).OrderByDescending(static t => t.CreatedAt).FirstAsync(Cancel);
                db.Entry(newest).Property("ExpiresAt").CurrentValue = TimeProvider.System.GetUtcNow().AddMinutes(-1);
                (await db.Users.SingleAsync(u => u.Id == _ids['l'], Cancel)).DisabledAt = TimeProvider.System.GetUtcNow();
                await db.SaveChangesAsync(Cancel);
            }
        }

        public ValueTask DisposeAsync()
        {
            foreach (var client in _clients.Values)
            {
                client.Dispose();
            }

            return Host.DisposeAsync();
        }

        internal Task<World> WorldAsync() => World.MakeAsync(Factory, _vmHost.Id, _ids['S'], _ids['F'], [_ids['T'], _ids['l']]);

        internal Task<Answer> AskAsync(char who, string name, Row row, World world)
        {
            var (method, path) = (name[..name.IndexOf(' ', StringComparison.Ordinal)], name[(name.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var id = path.Split('/')[1] switch
            {
                "vms" => world.Vm,
                "snapshots" => world.Snapshot,
                "exports" => world.Export,
                "operations" => world.Operation,
                "templates" => world.Template,
                "classes" => world.Class,
                "deployments" => world.Deployment,
                "batches" => world.Batch,
                _ => path.Contains("/vms/", StringComparison.Ordinal) ? world.Vm : world.Quota,
            };
            var address = "/api/v1" + path.Replace("{id}", id.ToString(), StringComparison.Ordinal).Replace("{userId}", world.Fellow.ToString(), StringComparison.Ordinal).Replace("{target}", "vda", StringComparison.Ordinal);
            var body = row.Body?.Replace("SNAPSHOT", world.Snapshot.ToString(), StringComparison.Ordinal).Replace("TEMPLATE", world.Template.ToString(), StringComparison.Ordinal)
                .Replace("FELLOW", world.Fellow.ToString(), StringComparison.Ordinal).Replace("JOINCODE", world.JoinCode, StringComparison.Ordinal);
            return body == "-"
                ? _clients[who].SendAsync(method, address + $"?hostId={world.Fellow}&pool=p&name=n.qcow2", "{}", "application/octet-stream")
                : _clients[who].SendAsync(method, address, body);
        }

        /// <summary>A browser in which somebody is signed in.</summary>
        internal async Task<HttpClient> BrowserAsync(char who)
        {
            var browser = Host.Browser();
            if (_emails.TryGetValue(who, out var email))
            {
                await PortalHost.SignInAsync(browser, email);
            }

            return browser;
        }

        private async Task<HttpClient> ClientAsync(char who)
        {
            var made = await Host.Services.GetRequiredService<IAccessTokens>().CreateAsync(new Actor(_ids[who], $"Person {who}", IsAdministrator: false), new TokenRequest("matrix", TimeSpan.FromDays(1)), Cancel);
            var client = Host.Browser();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Value!.Secret);
            return client;
        }
    }
}
