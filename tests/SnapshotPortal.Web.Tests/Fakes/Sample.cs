using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Views to begin a test with; what matters to a test it changes with <c>with</c>.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 13, 2, 11, TimeSpan.Zero);

    public static readonly Actor Dana = new(Guid.Parse("00000000-0000-0000-0000-0000000000d1"), "Dana Developer", IsAdministrator: false);
    public static readonly Actor Ada = new(Guid.Parse("00000000-0000-0000-0000-0000000000a1"), "Ada Administrator", IsAdministrator: true);
    public static readonly Actor Sam = new(Guid.Parse("00000000-0000-0000-0000-0000000000e1"), "Sam Student", IsAdministrator: false);

    public static readonly Actor Toni = new(Guid.Parse("00000000-0000-0000-0000-0000000000c1"), "Toni Teacher", IsAdministrator: false, IsTeacher: true);

    public static VmView Vm(string name = "web-1", Actor? owner = null, PowerState power = PowerState.Running) => new(
        Guid.CreateVersion7(),
        name,
        "",
        (owner ?? Dana).UserId,
        (owner ?? Dana).Name,
        "local",
        HostReachable: true,
        HostMessage: null,
        HostStateSince: Start.AddHours(-1),
        VmPresence.Present,
        power,
        AgentConnected: power == PowerState.Running,
        VCpus: 2,
        MemoryBytes: 2L << 30,
        VmOrigin.Adopted,
        OriginSnapshotId: null,
        CreatedAt: Start.AddDays(-9),
        SnapshotCount: 0,
        LastSnapshotAt: null,
        CurrentSnapshotId: null,
        Drift: null,
        FreezeDebtSince: null,
        ActiveOperation: null)
    {
        DefaultFailureDeadline = TimeSpan.FromMinutes(5),
    };

    public static SnapshotView Snapshot(VmView vm, string name = "Before upgrade", DateTimeOffset? at = null, Guid? parent = null) => new(
        Guid.CreateVersion7(),
        vm.Id,
        parent,
        name,
        "",
        SnapshotOrigin.Manual,
        SnapshotPhase.Succeeded,
        [],
        at ?? Start.AddHours(-2),
        (at ?? Start.AddHours(-2)).AddMilliseconds(310),
        TimeSpan.FromMilliseconds(71),
        [new SnapshotDiskView("vda", Included: true, ExclusionReason: null, 20_000_000_000)],
        SizeBytes: 128_000_000,
        HoldsWholeDisks: false,
        IsCurrent: false,
        Protected: false,
        HasMemory: false,
        FailureCode: null,
        FailureMessage: null,
        FailureStep: null,
        ActiveOperation: null);

    public static OperationView Operation(VmView vm, OperationKind kind = OperationKind.TakeSnapshot, SnapshotView? snapshot = null, OperationState state = OperationState.Running, params StepView[] steps) => new(
        Guid.CreateVersion7(),
        kind,
        vm.Id,
        vm.Name,
        snapshot?.Id,
        snapshot?.Name,
        state,
        steps.LastOrDefault(static s => s.State == StepState.Running)?.Name,
        Percent: null,
        WaitingFor: null,
        steps,
        RequestedBy: vm.OwnerName,
        OnBehalf: false,
        RequestedAt: Start,
        StartedAt: state == OperationState.Queued ? null : Start,
        CompletedAt: state is OperationState.Queued or OperationState.Running ? null : Start.AddMilliseconds(310),
        Deadline: Start.AddMinutes(5),
        CancelRequested: false,
        ErrorCode: null,
        ErrorMessage: null)
    {
        OwnerId = vm.OwnerId,
    };

    public static ScheduleView Schedule(Guid vmId, ScheduleRule? rule = null, bool enabled = true) => new(
        vmId,
        rule ?? new ScheduleRule("0 2 * * *", "Europe/Berlin", new Retention(Last: 3, Daily: 7)),
        new ScheduleStateView(enabled, enabled ? Start.AddHours(12) : null, null, null, null, null, IsRunning: false),
        enabled ? [Start.AddHours(12)] : []);

    public static StepView Done(string name, double milliseconds) => new(name, StepState.Done, Start, milliseconds, Detail: null);

    public static StepView Running(string name) => new(name, StepState.Running, Start, DurationMilliseconds: null, Detail: null);

    public static DiskView Disk(string target = "vda", bool included = true, string? reason = null) =>
        new(target, "disk", "qcow2", included, reason, 20_000_000_000, 3_400_000_000, ChainDepth: 3);

    public static VmInspectionView Inspection(VmView vm) => new(
        vm.Power,
        vm.AgentConnected,
        [Disk()],
        CanTakeSnapshot: true,
        WhyNot: null,
        Expectation: vm.AgentConnected ? "The guest agent answers: file systems will be frozen." : "The machine is off: the snapshot will be exact.",
        TypicalFreezeWindow: vm.AgentConnected ? TimeSpan.FromMilliseconds(71) : null,
        TypicalDuration: TimeSpan.FromMilliseconds(310),
        PoolFreeBytes: 41_000_000_000,
        NeededBytes: 68_000_000,
        MemoryBytes: vm.Power == PowerState.Running ? 2_000_000_000 : null,
        Warnings: []);

    /// <summary>A host with two networks, a snapshot with two disks.</summary>
    public static ClonePreviewView ClonePreview() => new(
        2,
        8,
        2L << 30,
        64L << 20,
        16L << 30,
        [new CloneDiskView("vda", 10L << 30, 3L << 30, true), new CloneDiskView("vdb", 1L << 30, 1L << 20, false)],
        [new CloneNetworkView("default", true), new CloneNetworkView("lab", true)],
        "the network “default”",
        HasAgent: true,
        []);
}
