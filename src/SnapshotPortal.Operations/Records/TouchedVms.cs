using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Records;

/// <summary>
/// Sees in one unit of work which machines' records become stale by it, and says so in the same transaction. It looks at what
/// is saved, not at who saves it: whatever is added to the portal, no operation can forget its record.
/// </summary>
internal sealed class TouchedVms : IDisposable
{
    private static readonly string[] _ofVm = [nameof(VirtualMachine.OwnerId), nameof(VirtualMachine.Description), nameof(VirtualMachine.FailureDeadline), nameof(VirtualMachine.CurrentSnapshotId)];

    // Whether a layer is frozen or released shows in the snapshots that hold it; where it lies and on what is everybody's who stands on it.
    private static readonly string[] _ofLayer =
        [nameof(DiskLayer.Path), nameof(DiskLayer.Pool), nameof(DiskLayer.Volume), nameof(DiskLayer.Format), nameof(DiskLayer.ParentId), nameof(DiskLayer.CreatedByPortal), nameof(DiskLayer.VirtualSize)];

    private readonly IPortalDb _db;
    private readonly HashSet<Guid> _vms = [];
    private readonly HashSet<Guid> _layers = [];

    /// <summary>Watches a unit of work from now on.</summary>
    public TouchedVms(IPortalDb db)
    {
        _db = db;
        _db.SavingChanges += Look;
    }

    /// <summary>Marks the records as stale.</summary>
    /// <returns>False if there is none.</returns>
    public async Task<bool> MarkAsync(CancellationToken cancellationToken)
    {
        if (_layers.Count > 0)
        {
            var layers = await _db.Layers.AsNoTracking().ToListAsync(cancellationToken);
            var above = LayerTrees.Above(layers, _layers);
            _vms.UnionWith(layers.Where(l => above.Contains(l.Id)).Select(static l => l.HeadOfVmId).OfType<Guid>());
            var held = await _db.SnapshotDisks.Where(static d => d.LayerId != null)
                .Join(_db.Snapshots, static d => d.SnapshotId, static s => s.Id, static (d, s) => new { LayerId = d.LayerId!.Value, s.VmId })
                .ToListAsync(cancellationToken);
            _vms.UnionWith(held.Where(h => above.Contains(h.LayerId)).Select(static h => h.VmId));
        }

        return _vms.Count > 0
            && await _db.Vms.Where(v => _vms.Contains(v.Id)).ExecuteUpdateAsync(static s => s.SetProperty(static v => v.RecordRevision, static v => v.RecordRevision + 1), cancellationToken) > 0;
    }

    public void Dispose() => _db.SavingChanges -= Look;

    private void Look(object? sender, SavingChangesEventArgs e)
    {
        foreach (var entry in _db.ChangeTracker.Entries().Where(static x => x.State is EntityState.Added or EntityState.Modified or EntityState.Deleted))
        {
            switch (entry.Entity)
            {
                case VirtualMachine vm when entry.State is EntityState.Added || Differs(entry, _ofVm):
                    _vms.Add(vm.Id);
                    break;
                case Snapshot { Phase: not SnapshotPhase.InProgress } snapshot:
                    _vms.Add(snapshot.VmId);
                    break;
                case DiskLayer layer:
                    Look(entry, layer);
                    break;
                default:
                    break;
            }
        }
    }

    private void Look(EntityEntry entry, DiskLayer layer)
    {
        if (layer.HeadOfVmId is { } head)
        {
            _vms.Add(head);
        }

        if (entry.State is not EntityState.Added && entry.OriginalValues.GetValue<Guid?>(nameof(DiskLayer.HeadOfVmId)) is { } before)
        {
            _vms.Add(before);
        }

        if (entry.State is EntityState.Modified && Differs(entry, _ofLayer))
        {
            _layers.Add(layer.Id);
        }
    }

    private static bool Differs(EntityEntry entry, string[] properties) => Array.Exists(properties, p => entry.Property(p).IsModified);
}
