using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Reading;

/// <summary>Draws the dependency map of a machine with the sizes that the host tells, and with the names that the actor may know.</summary>
internal sealed class StorageReader(IHypervisorEngine engine, HostRegistry hosts)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public async Task<StorageView> MapAsync(IPortalDb db, Actor actor, VirtualMachine vm, CancellationToken cancellationToken)
    {
        var snapshots = await db.Snapshots.AsNoTracking().Where(s => s.VmId == vm.Id && s.Phase == SnapshotPhase.Succeeded)
            .OrderByDescending(static s => s.CapturedAt).Select(static s => s.Id).ToListAsync(cancellationToken);
        var host = await ReadAsync(db, vm.Id, cancellationToken);
        var measured = await MeasureAsync(vm.HostId, host, host.Map.Of(vm.Id, snapshots), cancellationToken);
        var names = await NamesAsync(db, actor, vm, host, cancellationToken);
        var own = snapshots.ToHashSet();
        var layers = host.Map.Of(vm.Id, snapshots).Select(use => View(use, vm.Id, own, names)).ToList();
        return new StorageView(
            layers,
            layers.Where(static l => l.IsOwn).Sum(static l => l.Allocation) + snapshots.Sum(host.MemoryOf),
            layers.Where(static l => !l.IsOwn).Sum(static l => l.Allocation),
            layers.Where(static l => l.IsPresent).Select(static l => l.Depth).DefaultIfEmpty(0).Max(),
            [.. snapshots.Select(id => View(host, id, vm.Id, names))],
            measured);
    }

    public async Task<SnapshotReleaseView> ReleaseAsync(IPortalDb db, Actor actor, VirtualMachine vm, Guid snapshotId, CancellationToken cancellationToken)
    {
        var host = await ReadAsync(db, vm.Id, cancellationToken);
        await MeasureAsync(vm.HostId, host, host.Map.Of(vm.Id, [snapshotId]), cancellationToken);
        return View(host, snapshotId, vm.Id, await NamesAsync(db, actor, vm, host, cancellationToken));
    }

    private static async Task<HostLayers> ReadAsync(IPortalDb db, Guid vmId, CancellationToken cancellationToken)
    {
        var layers = await db.LayersAround(vmId).AsNoTracking().ToListAsync(cancellationToken);
        var layerIds = layers.Select(static l => (Guid?)l.Id).ToList();
        var holds = await db.SnapshotDisks.AsNoTracking().Where(d => layerIds.Contains(d.LayerId))
            .Select(static d => new { d.SnapshotId, LayerId = d.LayerId!.Value }).ToListAsync(cancellationToken);
        var memory = await db.Snapshots.AsNoTracking().Where(s => s.VmId == vmId && s.Memory != null).Select(static s => new { s.Id, s.Memory }).ToListAsync(cancellationToken);
        return new HostLayers(new DependencyMap(layers, holds.Select(static h => (h.SnapshotId, h.LayerId))), holds.ToLookup(static h => h.SnapshotId, static h => h.LayerId), layers.ToDictionary(static l => l.Id), memory.ToDictionary(static m => m.Id, static m => m.Memory!.Bytes));
    }

    /// <summary>Puts the sizes of this moment into the layers; false where the host does not tell them.</summary>
    private async Task<bool> MeasureAsync(Guid hostId, HostLayers layers, IReadOnlyList<LayerUse> wanted, CancellationToken cancellationToken)
    {
        if (hosts.Find(hostId) is not { IsConnected: true } host)
        {
            return false;
        }

        try
        {
            var sizes = await engine.MeasureAsync(host.Reference, [.. wanted.Select(static u => LayerRows.ToFile(u.Layer))], cancellationToken).WaitAsync(_patience, cancellationToken);
            foreach (var (id, bytes) in sizes)
            {
                layers.ById[id].Allocation = bytes;
            }

            return true;
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            // The map is drawn from what is known, and says so.
            return false;
        }
    }

    private static LayerView View(LayerUse use, Guid vmId, HashSet<Guid> own, Names names) => new(
        use.Layer.Id,
        use.Layer.ParentId,
        use.Layer.Target,
        use.Depth,
        use.Layer.State,
        use.Layer.HeadOfVmId == vmId,
        use.IsNeededOnlyBy(vmId, own),
        use.Layer.Allocation,
        use.Layer.CreatedByPortal,
        names.Snapshots(use.HeldBy),
        names.Vms(use.Vms),
        names.Snapshots(use.Snapshots));

    private static SnapshotReleaseView View(HostLayers host, Guid snapshotId, Guid vmId, Names names)
    {
        var release = host.Map.WhenDeleted(snapshotId);
        var own = host.Held[snapshotId].Where(host.ById.ContainsKey).Select(id => host.ById[id]).ToList();
        return new SnapshotReleaseView(
            snapshotId,
            own.Sum(static l => l.Allocation) + host.MemoryOf(snapshotId),
            own.Count > 0 && own.TrueForAll(static l => l.ParentId is null),
            release.FreedAtOnce + host.MemoryOf(snapshotId),
            release.FreedByMerging,
            release.KeptBytes,
            names.Vms(release.Kept.SelectMany(static u => u.Vms).Distinct().OrderBy(id => id != vmId)),
            names.Snapshots(release.Kept.SelectMany(static u => u.Snapshots).Distinct()));
    }

    private static async Task<Names> NamesAsync(IPortalDb db, Actor actor, VirtualMachine vm, HostLayers host, CancellationToken cancellationToken)
    {
        var holders = host.Held.Select(static h => h.Key).ToList();
        var snapshots = await db.Snapshots.AsNoTracking().Where(s => holders.Contains(s.Id)).Select(static s => new { s.Id, s.Name, s.VmId }).ToListAsync(cancellationToken);
        var machines = host.ById.Values.Select(static l => l.HeadOfVmId).OfType<Guid>().Concat(snapshots.Select(static s => s.VmId)).Append(vm.Id).Distinct().ToList();
        var vms = await db.Vms.AsNoTracking().Where(v => machines.Contains(v.Id)).Select(static v => new { v.Id, v.Name, v.OwnerId }).ToListAsync(cancellationToken);
        var mine = vms.Where(v => actor.MayUse(v.OwnerId)).ToDictionary(static v => v.Id, static v => v.Name);
        return new Names(mine, snapshots.Where(s => mine.ContainsKey(s.VmId)).ToDictionary(static s => s.Id, s => new HolderView(s.Id, s.Name, s.VmId == vm.Id ? null : mine[s.VmId])));
    }

    private sealed record HostLayers(DependencyMap Map, ILookup<Guid, Guid> Held, Dictionary<Guid, DiskLayer> ById, Dictionary<Guid, long> Memory)
    {
        /// <summary>Bytes of a snapshot's memory, which nobody else ever needs.</summary>
        public long MemoryOf(Guid snapshotId) => Memory.GetValueOrDefault(snapshotId);
    }

    /// <summary>What the actor may know by name; everything else is somebody else's.</summary>
    private sealed record Names(Dictionary<Guid, string> VmNames, Dictionary<Guid, HolderView> SnapshotNames)
    {
        private static readonly HolderView _somebodyElse = new(null, null);

        public IReadOnlyList<HolderView> Vms(IEnumerable<Guid> ids)
            => [.. ids.Select(id => VmNames.TryGetValue(id, out var name) ? new HolderView(id, name) : _somebodyElse)];

        public IReadOnlyList<HolderView> Snapshots(IEnumerable<Guid> ids) => [.. ids.Select(id => SnapshotNames.GetValueOrDefault(id, _somebodyElse))];
    }
}
