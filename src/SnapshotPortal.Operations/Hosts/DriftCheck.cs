using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>What a look at a machine found.</summary>
/// <param name="Differences">What differs, a sentence each; none = database and host agree.</param>
/// <param name="Truth">What the host showed.</param>
/// <param name="RecordRevision">The revision of the machine's record on its host; 0 without one.</param>
/// <param name="RecordIsLost">The record on the host is older than what was written there, or gone.</param>
internal sealed record DriftFinding(IReadOnlyList<string> Differences, MachineTruth Truth, long RecordRevision, bool RecordIsLost);

/// <summary>
/// Compares a machine's tree in the database with its definition and with the files on its host. What an operation is at work
/// on is in motion, and is not judged.
/// </summary>
internal sealed class DriftCheck(IHypervisorEngine engine, IPortalDbFactory factory, TimeProvider time)
{
    /// <summary>Makes the host look at the files of all machines again, once for all of them.</summary>
    /// <returns>The time from which on what it says of them can be relied on.</returns>
    /// <exception cref="EngineException">The host cannot be asked at present.</exception>
    public async Task<DateTimeOffset> RefreshAsync(HostRef host, CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        List<string> pools;
        await using (var db = factory.Create())
        {
            pools = await db.Layers.Where(l => l.HostId == host.Id).Select(static l => l.Pool).Distinct().ToListAsync(cancellationToken);
        }

        await engine.RefreshPoolsAsync(host, pools, cancellationToken);
        return began;
    }

    /// <summary>Looks at a machine.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="vmId">The machine.</param>
    /// <param name="refreshed">When <see cref="RefreshAsync"/> was called.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns><see langword="null"/> if it cannot be judged now: it is at work, or has changed meanwhile.</returns>
    /// <exception cref="EngineException">It cannot be seen at present.</exception>
    public async Task<DriftFinding?> LookAsync(HostRef host, Guid vmId, DateTimeOffset refreshed, CancellationToken cancellationToken)
    {
        VirtualMachine before;
        VirtualMachine after;
        IReadOnlyList<DiskLayer> tree;
        await using (var db = factory.Create())
        {
            if (await SettledAsync(db, vmId, refreshed, cancellationToken) is not var (found, layers))
            {
                return null;
            }

            (before, tree) = (found, layers);
        }

        var truth = await engine.ExamineAsync(host, vmId, [.. tree.Select(LayerRows.ToFile)], cancellationToken);
        await using (var db = factory.Create())
        {
            // What was seen belongs to the tree that was read only if nothing has been at work in between.
            if (await SettledAsync(db, vmId, refreshed, cancellationToken) is not var (found, layers) || !layers.Select(Shape).SequenceEqual(tree.Select(Shape)))
            {
                return null;
            }

            after = found;
        }

        var differences = DriftComparison.Differences(vmId, tree, truth.Disks, truth.Files).ToList();
        var revision = RecordAge.Revision(truth.Record, vmId);
        if (revision > after.RecordRevision)
        {
            differences.Insert(0, $"The host's record of this machine (revision {revision}) is newer than the database (revision {after.RecordRevision}): an old copy of the database was put back.");
        }

        return new DriftFinding(differences, truth, revision, RecordIsLost: revision < before.RecordWritten);
    }

    /// <summary>The machine and its tree, unless something is or was at work on them.</summary>
    private static async Task<(VirtualMachine Vm, IReadOnlyList<DiskLayer> Tree)?> SettledAsync(IPortalDb db, Guid vmId, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (await db.Vms.AsNoTracking().FirstOrDefaultAsync(v => v.Id == vmId, cancellationToken) is not { Presence: VmPresence.Present } vm
            || await db.Operations.AnyAsync(o => o.VmId == vmId && (o.State == OperationState.Queued || o.State == OperationState.Running || o.CompletedAt > since), cancellationToken)
            || await db.Operations.AnyAsync(o => o.HostId == vm.HostId && o.Kind == OperationKind.CollectLayers && o.CompletedAt > since, cancellationToken))
        {
            return null;
        }

        // A merge works for another machine on layers that this one may stand on too.
        var tree = await RecordReading.TreeAsync(db, vm, cancellationToken);
        return tree.Any(static l => l.State is LayerState.Merging or LayerState.Deleting) ? null : (vm, tree);
    }

    private static (Guid Id, string Path, Guid? Parent, Guid? Head) Shape(DiskLayer layer) => (layer.Id, layer.Path, layer.ParentId, layer.HeadOfVmId);
}
