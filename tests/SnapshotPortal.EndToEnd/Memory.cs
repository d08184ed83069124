using System.Globalization;
using SnapshotPortal.EndToEnd.Portal;

namespace SnapshotPortal.EndToEnd;

/// <summary>How much memory the portal's process holds. It asserts nothing; <c>eng/bench memory</c> runs it for the numbers.</summary>
public sealed class Memory(Chromium chromium)
{
    private const int Pages = 40;

    // The collector takes its time to give back what a start or a burst of requests needed.
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(40);

    [Fact(Explicit = true)]
    [Trait("Run", "ByHand")]
    public async Task Memory_IdleAndForEachOpenPage_IsTold()
    {
        await using var portal = await PortalProcess.StartAsync("test:///default");
        await using var dev = await Visitor.SignInAsync(chromium.Browser, portal.Url, Visitor.Developer);
        await using var administrator = await Visitor.SignInAsync(chromium.Browser, portal.Url, Visitor.Administrator);
        foreach (var address in new[] { "/", "/live", "/activity", "/templates" })
        {
            await dev.GoAsync(address);
        }

        await administrator.GoAsync("/admin");
        await dev.Page.GotoAsync("about:blank");
        await administrator.Page.GotoAsync("about:blank");
        var idle = await SettledAsync(portal);
        foreach (var address in new[] { "/", "/live" })
        {
            var before = await SettledAsync(portal);
            var open = new List<Visitor>();
            for (var i = 0; i < Pages; i++)
            {
                var page = await dev.AnotherTabAsync();
                await page.GoAsync(address);
                open.Add(page);
            }

            var after = await SettledAsync(portal);
            Tell($"{Pages} pages of {address}: {after / 1048576.0:F0} MiB, {(after - before) / 1048576.0 / Pages:F2} MiB each");
            foreach (var page in open)
            {
                await page.Page.CloseAsync();
            }
        }

        Tell($"idle, after a look around: {idle / 1048576.0:F0} MiB");
    }

    private static void Tell(FormattableString line)
    {
        var text = line.ToString(CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine(text);
        TestContext.Current.SendDiagnosticMessage(text);
    }

    /// <summary>Resident memory once it has settled: the smallest of what is seen in a while.</summary>
    private static async Task<long> SettledAsync(PortalProcess portal)
    {
        var least = long.MaxValue;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        for (var waited = TimeSpan.Zero; waited < _settling; waited += timer.Period)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            least = Math.Min(least, portal.ResidentBytes);
        }

        return least;
    }
}
