using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>Rows as an earlier process would have left them.</summary>
internal static class Rows
{
    public static Operation Operation(Portal portal, OperationKind kind, Guid vmId, Guid? snapshotId = null, string parameters = "{}") => new()
    {
        Kind = kind,
        VmId = vmId,
        HostId = portal.HostId,
        SnapshotId = snapshotId,
        RequestedById = Portal.Anna.UserId,
        RequestedByName = Portal.Anna.Name,
        OwnerId = Portal.Anna.UserId,
        RequestedAt = portal.Time.GetUtcNow(),
        Deadline = portal.Time.GetUtcNow().AddMinutes(5),
        Parameters = parameters,
    };

    public static DiskLayer Layer(Portal portal, string volume, LayerState state, DiskLayer? parent = null, Guid? headOf = null, bool byPortal = true, string target = "vda") => new()
    {
        HostId = portal.HostId,
        Pool = "default",
        Volume = volume,
        Path = $"/pool/{volume}",
        Format = "qcow2",
        ParentId = parent?.Id,
        State = state,
        HeadOfVmId = headOf,
        Target = target,
        CreatedByPortal = byPortal,
    };

    /// <summary>Adds a snapshot that succeeded at <paramref name="at"/>, with a layer of its own.</summary>
    public static Snapshot Snapshot(Portal portal, IPortalDb db, Guid vmId, string name, DateTimeOffset at, SnapshotOrigin origin = SnapshotOrigin.Schedule)
    {
        var layer = Layer(portal, $"{vmId:N}-{name}.qcow2", LayerState.Frozen);
        var snapshot = new Snapshot { VmId = vmId, Name = name, Origin = origin, RequestedAt = at, CapturedAt = at, DomainXml = "<domain/>" };
        snapshot.Disks.Add(new SnapshotDisk { Target = layer.Target, Included = true, LayerId = layer.Id });
        snapshot.Succeed(at);
        db.Layers.Add(layer);
        db.Snapshots.Add(snapshot);
        return snapshot;
    }
}
