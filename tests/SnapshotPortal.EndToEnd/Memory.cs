using System.Diagnostics.Tracing;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.EndToEnd.Portal;
using SnapshotPortal.Engine.Libvirt;
using SnapshotPortal.TestSupport.Large;

namespace SnapshotPortal.EndToEnd;

/// <summary>
/// How much memory the portal's process holds, idle and for each open page: what is resident as it comes, and the part of it that
/// the garbage collector cannot free. It asserts nothing; <c>eng/bench memory</c> runs it for the numbers.
/// </summary>
public sealed partial class Memory(Chromium chromium)
{
    private const int Pages = 30;
    private const int Students = 30;
    private const double MiB = 1 << 20;

    // GCHeapCollectKeyword of the runtime's events: whoever begins to listen to it has everything collected.
    private const long CollectEverything = 0x800000;

    // Ten machines each; the first of them with twenty snapshots.
    private static readonly LargeSize _size = new(Users: Students, Vms: 10 * Students, Snapshots: 5 * 10 * Students, Operations: 3_000, OfTheFirst: 20);

    // The collector takes its time to give back what a start or a burst of requests needed.
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(20);

    [Fact(Explicit = true)]
    [Trait("Run", "ByHand")]
    public async Task Memory_IdleAndForEachOpenPage_IsTold()
    {
        Tell($"{Environment.ProcessorCount} cores, {Pages} pages of each kind, a process each; MiB");
        Tell($"| | resident | live heap |");
        Tell($"|---|---|---|");
        await TellIdleAsync();
        foreach (var kind in new[] { "/", "/live", "/vms/{vm}", "/activity", "/deployments/{deployment}" })
        {
            await TellPagesAsync(kind);
        }
    }

    private async Task TellIdleAsync()
    {
        await using var portal = await FilledPortal.StartAsync(chromium.Browser);
        await using var person = await portal.SignInAsync();
        foreach (var kind in new[] { "/", "/live", "/vms/{vm}", "/activity", "/deployments/{deployment}", "/templates", "/classes" })
        {
            await person.GoAsync(portal.Address(kind));
        }

        await person.Page.GotoAsync("about:blank");
        var resident = await portal.ResidentAsync();
        Tell($"| idle, after a look around | {resident / MiB:F0} | {await portal.LiveAsync() / MiB:F0} |");
    }

    private async Task TellPagesAsync(string kind)
    {
        await using var portal = await FilledPortal.StartAsync(chromium.Browser);
        await using var person = await portal.SignInAsync();
        await person.GoAsync(portal.Address(kind));
        await person.QuietAsync();
        await person.Page.GotoAsync("about:blank");
        var idle = await portal.ResidentAsync();
        var open = new List<Visitor>();
        for (var i = 0; i < Pages; i++)
        {
            var page = await person.AnotherTabAsync();
            await page.GoAsync(portal.Address(kind));
            await page.QuietAsync();
            open.Add(page);
        }

        var watched = await portal.ResidentAsync();
        var held = await portal.LiveAsync();

        // A page that is left says goodbye, and its circuit ends; one whose tab is shot is waited for.
        foreach (var page in open)
        {
            await page.Page.GotoAsync("about:blank");
        }

        await portal.ResidentAsync();
        var left = await portal.LiveAsync();
        Tell($"| each page of {kind} | {(watched - idle) / MiB / Pages:F2} | {(held - left) / MiB / Pages:F2} |");
    }

    private static void Tell(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine(text);
        TestContext.Current.SendDiagnosticMessage(text);
    }

    /// <summary>A portal with a class of thirty and its history, and an administrator's token for its metrics.</summary>
    private sealed partial class FilledPortal : IAsyncDisposable
    {
        private readonly PortalProcess _portal;
        private readonly IBrowser _browser;
        private readonly HttpClient _metrics = new();
        private readonly Guid _vm;
        private readonly Guid _deployment;

        private FilledPortal(PortalProcess portal, IBrowser browser, Guid vm, Guid deployment)
        {
            _portal = portal;
            _browser = browser;
            _vm = vm;
            _deployment = deployment;
        }

        public static async Task<FilledPortal> StartAsync(IBrowser browser)
        {
            var portal = PortalProcess.Prepare("test:///default");
            var (vm, deployment) = await FillAsync(Path.Combine(portal.Folder, "portal.db"));
            await portal.StartAsync();
            var filled = new FilledPortal(portal, browser, vm, deployment);
            await using var administrator = await Visitor.SignInAsync(browser, portal.Url, Visitor.Administrator);
            filled._metrics.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await administrator.CreateTokenAsync("memory"));
            await administrator.Page.GotoAsync("about:blank");
            return filled;
        }

