using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Collecting;

/// <summary>The layers that exports and new machines are reading: nothing is merged under them.</summary>
internal static class LayersInUse
{
    public static async Task<List<Guid>> ReadAsync(IPortalDb db, CancellationToken cancellationToken)
    {
        var running = await db.Operations.AsNoTracking()
            .Where(static o => (o.Kind == OperationKind.ExportSnapshot || o.Kind == OperationKind.ExportVm || o.Kind == OperationKind.CloneVm) && (o.State == OperationState.Queued || o.State == OperationState.Running))
            .Select(static o => new { o.Kind, o.VmId, o.SnapshotId, o.HostId }).ToListAsync(cancellationToken);
        if (running.Count == 0)
        {
            return [];
        }

        var snapshots = running.Select(static r => r.SnapshotId).OfType<Guid>().ToList();
        var vms = running.Where(static r => r.Kind == OperationKind.ExportVm).Select(static r => (Guid?)r.VmId).ToList();
        var held = await db.SnapshotDisks.Where(d => snapshots.Contains(d.SnapshotId) && d.LayerId != null).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken);
        var heads = await db.Layers.Where(l => vms.Contains(l.HeadOfVmId)).Select(static l => l.Id).ToListAsync(cancellationToken);
        var cloned = running.Where(static r => r.Kind == OperationKind.CloneVm).Select(static r => r.SnapshotId).OfType<Guid>().ToList();
        return [.. held, .. heads, .. cloned.Count == 0 ? [] : (await ChainsAsync(db, cloned, cancellationToken)).Select(static l => l.Id)];
    }

    /// <summary>Everything that snapshots' disks stand on, their own layers included.</summary>
    public static async Task<IReadOnlyList<DiskLayer>> ChainsAsync(IPortalDb db, IReadOnlyCollection<Guid> snapshotIds, CancellationToken cancellationToken)
    {
        var open = new Stack<Guid>(await db.SnapshotDisks.Where(d => snapshotIds.Contains(d.SnapshotId) && d.LayerId != null).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken));
        var layers = await db.Layers.AsNoTracking().ToDictionaryAsync(static l => l.Id, cancellationToken);
        var chains = new Dictionary<Guid, DiskLayer>();
        while (open.TryPop(out var id))
        {
            if (layers.TryGetValue(id, out var layer) && chains.TryAdd(id, layer) && layer.ParentId is { } parent)
            {
                open.Push(parent);
            }
        }

        return [.. chains.Values];
    }
}
