using System.Diagnostics;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Benchmarks;

/// <summary>
/// A restore of a machine that is off (its present state kept): through the portal; and raw, what people use instead: an
/// internal snapshot and a revert to it.
/// </summary>
internal static class RestoreBenchmark
{
    public static async Task RunAsync(GuestHost host, PortalUnderTest portal, int rounds, Report report)
    {
        var ours = host.Define(host.NewName("restored"), start: false);
        await portal.AdoptAsync(ours);
        var snapshot = await portal.TakeAsync(ours, "to restore");
        var theirs = host.Define(host.NewName("reverted"), start: false);
        host.Guest(theirs).Do(static d => d.CreateSnapshot("<domainsnapshot><name>internal</name></domainsnapshot>").Dispose());
        var (mine, raw) = (new List<double>(), new List<double>());
        for (var i = -1; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            host.Guest(theirs).Do(static d =>
            {
                using var one = d.LookupSnapshotByName("internal");
                one.Revert();
            });
            var rawTime = watch.Elapsed.TotalMilliseconds;
            var ended = await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Owner, snapshot.Id, new RestoreSnapshotRequest(), CancellationToken.None));
            if (i >= 0)
            {
                raw.Add(rawTime);
                mine.Add((ended.CompletedAt - ended.RequestedAt)!.Value.TotalMilliseconds);
            }
        }

        report.Add("restore, machine off, present state kept; raw: revert to an internal snapshot", mine, raw);
        host.Guest(theirs).Do(static d =>
        {
            using var one = d.LookupSnapshotByName("internal");
            one.Delete();
        });
    }
}
