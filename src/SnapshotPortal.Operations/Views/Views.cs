using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Operations.Views;

/// <summary>A virtual machine as its owner sees it.</summary>
public sealed record VmView(
    Guid Id,
    string Name,
    string Description,
    Guid OwnerId,
    string OwnerName,
    string HostName,
    bool HostReachable,
    string? HostMessage,
    DateTimeOffset? HostStateSince,
    VmPresence Presence,
    PowerState Power,
    bool AgentConnected,
    int VCpus,
    long MemoryBytes,
    VmOrigin Origin,
    Guid? OriginSnapshotId,
    DateTimeOffset CreatedAt,
    int SnapshotCount,
    DateTimeOffset? LastSnapshotAt,
    Guid? CurrentSnapshotId,
    string? Drift,
    DateTimeOffset? FreezeDebtSince,
    OperationView? ActiveOperation)
{
    /// <summary>How long a snapshot of it may take; <see langword="null"/> = the portal's default.</summary>
    public TimeSpan? FailureDeadline { get; init; }

    /// <summary>The portal's default for that.</summary>
    public TimeSpan DefaultFailureDeadline { get; init; }

    /// <summary>How its schedule stands, where it has one.</summary>
    public ScheduleStateView? Schedule { get; init; }

    /// <summary>The template it was made from, where it was.</summary>
    public VmTemplateView? Template { get; init; }

    /// <summary>What the class it was made for says about it, where it was.</summary>
    public VmClassView? Class { get; init; }

    /// <summary>Who its guest is, where that was ever asked.</summary>
    public GuestIdentityView? Identity { get; init; }
}

/// <summary>One page of machines and how many there are in all.</summary>
public sealed record VmPage(IReadOnlyList<VmView> Items, int Total);

/// <summary>One disk of a machine, and whether a snapshot would include it.</summary>
/// <param name="Target">The disk's name in the machine, for example <c>vda</c>.</param>
/// <param name="Device"><c>disk</c>, <c>cdrom</c> or <c>floppy</c>.</param>
/// <param name="Format">For example <c>qcow2</c>; empty where there is no medium.</param>
/// <param name="Included">A snapshot holds it.</param>
/// <param name="ExclusionReason">Why not, in a sentence.</param>
/// <param name="VirtualSize">Bytes as the guest sees them.</param>
/// <param name="Allocation">Bytes that the top layer occupies.</param>
/// <param name="ChainDepth">How many files lie behind it, its own included; 0 = unknown.</param>
public sealed record DiskView(
    string Target,
    string Device,
    string Format,
    bool Included,
    string? ExclusionReason,
    long VirtualSize,
    long Allocation,
    int ChainDepth);

/// <summary>What the host says of a machine at this moment.</summary>
/// <param name="Power">Its state.</param>
/// <param name="AgentConnected">The guest agent answered just now.</param>
/// <param name="Disks">All disks, included or not.</param>
/// <param name="CanTakeSnapshot">A snapshot is possible now.</param>
/// <param name="WhyNot">Why it is not.</param>
/// <param name="Expectation">What consistency to expect, in a sentence.</param>
/// <param name="TypicalFreezeWindow">The median of this machine's last freeze windows; <see langword="null"/> without history.</param>
/// <param name="TypicalDuration">The median of this machine's last snapshots, from request to completion.</param>
/// <param name="PoolFreeBytes">Free space in the tightest pool that a snapshot would write to.</param>
/// <param name="NeededBytes">What must be free there for a snapshot of the disks alone.</param>
/// <param name="MemoryBytes">What the memory takes at most, on top; <see langword="null"/> where it cannot be saved now.</param>
/// <param name="Warnings">Things to know before, in sentences (deep chains, excluded disks).</param>
public sealed record VmInspectionView(
    PowerState Power,
    bool AgentConnected,
    IReadOnlyList<DiskView> Disks,
    bool CanTakeSnapshot,
    string? WhyNot,
    string Expectation,
    TimeSpan? TypicalFreezeWindow,
    TimeSpan? TypicalDuration,
    long? PoolFreeBytes,
    long? NeededBytes,
    long? MemoryBytes,
    IReadOnlyList<string> Warnings);

/// <summary>A snapshot as its owner sees it. Its size is what its own files occupied when they were frozen; those that hold whole disks stand on nothing.</summary>
public sealed record SnapshotView(
    Guid Id,
    Guid VmId,
    Guid? ParentId,
    string Name,
    string Description,
    SnapshotOrigin Origin,
    SnapshotPhase Phase,
    IReadOnlyList<Indication> Indications,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt,
    TimeSpan? FreezeWindow,
    IReadOnlyList<SnapshotDiskView> Disks,
    long SizeBytes,
    bool HoldsWholeDisks,
    bool IsCurrent,
    bool Protected,
    bool HasMemory,
    string? FailureCode,
    string? FailureMessage,
    string? FailureStep,
    OperationView? ActiveOperation);

/// <summary>A disk of a snapshot.</summary>
public sealed record SnapshotDiskView(string Target, bool Included, string? ExclusionReason, long VirtualSize);

/// <summary>An operation with its steps.</summary>
public sealed record OperationView(
    Guid Id,
    OperationKind Kind,
    Guid VmId,
    string VmName,
    Guid? SnapshotId,
    string? SnapshotName,
    OperationState State,
    string? CurrentStep,
    double? Percent,
    string? WaitingFor,
    IReadOnlyList<StepView> Steps,
    string RequestedBy,
    bool OnBehalf,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset Deadline,
    bool CancelRequested,
    string? ErrorCode,
    string? ErrorMessage)
{
    /// <summary>The machine's owner when it was asked for.</summary>
    public Guid OwnerId { get; init; }

    /// <summary>Queued or running.</summary>
    public bool IsActive => State is OperationState.Queued or OperationState.Running;
}

/// <summary>A step and how long it took, in milliseconds.</summary>
public sealed record StepView(string Name, StepState State, DateTimeOffset StartedAt, double? DurationMilliseconds, string? Detail);

/// <summary>One event as it goes over the wire, to pages, to the hub and to the API alike.</summary>
public sealed record EventView(
    long Sequence,
    DateTimeOffset At,
    Guid? OperationId,
    string Kind,
    Guid? VmId,
    Guid? SnapshotId,
    Guid? ClassId,
    string State,
    string? Phase,
    string? Step,
    double? Percent,
    string? Message,
    EventErrorView? Error);

/// <summary>The error of a failed operation.</summary>
public sealed record EventErrorView(string Code, string Detail);

/// <summary>A picture of a machine's display.</summary>
public sealed record ScreenshotView(ReadOnlyMemory<byte> Content, string MediaType);

/// <summary>A domain that the portal does not manage.</summary>
public sealed record UnmanagedVmView(Guid HostId, string HostName, Guid VmId, string Name, PowerState Power, IReadOnlyList<DiskView> Disks);

/// <summary>A token without its secret.</summary>
public sealed record AccessTokenView(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt, TokenScopes Scopes = TokenScopes.All, int? RequestsPerMinute = null);

/// <summary>A token that was just made, with the secret that is shown once.</summary>
public sealed record NewAccessToken(AccessTokenView Token, string Secret);
