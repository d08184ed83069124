using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Doctoring;

/// <summary>What there is to say of a host's pools and files.</summary>
internal static class HostFindings
{
    public static IEnumerable<Finding> OfPools(HostSurvey survey)
        => survey.Pools.OrderBy(static p => p.Name, StringComparer.Ordinal).Select(static pool => pool switch
        {
            { IsActive: false } => new Finding(Severity.Note, $"The pool {pool.Name} ({pool.Type}) does not run."),
            { WhyNoSnapshots: { } why } => new Finding(Severity.Note, $"The pool {pool.Name} has {ByteWords.Decimal(pool.Free)} of {ByteWords.Decimal(pool.Capacity)} free and holds no snapshots: {why}"),
            { HasRoom: false } => new Finding(Severity.Wrong, $"The pool {pool.Name} ({pool.Type}) has only {ByteWords.Decimal(pool.Free)} of {ByteWords.Decimal(pool.Capacity)} free: snapshots are refused there. Make room."),
            _ => new Finding(Severity.Well, $"The pool {pool.Name} ({pool.Type}) has {ByteWords.Decimal(pool.Free)} of {ByteWords.Decimal(pool.Capacity)} free and holds snapshots."),
        });

    public static async Task<List<Finding>> OfFilesAsync(IPortalDb db, Guid hostId, HostSurvey survey, CancellationToken cancellationToken)
    {
        var layers = await db.Layers.AsNoTracking().Where(l => l.HostId == hostId && l.State != LayerState.Planned).ToListAsync(cancellationToken);
        var held = (await db.SnapshotDisks.Where(static d => d.LayerId != null).Select(static d => d.LayerId!.Value).ToListAsync(cancellationToken)).ToHashSet();
        var managed = (await db.Vms.Where(v => v.HostId == hostId).Select(static v => v.Id).ToListAsync(cancellationToken)).ToHashSet();
        var busy = await db.Operations.AnyAsync(o => o.HostId == hostId && (o.State == OperationState.Queued || o.State == OperationState.Running), cancellationToken);
        return
        [
            .. WithoutFile(layers, survey),
            .. Kept(layers, held),
            .. WithoutRow(layers, survey, busy),
            .. await OfMemoryAsync(db, hostId, survey, busy, cancellationToken),
            .. StrangersOn(layers, survey, managed),
        ];
    }

    private static IEnumerable<Finding> WithoutFile(List<DiskLayer> layers, HostSurvey survey)
    {
        var files = survey.Volumes.Select(static v => v.Path).ToHashSet(StringComparer.Ordinal);
        var pools = survey.Pools.Where(static p => p.IsActive).Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var layer in layers.Where(l => !files.Contains(l.Path)))
        {
            yield return pools.Contains(layer.Pool)
                ? new Finding(Severity.Wrong, $"The file {layer.Path} of the layer {layer.Id} ({layer.State}) is gone. Put it back from a backup if you have one.")
                : new Finding(Severity.Wrong, $"The pool {layer.Pool} does not run or is gone, so {layer.Path} cannot be reached. Start it: virsh pool-start {layer.Pool}");
        }
    }

    private static IEnumerable<Finding> Kept(List<DiskLayer> layers, HashSet<Guid> held)
        => layers.Where(l => l.State == LayerState.Frozen && !held.Contains(l.Id))
            .Select(static l => new Finding(Severity.Note, $"No snapshot holds the layer {l.Id} in {l.Path}, and it is not released to the collector: it was recovered without its snapshot, and is kept."));

    private static IEnumerable<Finding> WithoutRow(List<DiskLayer> layers, HostSurvey survey, bool busy)
    {
        var known = layers.Select(static l => l.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var file in survey.Volumes.Where(v => v.LayerId is not null && !known.Contains(v.Path)).OrderBy(static v => v.Path, StringComparer.Ordinal))
        {
            if (survey.Machines.FirstOrDefault(m => Chains(m, survey).Contains(file.Path, StringComparer.Ordinal)) is { } user)
            {
                yield return new Finding(Severity.Wrong, $"“{user.Vm.Name}” stands on {file.Path}, which has the portal's name and no layer in the database.");
            }
            else
            {
                yield return busy
                    ? new Finding(Severity.Note, $"{file.Path} ({ByteWords.Decimal(file.Allocation)}) has no layer in the database; an operation may just be making it.")
                    : new Finding(Severity.Wrong, $"{file.Path} ({ByteWords.Decimal(file.Allocation)}) has no layer in the database, and no machine refers to it. If nobody else needs it: virsh vol-delete {file.Name} {file.Pool}");
            }
        }
    }

    private static async Task<IEnumerable<Finding>> OfMemoryAsync(IPortalDb db, Guid hostId, HostSurvey survey, bool busy, CancellationToken cancellationToken)
    {
        var ofHost = db.Vms.Where(v => v.HostId == hostId).Select(static v => v.Id);
        var snapshots = await db.Snapshots.AsNoTracking().Where(s => s.Memory != null && ofHost.Contains(s.VmId)).ToListAsync(cancellationToken);
        var files = survey.Volumes.Select(static v => v.Path).ToHashSet(StringComparer.Ordinal);
        var known = snapshots.Select(static s => s.Memory!.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. snapshots.Where(s => !files.Contains(s.Memory!.Path))
                .Select(static s => new Finding(Severity.Wrong, $"The memory of the snapshot “{s.Name}” is gone: there is no {s.Memory!.Path}. It can be restored from its disks only.")),
            .. survey.Volumes.Where(v => v.MemoryOf is not null && !known.Contains(v.Path))
                .Select(v => busy
                    ? new Finding(Severity.Note, $"{v.Path} ({ByteWords.Decimal(v.Allocation)}) belongs to no snapshot; an operation may just be making it.")
                    : new Finding(Severity.Wrong, $"{v.Path} ({ByteWords.Decimal(v.Allocation)}) belongs to no snapshot. If nobody else needs it: virsh vol-delete {v.Name} {v.Pool}")),
        ];
    }

    private static IEnumerable<Finding> StrangersOn(List<DiskLayer> layers, HostSurvey survey, HashSet<Guid> managed)
    {
        var ours = layers.ToDictionary(static l => l.Path, StringComparer.Ordinal);
        foreach (var stranger in survey.Machines.Where(m => !managed.Contains(m.Vm.VmId)))
        {
            if (Chains(stranger, survey).FirstOrDefault(ours.ContainsKey) is { } path)
            {
                yield return new Finding(Severity.Note, $"“{stranger.Vm.Name}”, which the portal does not manage, stands on {path}. The portal leaves that file alone as long as it does.");
            }
        }
    }

    /// <summary>All files that a machine's disks lie in and stand on.</summary>
    private static HashSet<string> Chains(MachineSeen machine, HostSurvey survey)
    {
        var backing = survey.Volumes.DistinctBy(static v => v.Path, StringComparer.Ordinal).ToDictionary(static v => v.Path, static v => v.BackingPath, StringComparer.Ordinal);
        var files = new HashSet<string>(machine.Disks.SelectMany(static d => d.LiveChain), StringComparer.Ordinal);
        foreach (var disk in machine.Disks)
        {
            for (var path = disk.File; path is not null && files.Add(path);)
            {
                path = backing.GetValueOrDefault(path);
            }
        }

        return files;
    }
}
