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
    bool HoldsWholeDisks,
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
        view.HoldsWholeDisks,
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

/// <summary>Changes what a snapshot is called; what is missing stays as it is.</summary>
public sealed record ChangeSnapshotBody
{
    private readonly string? _name;
    private readonly string? _description;

    /// <summary>1 to 100 characters; unique among the machine's snapshots. It cannot be taken away.</summary>
    public string? Name
    {
        get => _name;
        init => _name = value ?? "";
    }

    /// <summary>Up to 2 000 characters; <see langword="null"/> = nothing.</summary>
    public string? Description
    {
        get => _description;
        init => _description = value ?? "";
    }
}

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

    /// <summary>Copy the disks, so that nothing is shared with the snapshot; otherwise the unchanged part is shared.</summary>
    public bool Full { get; init; }

    /// <summary>Virtual processors; without it, as many as in the snapshot.</summary>
    public int? VCpus { get; init; }

    /// <summary>Memory in bytes; without it, as much as in the snapshot.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Disks of the snapshot to leave out, for example ["vdb"]; never the one it boots from.</summary>
    public IReadOnlyList<string>? DropDisks { get; init; }

    /// <summary>The libvirt network of the host to plug its cards into; an empty text = no network card at all; without it, as in the snapshot.</summary>
    public string? Network { get; init; }

    /// <summary>Give its guest a host name, machine id and SSH host keys of its own through the guest agent, when it first runs, and prove it.</summary>
    public bool Identity { get; init; }

    /// <summary>What is run in the guest after that, by /bin/sh; at most 64 KiB.</summary>
    public string? Script { get; init; }

    /// <summary>Attach a seed for cloud-init, with a new instance id and the host name.</summary>
    public bool CloudInit { get; init; }

    /// <summary>An account that cloud-init makes.</summary>
    public string? CloudInitUser { get; init; }

    /// <summary>That account's password as crypt(3) writes it, for example from "openssl passwd -6"; never the password itself.</summary>
    public string? CloudInitPasswordHash { get; init; }

    /// <summary>Public SSH keys that may sign in.</summary>
    public IReadOnlyList<string>? CloudInitSshKeys { get; init; }

    internal CloneVmRequest ToRequest(string? idempotencyKey) => new(Name, Description, Start, idempotencyKey)
    {
        Full = Full,
        VCpus = VCpus,
        MemoryBytes = MemoryBytes,
        DropDisks = DropDisks ?? [],
        Network = Network is null ? null : new CloneNetwork(Network.Length == 0 ? null : Network),
        Identity = Identity || CloudInit || Script is not null
            ? new IdentityRequest(Identity, Script, CloudInit ? new CloudInitRequest(CloudInitUser, CloudInitPasswordHash, CloudInitSshKeys) : null)
            : null,
    };
}

/// <summary>What a new machine from a snapshot would be, could be and would lack.</summary>
public sealed record ClonePreviewResource(
    int VCpus,
    int MostVCpus,
    long MemoryBytes,
    long LeastMemoryBytes,
    long MostMemoryBytes,
    IReadOnlyList<CloneDiskResource> Disks,
    IReadOnlyList<CloneNetworkResource> Networks,
    string PresentNetwork,
    bool HasAgent,
    long CopyBytes,
    IReadOnlyList<string> Dropped)
{
    internal static ClonePreviewResource From(ClonePreviewView view) => new(
        view.VCpus,
        view.MostVCpus,
        view.MemoryBytes,
        view.LeastMemoryBytes,
        view.MostMemoryBytes,
        [.. view.Disks.Select(static d => new CloneDiskResource(d.Target, d.VirtualSize, d.CopyBytes, d.IsBootDisk))],
        [.. view.Networks.Select(static n => new CloneNetworkResource(n.Name, n.IsActive))],
        view.PresentNetwork,
        view.HasAgent,
        view.CopyBytes,
        view.Dropped);
}

/// <summary>A disk that a new machine may get, and what a full copy of it takes at the most.</summary>
public sealed record CloneDiskResource(string Target, long VirtualSizeBytes, long CopyBytes, bool IsBootDisk);

/// <summary>A network of the host.</summary>
public sealed record CloneNetworkResource(string Name, bool IsActive);
