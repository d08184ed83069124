using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Execution;

/// <summary>Between the layer table and the engine's files.</summary>
internal static class LayerRows
{
    public static LayerFile ToFile(DiskLayer layer)
        => new(layer.Id, layer.Target, layer.Pool, layer.Volume, layer.Path, layer.Format, layer.VirtualSize, layer.Allocation);

    /// <summary>A new row for a file.</summary>
    public static DiskLayer ToRow(LayerFile file, Guid hostId, LayerState state, Guid? parentId, bool createdByPortal, Guid? operationId, Guid? headOfVmId = null) => new()
    {
        Id = file.LayerId,
        HostId = hostId,
        Target = file.Target,
        Pool = file.Pool,
        Volume = file.Volume,
        Path = file.Path,
        Format = file.Format,
        VirtualSize = file.VirtualSize,
        Allocation = file.Allocation,
        State = state,
        ParentId = parentId,
        CreatedByPortal = createdByPortal,
        CreatedByOperationId = operationId,
        HeadOfVmId = headOfVmId,
    };

    /// <summary>A row for a memory image that is to be removed.</summary>
    public static DiskLayer ToReleased(MemoryImage memory, Guid hostId) => new()
    {
        HostId = hostId,
        Target = "memory",
        Pool = memory.Pool,
        Volume = memory.Volume,
        Path = memory.Path,
        Format = "raw",
        Allocation = memory.Bytes,
        State = LayerState.Released,
        CreatedByPortal = true,
    };

    /// <summary>A row for a volume of cloud-init that is to be removed.</summary>
    public static DiskLayer ToReleased(SeedVolume seed, Guid hostId) => new()
    {
        HostId = hostId,
        Target = "seed",
        Pool = seed.Pool,
        Volume = seed.Volume,
        Path = seed.Path,
        Format = "raw",
        State = LayerState.Released,
        CreatedByPortal = true,
    };

    /// <summary>The head layers of a machine, by target.</summary>
    public static async Task<Dictionary<string, DiskLayer>> HeadsAsync(IPortalDb db, Guid vmId, CancellationToken cancellationToken)
        => await db.Layers.Where(l => l.HeadOfVmId == vmId).ToDictionaryAsync(static l => l.Target, StringComparer.Ordinal, cancellationToken);

    /// <summary>The frozen layers that a snapshot holds, by target.</summary>
    public static async Task<Dictionary<string, DiskLayer>> HeldAsync(IPortalDb db, Guid snapshotId, CancellationToken cancellationToken)
    {
        var ids = await db.SnapshotDisks.Where(d => d.SnapshotId == snapshotId && d.LayerId != null).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken);
        return await db.Layers.Where(l => ids.Contains(l.Id)).ToDictionaryAsync(static l => l.Target, StringComparer.Ordinal, cancellationToken);
    }

    public static Dictionary<string, LayerFile> ToFiles(IReadOnlyDictionary<string, DiskLayer> layers)
        => layers.ToDictionary(static l => l.Key, static l => ToFile(l.Value), StringComparer.Ordinal);

    /// <summary>
    /// Freezes the machine's heads under <paramref name="snapshot"/> as the engine reported them. A disk that was added to
    /// the machine since it was adopted gets its first row here.
    /// </summary>
    /// <returns>The frozen layers by target.</returns>
    public static async Task<Dictionary<string, DiskLayer>> FreezeHeadsAsync(
        IPortalDb db,
        VirtualMachine vm,
        Snapshot snapshot,
        IReadOnlyList<CapturedDisk> disks,
        CancellationToken cancellationToken)
    {
        snapshot.TemplateVersionId = vm.TemplateVersionId;
        var heads = await HeadsAsync(db, vm.Id, cancellationToken);
        var frozen = new Dictionary<string, DiskLayer>(StringComparer.Ordinal);
        foreach (var disk in disks)
        {
            if (disk.Frozen is { } file)
            {
                if (heads.TryGetValue(disk.Target, out var layer))
                {
                    layer.TryTransition(LayerState.Head, LayerState.Frozen);
                    layer.Allocation = file.Allocation;
                }
                else
                {
                    layer = ToRow(file, vm.HostId, LayerState.Frozen, null, createdByPortal: false, operationId: null);
                    db.Layers.Add(layer);
                }

                frozen.Add(disk.Target, layer);
            }

            var row = new SnapshotDisk
            {
                SnapshotId = snapshot.Id,
                Target = disk.Target,
                Included = disk.Exclusion is null,
                ExclusionReason = disk.Exclusion,
                LayerId = disk.Frozen is null ? null : frozen[disk.Target].Id,
                VirtualSize = disk.VirtualSize,
            };
            db.SnapshotDisks.Add(row);
        }

        // The old heads leave their place before the new ones take it: the index knows one head a disk.
        await db.SaveChangesAsync(cancellationToken);
        return frozen;
    }
}
