using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Collecting;

/// <summary>
/// The layers that exports read and that machines are about to be put on: nothing is merged or removed under them. The queue
/// keeps operations on one machine apart; a merge for another machine may change the same files.
/// </summary>
internal static class LayersInUse
{
    private static readonly List<OperationKind> _readers = [OperationKind.ExportSnapshot, OperationKind.ExportVm, OperationKind.CloneVm, OperationKind.RestoreSnapshot, OperationKind.ResetVm];
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    public static async Task<List<Guid>> ReadAsync(IPortalDb db, CancellationToken cancellationToken)
    {
        var running = await db.Operations.AsNoTracking()
            .Where(static o => _readers.Contains(o.Kind) && (o.State == OperationState.Queued || o.State == OperationState.Running))
            .Select(static o => new { o.Kind, o.VmId, o.SnapshotId }).ToListAsync(cancellationToken);
        if (running.Count == 0)
        {
            return [];
        }

        var snapshots = running.Select(static r => r.SnapshotId).OfType<Guid>().ToList();
        var vms = running.Where(static r => r.Kind == OperationKind.ExportVm).Select(static r => (Guid?)r.VmId).ToList();
        var held = await db.SnapshotDisks.Where(d => snapshots.Contains(d.SnapshotId) && d.LayerId != null).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken);
        var heads = await db.Layers.Where(l => vms.Contains(l.HeadOfVmId)).Select(static l => l.Id).ToListAsync(cancellationToken);
        return [.. held, .. heads];
    }

    /// <summary>
    /// Waits for the merges that began before this was asked for: they change which files the snapshot's disks are. No new one
    /// begins meanwhile.
    /// </summary>
    public static async Task WaitForMergesAsync(OperationRun run, CancellationToken cancellationToken)
    {
        for (var told = false; run.Operation.SnapshotId is { } snapshot; told = true)
        {
            await using (var db = run.Changes.Read())
            {
                // Mostly nothing is merged on the host, and then nobody need know what the snapshot stands on.
                if (!await db.Layers.AnyAsync(l => l.HostId == run.Host.Id && l.State == LayerState.Merging, cancellationToken)
                    || !(await ChainAsync(db, snapshot, cancellationToken)).Any(static l => l.State == LayerState.Merging))
                {
                    return;
                }
            }

            if (!told)
            {
                await run.Journal.ReportWaitingAsync("Disk layers under the snapshot are just being merged.", cancellationToken);
            }

            await Task.Delay(_pause, run.Time, cancellationToken);
        }
    }

    /// <summary>Everything that a snapshot's disks stand on, their own layers included.</summary>
    private static async Task<IReadOnlyList<DiskLayer>> ChainAsync(IPortalDb db, Guid snapshotId, CancellationToken cancellationToken)
    {
        var open = new Stack<Guid>(await db.SnapshotDisks.Where(d => d.SnapshotId == snapshotId && d.LayerId != null).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken));
        var layers = await db.Layers.AsNoTracking().ToDictionaryAsync(static l => l.Id, cancellationToken);
        var chain = new Dictionary<Guid, DiskLayer>();
        while (open.TryPop(out var id))
        {
            if (layers.TryGetValue(id, out var layer) && chain.TryAdd(id, layer) && layer.ParentId is { } parent)
            {
                open.Push(parent);
            }
        }

        return [.. chain.Values];
    }
}
