using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Finds what lies between two states of machines whose owner has been checked already.</summary>
internal sealed class SnapshotComparison(IHypervisorEngine engine, HostRegistry hosts, TimeProvider time)
{
    /// <summary>Between two snapshots, the older one first whichever is named first.</summary>
    public async Task<Outcome<ComparisonView>> BetweenAsync(IPortalDb db, (Snapshot Snapshot, VirtualMachine Vm) one, (Snapshot Snapshot, VirtualMachine Vm) other, CancellationToken cancellationToken)
    {
        if ((SnapshotRequests.NotReady(one.Snapshot) ?? SnapshotRequests.NotReady(other.Snapshot)) is { } notReady)
        {
            return notReady;
        }

        var (older, newer) = Taken(one.Snapshot) <= Taken(other.Snapshot) ? (one, other) : (other, one);
        return await CompareAsync(db, State.Of(older.Snapshot, older.Vm), State.Of(newer.Snapshot, newer.Vm), cancellationToken);
    }

    /// <summary>Between a snapshot and its machine as it is now.</summary>
    public async Task<Outcome<ComparisonView>> WithNowAsync(IPortalDb db, Snapshot snapshot, VirtualMachine vm, CancellationToken cancellationToken)
    {
        if ((SnapshotRequests.NotReady(snapshot) ?? Enqueuing.Obstacle(vm, touchesDisks: false)) is { } notReady)
        {
            return notReady;
        }

        if (hosts.Find(vm.HostId) is not { IsConnected: true } host)
        {
            return new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer, so it cannot be asked what the machine is like now. Compare two snapshots, or try again when it is back.");
        }

        try
        {
            var definition = await engine.ReadDefinitionAsync(host.Reference, vm.Id, cancellationToken);
            var heads = await db.Layers.AsNoTracking().Where(l => l.HeadOfVmId == vm.Id).ToListAsync(cancellationToken);
            var now = new State(
                new ComparedStateView(null, null, vm.Id, vm.Name, time.GetUtcNow()),
                definition,
                heads.ToDictionary(static l => l.Target, static l => new StateDisk(l.Id, l.VirtualSize), StringComparer.Ordinal));
            return await CompareAsync(db, State.Of(snapshot, vm), now, cancellationToken);
        }
        catch (EngineException e)
        {
            return e.ToFailure();
        }
    }

    private async Task<Outcome<ComparisonView>> CompareAsync(IPortalDb db, State before, State after, CancellationToken cancellationToken)
    {
        try
        {
            var differences = engine.CompareConfigurations(before.Definition, after.Definition);
            return new ComparisonView(before.View, after.View, await WrittenAsync(db, before, after, cancellationToken), [.. differences, .. Sizes(before, after)]);
        }
        catch (EngineException e)
        {
            return e.ToFailure();
        }
    }

    /// <summary>Definitions say nothing of sizes; the layers do.</summary>
    private static IEnumerable<ConfigurationDifference> Sizes(State before, State after)
        => from disk in before.Disks
           where after.Disks.TryGetValue(disk.Key, out var now) && now.Size != disk.Value.Size && disk.Value.Size > 0 && now.Size > 0
           orderby disk.Key
           select new ConfigurationDifference(ConfigurationPart.Disk, disk.Key, ByteWords.Binary(disk.Value.Size), ByteWords.Binary(after.Disks[disk.Key].Size));

    /// <summary>The bytes of the files that the newer state stands on and the older one does not; unknown where one does not come of the other.</summary>
    private static async Task<long?> WrittenAsync(IPortalDb db, State before, State after, CancellationToken cancellationToken)
    {
        if (before.View.VmId != after.View.VmId || before.Disks.Count == 0)
        {
            return null;
        }

        var ends = after.Disks.Values.Select(static d => d.LayerId).OfType<Guid>().ToList();
        var hostId = await db.Layers.Where(l => ends.Contains(l.Id)).Select(static l => l.HostId).FirstOrDefaultAsync(cancellationToken);
        var layers = await db.Layers.AsNoTracking().Where(l => l.HostId == hostId)
            .Select(static l => new { l.Id, l.ParentId, l.Allocation }).ToDictionaryAsync(static l => l.Id, cancellationToken);
        var written = 0L;
        foreach (var (target, disk) in before.Disks)
        {
            var at = after.Disks.GetValueOrDefault(target)?.LayerId;
            for (var steps = 0; at != disk.LayerId; steps++)
            {
                if (at is not { } id || !layers.TryGetValue(id, out var layer) || steps > layers.Count)
                {
                    return null;
                }

                written += layer.Allocation;
                at = layer.ParentId;
            }
        }

        return written;
    }

    private static DateTimeOffset Taken(Snapshot snapshot) => snapshot.CapturedAt ?? snapshot.RequestedAt;

    private sealed record StateDisk(Guid? LayerId, long Size);

    private sealed record State(ComparedStateView View, string Definition, Dictionary<string, StateDisk> Disks)
    {
        public static State Of(Snapshot snapshot, VirtualMachine vm) => new(
            new ComparedStateView(snapshot.Id, snapshot.Name, vm.Id, vm.Name, Taken(snapshot)),
            snapshot.DomainXml ?? "",
            snapshot.Disks.Where(static d => d.Included).ToDictionary(static d => d.Target, static d => new StateDisk(d.LayerId, d.VirtualSize), StringComparer.Ordinal));
    }
}
