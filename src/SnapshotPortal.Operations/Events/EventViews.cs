using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Events;

/// <summary>Events as they go over the wire, and who may see them: one rule for pages, hub and API.</summary>
internal static class EventViews
{
    /// <summary>The actor may see the event.</summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="item">At what.</param>
    /// <param name="teaches">Whether the actor teaches a class.</param>
    public static bool MaySee(Actor actor, OperationEvent item, Func<Guid, bool> teaches) => item switch
    {
        { OwnerId: null, ClassId: null } => true,
        _ when actor.IsAdministrator || actor.UserId == item.OwnerId => true,
        { ClassId: { } classId } => teaches(classId),
        _ => false,
    };

    public static EventView From(OperationEvent item) => new(
        item.Sequence,
        item.At,
        item.OperationId,
        item.Kind,
        item.VmId,
        item.SnapshotId,
        item.ClassId,
        item.State,
        item.Phase,
        item.Step,
        item.Percent,
        item.ErrorCode is null ? item.Message : null,
        item.ErrorCode is null ? null : new EventErrorView(item.ErrorCode, item.Message ?? ""));
}
