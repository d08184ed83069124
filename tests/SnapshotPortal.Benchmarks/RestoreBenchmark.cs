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
    /// <summary>
    /// The same for a running guest: the portal puts it back to a snapshot of its disks and boots it, or to one with memory; the
    /// internal snapshot holds the memory always.
    /// </summary>
    public static async Task RunRunningAsync(GuestHost host, PortalUnderTest portal, int rounds, Report report)
    {
        var ours = await host.Guest(host.Define(host.NewName("restored"))).BootedAsync();
        await portal.AdoptAsync(ours.Id);
        var disks = await portal.TakeAsync(ours.Id, "disks");
        var memory = await portal.SucceedAsync(portal.Snapshots.TakeAsync(portal.Owner, ours.Id, new TakeSnapshotRequest("memory", WithMemory: true), CancellationToken.None));
        var theirs = await host.Guest(host.Define(host.NewName("reverted"))).BootedAsync();
        theirs.Do(static d => d.CreateSnapshot("<domainsnapshot><name>internal</name></domainsnapshot>").Dispose());
        var (withDisks, withMemory, raw) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            theirs.Do(static d =>
            {
                using var one = d.LookupSnapshotByName("internal");
                one.Revert();
            });
            raw.Add(watch.Elapsed.TotalMilliseconds);
            withDisks.Add(await RestoreAsync(portal, disks.Id));
            withMemory.Add(await RestoreAsync(portal, memory.SnapshotId!.Value));
        }

        report.Add("restore of disks, machine running, until it is switched on again; raw: revert to an internal snapshot with memory", withDisks, raw);
        report.Add("restore with memory, machine running; raw: the same", withMemory, raw);
        await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, ours.Id, new PowerRequest(PowerAction.Stop), CancellationToken.None));
        theirs.Do(static d => d.Destroy());
    }

    private static async Task<double> RestoreAsync(PortalUnderTest portal, Guid snapshotId)
    {
        var ended = await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Owner, snapshotId, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), CancellationToken.None));
        return (ended.CompletedAt - ended.RequestedAt)!.Value.TotalMilliseconds;
    }

    public static async Task RunAsync(GuestHost host, PortalUnderTest portal, int rounds, Report report)
    {
        var ours = host.Define(host.NewName("restored"), start: false);
        await portal.AdoptAsync(ours);
        var snapshot = await portal.TakeAsync(ours, "to restore");
        var theirs = host.Define(host.NewName("reverted"), start: false);
        host.Guest(theirs).Do(static d => d.CreateSnapshot("<domainsnapshot><name>internal</name></domainsnapshot>").Dispose());
        var (mine, raw) = (new List<double>(), new List<double>());
        for (var i = -Report.WarmUps; i < rounds; i++)
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
