using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Exporting;

/// <summary>The layers that exports are reading: nothing is merged under them.</summary>
internal static class ExportedLayers
{
    public static async Task<List<Guid>> ReadAsync(IPortalDb db, CancellationToken cancellationToken)
    {
        var running = await db.Operations.AsNoTracking()
            .Where(static o => (o.Kind == OperationKind.ExportSnapshot || o.Kind == OperationKind.ExportVm) && (o.State == OperationState.Queued || o.State == OperationState.Running))
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
}
