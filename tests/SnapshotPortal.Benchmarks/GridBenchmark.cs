using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Playwright;
using SnapshotPortal.EndToEnd.Portal;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Benchmarks;

/// <summary>
/// The grid of thirty machines, watched: what thirty browsers, and thirty programs at the event hub, cost the portal's process
/// in memory, and how soon they see what happens. The browsers run on the same processors.
/// </summary>
internal static class GridBenchmark
{
    private const int Students = 30;
    private const int Watchers = 30;

    public static async Task RunAsync(GuestHost host, int rounds, Report report)
    {
        await using var portal = await PortalProcess.StartAsync();
        await using var chromium = new Chromium();
        await chromium.InitializeAsync();
        using var teacher = await ApiAsync(chromium, portal, Visitor.Teacher);
        using var administrator = await ApiAsync(chromium, portal, Visitor.Administrator);
        var deployment = await DeployAsync(host, teacher, administrator);
        var alone = await ActAsync(teacher, deployment, "alone");
        var before = Memory(portal);
        report.AddLine(string.Create(CultureInfo.InvariantCulture, $"Nobody watches: a snapshot of each of {Students} machines {alone:F0} ms; the portal's process takes {before} MiB."));

        await using (var hubs = await HubWatchers.ConnectAsync(portal, teacher.Token, Watchers))
        {
            var withHubs = Memory(portal);
            var time = await ActAsync(teacher, deployment, "hubs");
            var latencies = await hubs.EndAsync();
            report.AddLine(string.Create(CultureInfo.InvariantCulture, $"{Watchers} hub clients: the same {time:F0} ms; each event reaches them after {Spread(latencies)} ms ({latencies.Count} in all); {withHubs - before} MiB more."));
        }

        await using var browser = await Visitor.SignInAsync(chromium.Browser, portal.Url, Visitor.Teacher);
        var signedIn = await browser.Context.StorageStateAsync();
        List<IPage> pages = [];
        var idle = Memory(portal);
        for (var i = 0; i < Watchers; i++)
        {
            // A browser of its own: the tabs of one share a few connections to a server.
            var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions { StorageState = signedIn, ReducedMotion = ReducedMotion.Reduce });
            var page = await context.NewPageAsync();
            await page.GotoAsync($"{portal.Url}/deployments/{deployment}");
            await Assertions.Expect(page.Locator("[data-testid=layout][data-interactive=true]")).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });
            await Assertions.Expect(page.GetByTestId("tile")).ToHaveCountAsync(Students);
            pages.Add(page);
        }

        var watched = Memory(portal);
        var renames = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            renames.AddRange(await RenameAsync(teacher, deployment, pages, $"Round {i.ToString(CultureInfo.InvariantCulture)}"));
        }

        using var asking = new CancellationTokenSource();
        var asked = AskAsync(teacher, deployment, asking.Token);
        var whileWatched = await ActAsync(teacher, deployment, "pages");
        await asking.CancelAsync();
        report.AddLine(string.Create(CultureInfo.InvariantCulture, $"{Watchers} pages of the grid, a circuit each: {watched - idle} MiB more, {(watched - idle) / (double)Watchers:F1} a page; a change is on each of them {Spread(renames)} ms after its request was sent."));
        var answered = await asked;
        report.AddLine(string.Create(CultureInfo.InvariantCulture, $"The snapshots while they watch: {whileWatched:F0} ms; GET of the deployment meanwhile {Spread(answered)} ms; afterwards the process takes {Memory(portal)} MiB."));
    }

    private static async Task<PortalApi> ApiAsync(Chromium chromium, PortalProcess portal, string email)
    {
        await using var person = await Visitor.SignInAsync(chromium.Browser, portal.Url, email);
        return new PortalApi(portal.Url, await person.CreateTokenAsync("benchmark"));
    }

    /// <summary>A class of thirty with a machine each, none of them started.</summary>
    private static async Task<Guid> DeployAsync(GuestHost host, PortalApi teacher, PortalApi administrator)
    {
        var group = (await teacher.PostAsync("classes", new { name = "Thirty" })).Json.GetProperty("class").Id();
        var owner = (await teacher.GetAsync($"classes/{group}")).Json.GetProperty("members")[0].GetProperty("userId").GetGuid();
        await teacher.PostAsync($"classes/{group}/roster", new { roster = string.Join('\n', Enumerable.Range(1, Students).Select(static n => $"student{n}@school.test")) });
        var source = host.Define(host.NewName("grid"), start: false);
        var unmanaged = (await administrator.GetAsync("admin/unmanaged")).Json.GetProperty("items").EnumerateArray().Single(v => v.GetProperty("vmId").GetGuid() == source);
        await administrator.PostAsync("admin/adopt", new { hostId = unmanaged.GetProperty("hostId").GetGuid(), vmId = source, ownerId = owner });
        var snapshot = await teacher.TakeAsync(source, "lesson");
        var template = (await teacher.PostAsync($"snapshots/{snapshot}/template", new { title = "Lesson" })).Json.GetProperty("template").Id();
        var made = await teacher.PostAsync($"classes/{group}/deployments", new { templateId = template, name = "Lesson", namePattern = $"{host.NewName("grid")}-{{n}}" });
        var deployment = made.Json.GetProperty("deployment").Id();
        await teacher.BatchAsync(made.Json.GetProperty("batches")[0].Id());
        return deployment;
    }

    /// <summary>A snapshot of each machine; milliseconds from the request to the last outcome.</summary>
    private static async Task<double> ActAsync(PortalApi teacher, Guid deployment, string name)
    {
        var batch = await teacher.BatchAsync((await teacher.PostAsync($"deployments/{deployment}/batches", new { kind = "Snapshot", snapshotName = name })).Json.Id());
        return (batch.GetProperty("completedAt").GetDateTimeOffset() - batch.GetProperty("requestedAt").GetDateTimeOffset()).TotalMilliseconds;
    }

    /// <summary>Renames the deployment; milliseconds until each page shows the new name.</summary>
    private static async Task<IReadOnlyList<double>> RenameAsync(PortalApi teacher, Guid deployment, List<IPage> pages, string name)
    {
        foreach (var page in pages)
        {
            await page.EvaluateAsync(
                """
                name => {
                  window.shownAt = null;
                  const look = () => { if (window.shownAt === null && document.querySelector('h1')?.textContent === name) window.shownAt = Date.now(); };
                  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
                }
                """,
                name);
        }

        var sent = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var answer = await teacher.SendAsync(HttpMethod.Put, $"deployments/{deployment}", new { name, locked = false, studentsMayDelete = false, expiresAt = (string?)null, graceDays = 14 });
        if (!answer.Body.Contains(name, StringComparison.Ordinal))
        {
            throw new InvalidOperationException(answer.Body);
        }

        List<double> shown = [];
        foreach (var page in pages)
        {
            await page.WaitForFunctionAsync("() => window.shownAt !== null", null, new() { PollingInterval = 250 });
            shown.Add(await page.EvaluateAsync<double>("() => window.shownAt") - sent);
        }

        return shown;
    }

    private static async Task<List<double>> AskAsync(PortalApi teacher, Guid deployment, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var watch = Stopwatch.StartNew();
                await teacher.GetAsync($"deployments/{deployment}");
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }
        catch (OperationCanceledException)
        {
            // That was enough.
        }

        return times;
    }

    /// <summary>Resident memory of the portal's process, in MiB.</summary>
    private static long Memory(PortalProcess portal)
    {
        using var process = Process.GetProcessById(portal.Id);
        return process.WorkingSet64 >> 20;
    }

    /// <summary>Median, the 95th of a hundred, and the worst.</summary>
    private static string Spread(IReadOnlyList<double> times)
    {
        double[] sorted = [.. times.Order()];
        return sorted.Length == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:F0} (95 of 100 within {sorted[sorted.Length * 95 / 100]:F0}, all within {sorted[^1]:F0})");
    }

    /// <summary>Programs that listen to the hub, each over a connection of its own.</summary>
    private sealed class HubWatchers : IAsyncDisposable
    {
        private readonly List<HubConnection> _connections = [];
        private readonly List<Task<List<double>>> _listening = [];
        private readonly CancellationTokenSource _enough = new();

        public static async Task<HubWatchers> ConnectAsync(PortalProcess portal, string token, int count)
        {
            var watchers = new HubWatchers();
            for (var i = 0; i < count; i++)
            {
                var connection = new HubConnectionBuilder().WithUrl($"{portal.Url}/hubs/operations", o => o.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
                await connection.StartAsync();
                watchers._connections.Add(connection);
                watchers._listening.Add(watchers.ListenAsync(connection));
            }

            return watchers;
        }

        /// <summary>How long each event took to each of them.</summary>
        public async Task<List<double>> EndAsync()
        {
            await _enough.CancelAsync();
            return [.. (await Task.WhenAll(_listening)).SelectMany(static l => l)];
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var connection in _connections)
            {
                await connection.DisposeAsync();
            }

            _enough.Dispose();
        }

        private async Task<List<double>> ListenAsync(HubConnection connection)
        {
            var latencies = new List<double>();
            try
            {
                await foreach (var happened in connection.StreamAsync<JsonElement>("Subscribe", (long?)null, _enough.Token))
                {
                    latencies.Add((TimeProvider.System.GetUtcNow() - happened.GetProperty("at").GetDateTimeOffset()).TotalMilliseconds);
                }
            }
            catch (OperationCanceledException)
            {
                // That was enough.
            }

            return latencies;
        }
    }
}
