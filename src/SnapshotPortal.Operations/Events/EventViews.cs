using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Events;

/// <summary>Events as they go over the wire, and who may see them: one rule for pages, hub and API.</summary>
internal static class EventViews
{
    public static bool MaySee(Actor actor, OperationEvent item) => item.OwnerId is not { } owner || actor.MayUse(owner);

    public static EventView From(OperationEvent item) => new(
        item.Sequence,
        item.At,
        item.OperationId,
        item.Kind,
        item.VmId,
        item.SnapshotId,
        item.State,
        item.Phase,
        item.Step,
        item.Percent,
        item.ErrorCode is null ? item.Message : null,
        item.ErrorCode is null ? null : new EventErrorView(item.ErrorCode, item.Message ?? ""));
}
