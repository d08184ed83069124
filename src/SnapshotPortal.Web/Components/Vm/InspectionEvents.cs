using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>Tells which events make it worth asking the host about a machine again.</summary>
internal static class InspectionEvents
{
    /// <summary>An operation on the machine ended, or the machine or a host changed. Steps and percentages are not enough.</summary>
    public static bool Any(EventBatch batch, Guid vmId)
        => batch.Events.Any(e => (e.VmId == vmId || e.VmId is null) && IsMoreThanAStep(e));

    /// <summary>Something ended or changed: not a step or a percentage of an operation that goes on.</summary>
    public static bool IsMoreThanAStep(EventView item)
        => item.OperationId is null || item.State is nameof(OperationState.Succeeded) or nameof(OperationState.Failed) or nameof(OperationState.Cancelled);
}
