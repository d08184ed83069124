using System.Globalization;
using SnapshotPortal.Benchmarks;
using SnapshotPortal.TestSupport;

// What the pages read from a small and a large database; it needs no guest and no libvirt daemon.
if (args is ["pages", .. var pageRounds])
{
    await PagesBenchmark.RunAsync(pageRounds.Length > 0 ? int.Parse(pageRounds[0], CultureInfo.InvariantCulture) : 30, Console.Out);
    return;
}

// Many people, and one who floods; no guest either.
if (args is ["load"])
{
    await LoadBenchmark.RunAsync(Console.Out);
    return;
}

// Each act of the portal beside the raw libvirt sequence that does the same to the same guest, in turn, in one run.
// The first argument is how many rounds, the others which of: take, clone, class, restore, grid; all where none is named.
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 15;
var named = args.Skip(1).ToHashSet(StringComparer.Ordinal);
using var host = GuestHost.Create();
var report = new Report(rounds);
await using (var portal = await PortalUnderTest.StartAsync())
{
    if (Wanted("take"))
    {
        await using var take = await TakeBenchmark.PrepareAsync(host, portal);
        await take.RunAsync(rounds, report);
    }

    if (Wanted("clone"))
    {
        await CloneBenchmark.RunAsync(host, portal, rounds, report);
    }

    if (Wanted("class"))
    {
        await ClassBenchmark.RunAsync(host, portal, Math.Max(3, rounds / 3), report);
    }

    if (Wanted("restore"))
    {
        await RestoreBenchmark.RunAsync(host, portal, Math.Max(3, rounds / 3), report);
        await RestoreBenchmark.RunRunningAsync(host, portal, Math.Max(3, rounds / 3), report);
    }
}

try
{
    if (Wanted("grid"))
    {
        await GridBenchmark.RunAsync(host, rounds, report);
    }
}
finally
{
    // What was measured before something went wrong was measured all the same.
    report.Print(Console.Out);
}

bool Wanted(string name) => named.Count == 0 || named.Contains(name);