        public Task<Visitor> SignInAsync() => Visitor.SignInAsync(_browser, _portal.Url, LargeDatabase.EmailOf(0));

        public string Address(string kind) => kind.Replace("{vm}", _vm.ToString(), StringComparison.Ordinal).Replace("{deployment}", _deployment.ToString(), StringComparison.Ordinal);

        /// <summary>Resident memory in bytes once it has settled: the smallest of what is seen in a while.</summary>
        public async Task<long> ResidentAsync()
        {
            var least = long.MaxValue;
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
            for (var waited = TimeSpan.Zero; waited < _settling; waited += timer.Period)
            {
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
                least = Math.Min(least, _portal.ResidentBytes);
            }

            return least;
        }

        /// <summary>
        /// Bytes of the objects that are left after everything was collected, twice, because what has a finalizer goes with the
        /// second time only. By the portal's own metrics.
        /// </summary>
        public async Task<long> LiveAsync()
        {
            var client = new DiagnosticsClient(_portal.Id);
            for (var i = 0; i < 2; i++)
            {
                using var session = await client.StartEventPipeSessionAsync(new EventPipeProvider("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectEverything), requestRundown: false, circularBufferMB: 16, TestContext.Current.CancellationToken);
                var drained = session.EventStream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
                await session.StopAsync(TestContext.Current.CancellationToken);
                await drained;
            }

            var metrics = await _metrics.GetStringAsync(new Uri($"{_portal.Url}/metrics"), TestContext.Current.CancellationToken);
            return Sum(metrics, "heap_size") - Sum(metrics, "heap_fragmentation_size");
        }

        public async ValueTask DisposeAsync()
        {
            _metrics.Dispose();
            await _portal.DisposeAsync();
        }

        private static long Sum(string metrics, string name)
        {
            var generations = Generation().Matches(metrics).Where(m => m.Groups["name"].Value == name).ToList();
            return generations.Count > 0
                ? generations.Sum(static m => long.Parse(m.Groups["bytes"].Value, CultureInfo.InvariantCulture))
                : throw new InvalidOperationException($"The metrics do not tell {name} of the last collection:\n{metrics}");
        }

        private static async Task<(Guid Vm, Guid Deployment)> FillAsync(string file)
        {
            await using var services = LargePortal.Services(file, new QueryWatch(), static s => s.AddLibvirtEngine(new ConfigurationBuilder().Build()));
            await services.GetRequiredService<DatabasePreparation>().PrepareAsync(TestContext.Current.CancellationToken);
            var factory = services.GetRequiredService<IDbContextFactory<PortalDbContext>>();
            var now = TimeProvider.System.GetUtcNow();
            var hash = new PasswordHasher<PortalUser>().HashPassword(new PortalUser { DisplayName = "" }, Visitor.Password);
            var data = await LargeDatabase.FillAsync(factory, _size, now, hash);
            await using var db = await factory.CreateDbContextAsync(TestContext.Current.CancellationToken);
            return (data.FirstVmId, await DeployAsync(db, data.Somebody.UserId, now));
        }

        /// <summary>A machine for each of a class, made some time ago.</summary>
        private static async Task<Guid> DeployAsync(PortalDbContext db, Guid teacher, DateTimeOffset now)
        {
            var group = await db.Classes.AsNoTracking().Include(static c => c.Members).OrderBy(static c => c.Name).FirstAsync();
            var template = await db.Templates.AsNoTracking().Include(static t => t.Versions).OrderBy(static t => t.Title).FirstAsync();
            var deployment = new Deployment { ClassId = group.Id, TemplateId = template.Id, TemplateVersionId = template.Versions[0].Id, Name = "Lesson", NamePattern = "lesson-{n}", CreatedById = teacher, CreatedAt = now };
            foreach (var (member, index) in group.Members.Select(static (member, index) => (member, index)))
            {
                var machine = await db.Vms.AsNoTracking().Where(v => v.OwnerId == member.UserId).OrderBy(static v => v.Name).LastAsync();
                var item = new DeploymentItem { DeploymentId = deployment.Id, StudentId = member.UserId, Number = index + 1, VmName = machine.Name };
                item.Begin(machine.Id);
                item.Complete();
                deployment.Items.Add(item);
            }

            db.Add(deployment);
            await db.SaveChangesAsync();
            return deployment.Id;
        }

        [GeneratedRegex("^dotnet_gc_last_collection_(?<name>heap_size|heap_fragmentation_size)_bytes\\{[^}]*\\} (?<bytes>\\d+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1_000)]
        private static partial Regex Generation();
    }
}
