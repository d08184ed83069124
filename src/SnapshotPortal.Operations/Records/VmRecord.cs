using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Operations.Records;

/// <summary>
/// What the portal knows of one machine, as it is written to the machine's definition: with the records of all machines, a
/// lost database can be rebuilt. Names and types are a format on other people's hosts: add to them, never change them.
/// </summary>
/// <param name="VmId">The machine; a record that was copied to another machine is nobody's.</param>
/// <param name="Revision">See <see cref="VirtualMachine.RecordRevision"/>.</param>
/// <param name="WrittenAt">When it was made.</param>
/// <param name="Owner">Its owner.</param>
/// <param name="Description">Its description.</param>
/// <param name="Origin">How it came to the portal.</param>
/// <param name="OriginSnapshotId">The snapshot it was made from.</param>
/// <param name="CreatedAt">Since when the portal knows it.</param>
/// <param name="FailureDeadline">Its own failure deadline.</param>
/// <param name="CurrentSnapshotId">The snapshot that its present state descends from.</param>
/// <param name="Layers">What it and its snapshots stand on, what is stood on first.</param>
/// <param name="Snapshots">Its snapshots, the newest first.</param>
/// <param name="Omitted">How many older snapshots there are that did not fit.</param>
internal sealed record VmRecord(
    Guid VmId,
    long Revision,
    DateTimeOffset WrittenAt,
    OwnerRecord Owner,
    string Description,
    VmOrigin Origin,
    Guid? OriginSnapshotId,
    DateTimeOffset CreatedAt,
    TimeSpan? FailureDeadline,
    Guid? CurrentSnapshotId,
    IReadOnlyList<LayerRecord> Layers,
    IReadOnlyList<SnapshotRecord> Snapshots,
    int Omitted);

/// <summary>An owner: the e-mail address is what recovery finds the account by.</summary>
internal sealed record OwnerRecord(Guid Id, string Email);

/// <summary>A layer; see <see cref="DiskLayer"/>.</summary>
internal sealed record LayerRecord(
    Guid Id,
    string Pool,
    string Volume,
    string Path,
    string Format,
    Guid? ParentId,
    string Target,
    LayerState State,
    bool CreatedByPortal,
    long VirtualSize);

/// <summary>A snapshot that is complete, for better or worse; see <see cref="Snapshot"/>.</summary>
internal sealed record SnapshotRecord(
    Guid Id,
    Guid? ParentId,
    string Name,
    string Description,
    SnapshotOrigin Origin,
    SnapshotPhase Phase,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? CapturedAt,
    TimeSpan? FreezeWindow,
    string? FailureCode,
    string? FailureMessage,
    string? FailureStep,
    bool Protected,
    IReadOnlyList<Indication> Indications,
    IReadOnlyList<SnapshotDiskRecord> Disks,
    string? DomainXml,
    byte[]? FirmwareVariables = null,
    MemoryImage? Memory = null);

/// <summary>A disk of a snapshot; see <see cref="SnapshotDisk"/>.</summary>
internal sealed record SnapshotDiskRecord(string Target, bool Included, string? ExclusionReason, Guid? LayerId, long VirtualSize);
