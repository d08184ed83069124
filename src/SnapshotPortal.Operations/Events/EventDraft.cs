using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Operations.Events;

/// <summary>An event that has no sequence number yet: it gets one in the commit of the change it tells of.</summary>
internal sealed record EventDraft(string Kind, string State)
{
    public const string VmChangedKind = "VmChanged";
    public const string VmRemovedKind = "VmRemoved";
    public const string SnapshotChangedKind = "SnapshotChanged";
    public const string HostChangedKind = "HostChanged";
    public const string ExportChangedKind = "ExportChanged";
    public const string ClassChangedKind = "ClassChanged";
    public const string ConsoleChangedKind = "ConsoleChanged";
    public const string AttentionChangedKind = "AttentionChanged";

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
    public static EventDraft Of(VirtualMachine vm) => new(VmChangedKind, vm.Power.ToString())
    {
        VmId = vm.Id,
        OwnerId = vm.OwnerId,
        ClassId = vm.ClassId,
        Message = vm.Drift,
    };

    /// <summary>What a person may change of a snapshot.</summary>
    public static EventDraft Of(Snapshot snapshot, VirtualMachine vm) => new(SnapshotChangedKind, snapshot.Protected ? "Protected" : "Unprotected")
    {
        VmId = vm.Id,
        SnapshotId = snapshot.Id,
        OwnerId = vm.OwnerId,
        ClassId = vm.ClassId,
        Phase = snapshot.Phase.ToString(),
    };

    /// <summary>Somebody has come to a console of the machine, or left it.</summary>
    public static EventDraft OfConsole(VirtualMachine vm, string state, string message) => new(ConsoleChangedKind, state)
    {
        VmId = vm.Id,
        OwnerId = vm.OwnerId,
        ClassId = vm.ClassId,
        Message = message,
    };

    /// <summary>A machine is gone from the portal.</summary>
    public static EventDraft Removed(VirtualMachine vm) => new(VmRemovedKind, "Removed") { VmId = vm.Id, OwnerId = vm.OwnerId, ClassId = vm.ClassId };

    /// <summary>The present state of an export whose operation is over.</summary>
    public static EventDraft Of(Export export) => new(ExportChangedKind, export.State.ToString())
    {
        VmId = export.VmId,
        SnapshotId = export.SnapshotId,
        OwnerId = export.OwnerId,
        Message = export.FailureMessage,
    };

    /// <summary>An export is gone with its files.</summary>
    public static EventDraft Removed(Export export) => Of(export) with { State = "Removed" };

    /// <summary>The present state of a host; everybody may see it, the reason only administrators' pages show.</summary>
    public static EventDraft Of(VmHost host) => new(HostChangedKind, host.State.ToString()) { Message = host.Name };

    /// <summary>Something about a class, its members, its deployments or what is done to them, for its teachers.</summary>
    /// <param name="classId">The class.</param>
    /// <param name="state">What is so now, for example <c>Members</c>.</param>
    public static EventDraft OfClass(Guid classId, string state) => new(ClassChangedKind, state) { ClassId = classId };

    /// <summary>Its owner wants to hear no more of a failed operation; their other pages follow.</summary>
    public static EventDraft Dismissed(Operation operation) => new(AttentionChangedKind, "Dismissed") { OperationId = operation.Id, VmId = operation.VmId, OwnerId = operation.OwnerId };

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
