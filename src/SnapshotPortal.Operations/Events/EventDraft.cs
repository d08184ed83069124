using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Operations.Events;

/// <summary>An event that has no sequence number yet: it gets one in the commit of the change it tells of.</summary>
internal sealed record EventDraft(string Kind, string State)
{
    public Guid? OperationId { get; init; }

    public Guid? VmId { get; init; }

    public Guid? SnapshotId { get; init; }

    public Guid? OwnerId { get; init; }

    public Guid? ClassId { get; init; }

    public string? Phase { get; init; }

    public string? Step { get; init; }

    public double? Percent { get; init; }

    public string? Message { get; init; }

    public string? ErrorCode { get; init; }

    /// <summary>The present state of an operation.</summary>
    public static EventDraft Of(Operation operation, string? phase = null) => new(operation.Kind.ToString(), operation.State.ToString())
    {
        OperationId = operation.Id,
        VmId = operation.VmId,
        SnapshotId = operation.SnapshotId,
        OwnerId = operation.OwnerId,
        ClassId = operation.ClassId,
        Phase = phase,
        Step = operation.CurrentStep,
        Percent = operation.Percent,
        Message = operation.ErrorMessage ?? operation.WaitingFor,
        ErrorCode = operation.ErrorCode,
    };

    /// <summary>The present state of a machine.</summary>
    public static EventDraft Of(VirtualMachine vm) => new(EventKinds.VmChanged, vm.Power.ToString())
    {
        VmId = vm.Id,
        OwnerId = vm.OwnerId,
        ClassId = vm.ClassId,
        Message = vm.Drift,
    };

    /// <summary>What a person may change of a snapshot.</summary>
    public static EventDraft Of(Snapshot snapshot, VirtualMachine vm) => new(EventKinds.SnapshotChanged, snapshot.Protected ? "Protected" : "Unprotected")
    {
        VmId = vm.Id,
        SnapshotId = snapshot.Id,
        OwnerId = vm.OwnerId,
        ClassId = vm.ClassId,
        Phase = snapshot.Phase.ToString(),
    };

    /// <summary>Somebody has come to a console of the machine, or left it.</summary>
    public static EventDraft OfConsole(VirtualMachine vm, string state, string message) => new(EventKinds.ConsoleChanged, state)
    {
        VmId = vm.Id,
        OwnerId = vm.OwnerId,
        ClassId = vm.ClassId,
        Message = message,
    };

    /// <summary>A machine is gone from the portal.</summary>
    public static EventDraft Removed(VirtualMachine vm) => new(EventKinds.VmRemoved, "Removed") { VmId = vm.Id, OwnerId = vm.OwnerId, ClassId = vm.ClassId };

    /// <summary>The present state of an export whose operation is over.</summary>
    public static EventDraft Of(Export export) => new(EventKinds.ExportChanged, export.State.ToString())
    {
        VmId = export.VmId,
        SnapshotId = export.SnapshotId,
        OwnerId = export.OwnerId,
        Message = export.FailureMessage,
    };

    /// <summary>An export is gone with its files.</summary>
    public static EventDraft Removed(Export export) => Of(export) with { State = "Removed" };

    /// <summary>The present state of a host; everybody may see it, the reason only administrators' pages show.</summary>
    public static EventDraft Of(VmHost host) => new(EventKinds.HostChanged, host.State.ToString()) { Message = host.Name };

    /// <summary>Something about a class, its members, its deployments or what is done to them, for its teachers.</summary>
    /// <param name="classId">The class.</param>
    /// <param name="state">What is so now, for example <c>Members</c>.</param>
    public static EventDraft OfClass(Guid classId, string state) => new(EventKinds.ClassChanged, state) { ClassId = classId };

    /// <summary>Its owner wants to hear no more of a failed operation; their other pages follow.</summary>
    public static EventDraft Dismissed(Operation operation) => new(EventKinds.AttentionChanged, "Dismissed") { OperationId = operation.Id, VmId = operation.VmId, OwnerId = operation.OwnerId };

    public OperationEvent Number(long sequence, DateTimeOffset at) => new()
    {
        Sequence = sequence,
        At = at,
        Kind = Kind,
        State = State,
        OperationId = OperationId,
        VmId = VmId,
        SnapshotId = SnapshotId,
        OwnerId = OwnerId,
        ClassId = ClassId,
        Phase = Phase,
        Step = Step,
        Percent = Percent,
        Message = Message,
        ErrorCode = ErrorCode,
    };
}
