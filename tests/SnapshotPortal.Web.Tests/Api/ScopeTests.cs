using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>
/// Every endpoint of the API, and what an access token needs for it, in one table; one that stands not in it fails. Whose things
/// they are asked for is the table of MatrixTests; what each may do with them, of OwnershipTests and ClassRightsTests in the operation layer.
/// </summary>
public sealed class ScopeTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const TokenScopes Any = TokenScopes.Snapshot | TokenScopes.Power | TokenScopes.Clone | TokenScopes.Class | TokenScopes.Admin;

    private static readonly Dictionary<string, TokenScopes> Table = new(StringComparer.Ordinal)
    {
        ["GET /vms"] = TokenScopes.Read,
        ["GET /vms/{id}"] = TokenScopes.Read,
        ["PATCH /vms/{id}"] = TokenScopes.Power,
        ["DELETE /vms/{id}"] = TokenScopes.Clone,
        ["GET /vms/{id}/inspection"] = TokenScopes.Read,
        ["GET /vms/{id}/network"] = TokenScopes.Read,
        ["GET /vms/{id}/usage"] = TokenScopes.Read,
        ["GET /vms/{id}/boot"] = TokenScopes.Read,
        ["POST /vms/{id}/configure"] = TokenScopes.Power,
        ["POST /vms/{id}/identity"] = TokenScopes.Power,
        ["POST /vms/{id}/reset"] = TokenScopes.Clone,
        ["POST /vms/{id}/start"] = TokenScopes.Power,
        ["POST /vms/{id}/shutdown"] = TokenScopes.Power,
        ["POST /vms/{id}/stop"] = TokenScopes.Power,
        ["POST /vms/{id}/reboot"] = TokenScopes.Power,
        ["GET /vms/{id}/layers"] = TokenScopes.Read,
        ["POST /vms/{id}/flatten"] = TokenScopes.Snapshot,
        ["GET /vms/{id}/schedule"] = TokenScopes.Read,
        ["PUT /vms/{id}/schedule"] = TokenScopes.Snapshot,
        ["DELETE /vms/{id}/schedule"] = TokenScopes.Snapshot,
        ["GET /vms/{id}/snapshots"] = TokenScopes.Read,
        ["POST /vms/{id}/snapshots"] = TokenScopes.Snapshot,
        ["POST /vms/{id}/exports"] = TokenScopes.Snapshot,
        ["GET /snapshots/{id}"] = TokenScopes.Read,
        ["DELETE /snapshots/{id}"] = TokenScopes.Snapshot,
        ["GET /snapshots/{id}/compare"] = TokenScopes.Read,
        ["PATCH /snapshots/{id}"] = TokenScopes.Snapshot,
        ["POST /snapshots/{id}/protect"] = TokenScopes.Snapshot,
        ["POST /snapshots/{id}/unprotect"] = TokenScopes.Snapshot,
        ["POST /snapshots/{id}/restore"] = TokenScopes.Snapshot,
        ["GET /snapshots/{id}/clone"] = TokenScopes.Read,
        ["POST /snapshots/{id}/clone"] = TokenScopes.Clone,
        ["GET /snapshots/{id}/release"] = TokenScopes.Read,
        ["POST /snapshots/{id}/exports"] = TokenScopes.Snapshot,
        ["POST /snapshots/{id}/template"] = TokenScopes.Class,
        ["GET /exports"] = TokenScopes.Read,
        ["GET /exports/{id}"] = TokenScopes.Read,
        ["DELETE /exports/{id}"] = TokenScopes.Snapshot,

        // Everything that is on the disk: more than seeing that there is one.
        ["GET /exports/{id}/disks/{target}"] = TokenScopes.Snapshot,
        ["GET /operations"] = TokenScopes.Read,
        ["GET /operations/{id}"] = TokenScopes.Read,
        ["POST /operations/{id}/cancel"] = Any,
        ["GET /events"] = TokenScopes.Read,
        ["GET /templates"] = TokenScopes.Read,
        ["GET /templates/{id}"] = TokenScopes.Read,
        ["PUT /templates/{id}"] = TokenScopes.Class,
        ["POST /templates/{id}/versions"] = TokenScopes.Class,
        ["POST /templates/{id}/unpublish"] = TokenScopes.Class,
        ["POST /templates/{id}/publish"] = TokenScopes.Class,
        ["POST /templates/{id}/clone"] = TokenScopes.Clone,
        ["GET /classes"] = TokenScopes.Read,
        ["POST /classes"] = TokenScopes.Class,
        ["POST /classes/join"] = TokenScopes.Class,
        ["GET /classes/{id}"] = TokenScopes.Read,
        ["PUT /classes/{id}"] = TokenScopes.Class,
        ["DELETE /classes/{id}"] = TokenScopes.Class,
        ["POST /classes/{id}/roster/preview"] = TokenScopes.Class,
        ["POST /classes/{id}/roster"] = TokenScopes.Class,
        ["PUT /classes/{id}/members/{userId}"] = TokenScopes.Class,
        ["DELETE /classes/{id}/members/{userId}"] = TokenScopes.Class,
        ["PUT /classes/{id}/join-code"] = TokenScopes.Class,
        ["GET /classes/{id}/quota"] = TokenScopes.Read,
        ["GET /classes/{id}/schedule"] = TokenScopes.Read,
        ["PUT /classes/{id}/schedule"] = TokenScopes.Class,
        ["DELETE /classes/{id}/schedule"] = TokenScopes.Class,
        ["POST /classes/{id}/deployments/preview"] = TokenScopes.Class,
        ["POST /classes/{id}/deployments"] = TokenScopes.Class,
        ["GET /deployments/{id}"] = TokenScopes.Read,
        ["PUT /deployments/{id}"] = TokenScopes.Class,
        ["POST /deployments/{id}/batches"] = TokenScopes.Class,
        ["GET /batches/{id}"] = TokenScopes.Read,
        ["POST /batches/{id}/cancel"] = TokenScopes.Class,
        ["GET /quota"] = TokenScopes.Read,
        ["GET /admin/quotas"] = TokenScopes.Admin,
        ["PUT /admin/quotas"] = TokenScopes.Admin,
        ["DELETE /admin/quotas/{id}"] = TokenScopes.Admin,
        ["PUT /admin/vms/{id}/owner"] = TokenScopes.Admin,
        ["GET /admin/unmanaged"] = TokenScopes.Admin,
        ["POST /admin/adopt"] = TokenScopes.Admin,
        ["GET /admin/images"] = TokenScopes.Admin,
        ["POST /admin/images"] = TokenScopes.Admin,
        ["POST /admin/imports"] = TokenScopes.Admin,
    };

    private static readonly TokenScopes[] Each = [TokenScopes.Read, TokenScopes.Snapshot, TokenScopes.Power, TokenScopes.Clone, TokenScopes.Class, TokenScopes.Admin];

    private IEnumerable<(string Name, string Method, string Path)> Endpoints()
        => from endpoint in host.Services.GetServices<EndpointDataSource>().SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>().DistinctBy(static e => (e.RoutePattern.RawText, string.Join(',', e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])))
           let pattern = endpoint.RoutePattern.RawText ?? ""
           where pattern.StartsWith("/api/v1/", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is not null
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
           let path = pattern.TrimEnd('/')
           select ($"{method} {path["/api/v1".Length..]}", method, Fill(path));

    /// <summary>A file is uploaded as one; routing has no other place for it.</summary>
    private static Task<Answer> AskAsync(HttpClient client, string name, string method, string path) => name switch
    {
        "POST /admin/images" => client.SendAsync(method, path, "{}", "application/octet-stream"),
        _ => client.SendAsync(method, path, method is "GET" or "DELETE" ? null : "{}"),
    };

    private static string Fill(string pattern)
        => pattern.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{userId}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{target}", "vda", StringComparison.Ordinal);

    [Fact]
    public void Endpoints_All_AreInTheTable()
        => Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), Endpoints().Select(static e => e.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Endpoints_OutsideTheApi_AreTheseAndNoOthers()
        => Assert.Equal(
            ["/api/{**rest}", "/error", "/hubs/operations", "/hubs/operations/negotiate", "/metrics", "/openapi/{documentName}.json", "/test/sign-in"],
            host.Services.GetServices<EndpointDataSource>().SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>()
                .Select(static e => e.RoutePattern.RawText ?? "").Where(static p => !p.StartsWith("/api/v1/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Hub_Methods_AreTheseAndNoOthers()
        => Assert.Equal(
            ["OnConnectedAsync", "Subscribe"],
            typeof(Web.Hubs.OperationsHub).GetMethods(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.DeclaredOnly).Select(static m => m.Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task EachEndpoint_WithATokenForEachThing_IsOpenOnlyWhereTheTableSays()
    {
        var wrong = new List<string>();
        foreach (var scope in Each)
        {
            using var client = host.Client((await host.TokenAsync(host.Root, scopes: scope)).Secret);
            foreach (var (name, method, path) in Endpoints())
            {
                var answer = await AskAsync(client, name, method, path);
                var open = (Table[name] & scope) != TokenScopes.None;
                var refused = answer.Status == 403 && answer.Code == "scope-missing";
                if (open == refused)
                {
                    wrong.Add($"{name} with {scope}: {answer.Status} {answer.Text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("made up")]
    [InlineData("expired")]
    [InlineData("revoked")]
    [InlineData("locked")]
    [InlineData("gone")]
    public async Task EachEndpoint_WithNoTokenThatHolds_AnswersTheSame(string who)
    {
        using var client = host.Client(await SecretAsync(who));
        var expected = who == "nobody" ? "token-missing" : "token-invalid";
        string? first = null;
        foreach (var (name, method, path) in Endpoints())
        {
            var answer = await AskAsync(client, name, method, path);

            Assert.True(answer.Status == 401 && answer.Code == expected, $"{name}: {answer.Status} {answer.Text}");
            var said = $"{answer.Json.GetProperty("title")} {answer.Json.GetProperty("detail")} {answer.Headers.WwwAuthenticate}";
            Assert.Equal(first ??= said, said);
        }
    }

    [Fact]
    public async Task AdministratorsToken_WithoutThatScope_IsAnOrdinaryPersons()
    {
        using var client = host.Client((await host.TokenAsync(host.Root, scopes: TokenScopes.All & ~TokenScopes.Admin)).Secret);

        await client.SendAsync("GET", "/api/v1/vms");

        var actor = host.Machines.Last!.Value.Actor;
        Assert.False(actor.IsAdministrator);
        Assert.Equal(host.Root.Id, actor.UserId);
    }

    [Fact]
    public async Task Token_WithARateOfItsOwn_IsHeldBackAndItsAccountIsNot()
    {
        using var slow = host.Client((await host.TokenAsync(host.Ben, requestsPerMinute: 3)).Secret);
        using var other = host.Client(host.BensToken);

        var answers = await host.WithTimePassingAsync(Task.WhenAll(Enumerable.Range(0, 6).Select(_ => slow.SendAsync("GET", "/api/v1/vms"))));

        var refused = answers.First(static a => a.Status == 429);
        Assert.Equal("too-many-requests", refused.Code);
        Assert.Contains("3 requests a minute", refused.Text, StringComparison.Ordinal);
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await other.SendAsync("GET", "/api/v1/vms")).Status);
    }

    private async Task<string?> SecretAsync(string who)
    {
        if (who is "nobody" or "made up")
        {
            return who == "nobody" ? null : "spt_0000000000000000000000000000000000000000000000000";
        }

        var user = await host.NewUserAsync($"{who}-{Guid.NewGuid():N}");
        var (id, secret) = await host.TokenAsync(user);
        switch (who)
        {
            case "revoked":
                await host.RevokeAsync(user, id);
                break;
            case "locked":
                await host.WithUserAsync(user, static async (users, u) =>
                {
                    u.DisabledAt = DateTimeOffset.UnixEpoch;
                    await users.UpdateAsync(u);
                });
                break;
            case "gone":
                await host.WithUserAsync(user, static (users, u) => users.DeleteAsync(u));
                break;
            default:
                await using (var db = await host.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync())
                {
                    await db.AccessTokens.Where(t => t.Id == id).ExecuteUpdateAsync(static s => s.SetProperty(static t => t.ExpiresAt, DateTimeOffset.UnixEpoch));
                }

                break;
        }

        return secret;
    }
}
