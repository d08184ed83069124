using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>A snapshot.</summary>
public sealed record SnapshotResource(
    Guid Id,
    Guid VmId,
    Guid? ParentId,
    string Name,
    string Description,
    SnapshotOrigin Origin,
    SnapshotPhase Phase,
    IReadOnlyList<IndicationResource> Indications,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt,
    double? FreezeWindowMilliseconds,
    IReadOnlyList<SnapshotDiskResource> Disks,
    long SizeBytes,
    bool IsCurrent,
    bool Protected,
    bool HasMemory,
    SnapshotFailureResource? Failure,
    OperationResource? ActiveOperation)
{
    internal static SnapshotResource From(SnapshotView view) => new(
        view.Id,
        view.VmId,
        view.ParentId,
        view.Name,
        view.Description,
        view.Origin,
        view.Phase,
        [.. view.Indications.Select(static i => new IndicationResource(i.Kind, i.Message))],
        view.RequestedAt,
        view.CompletedAt,
        view.FreezeWindow?.TotalMilliseconds,
        [.. view.Disks.Select(static d => new SnapshotDiskResource(d.Target, d.Included, d.ExclusionReason, d.VirtualSize))],
        view.SizeBytes,
        view.IsCurrent,
        view.Protected,
        view.HasMemory,
        view.FailureCode is { } code ? new SnapshotFailureResource(code, view.FailureMessage ?? "", view.FailureStep) : null,
        view.ActiveOperation is { } operation ? OperationResource.From(operation) : null);
}

/// <summary>How a snapshot was taken, with a sentence for people.</summary>
public sealed record IndicationResource(IndicationKind Kind, string Message);

/// <summary>A disk of a snapshot: held by it, or left out with the reason.</summary>
public sealed record SnapshotDiskResource(string Target, bool Included, string? ExclusionReason, long VirtualSizeBytes);

/// <summary>Why a snapshot failed, and at which step.</summary>
public sealed record SnapshotFailureResource(string Code, string Detail, string? Step);

/// <summary>A machine's snapshots, newest first.</summary>
public sealed record SnapshotListResource(IReadOnlyList<SnapshotResource> Items);

/// <summary>Takes a snapshot.</summary>
public sealed record TakeSnapshotBody
{
    /// <summary>1 to 100 characters; unique among the machine's snapshots.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 2 000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>How many seconds it may take from the request on, 1 to 86 400; without it, the machine's or the portal's default.</summary>
    public double? FailureDeadlineSeconds { get; init; }

    /// <summary>Save the running machine's memory too: a restore goes on exactly there, without a restart.</summary>
    public bool WithMemory { get; init; }
}

/// <summary>Restores a snapshot.</summary>
public sealed record RestoreSnapshotBody : IOptionalBody
{
    /// <summary>What to do where the machine runs.</summary>
    public TargetReadinessPolicy Policy { get; init; } = TargetReadinessPolicy.WaitGracePeriod;

    /// <summary>Keep the present state as a safety snapshot, so that the restore can be undone.</summary>
    public bool KeepPresent { get; init; } = true;

    /// <summary>Leave a snapshot's memory aside: the machine starts from its disks.</summary>
    public bool DisksOnly { get; init; }
}

/// <summary>Makes a new machine from a snapshot.</summary>
public sealed record CloneVmBody
{
    /// <summary>The new machine's name, which is also its host name: a–z, 0–9 and hyphens, up to 63 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Up to 2 000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Start it when it is made.</summary>
    public bool Start { get; init; } = true;
}
