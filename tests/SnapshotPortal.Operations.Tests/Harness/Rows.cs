using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;

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
}
