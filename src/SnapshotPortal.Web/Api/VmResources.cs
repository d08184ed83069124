using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>A virtual machine.</summary>
public sealed record VmResource(
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
    OperationResource? ActiveOperation)
{
    /// <summary>How many seconds a snapshot of it may take; without one, the portal's default.</summary>
    public double? FailureDeadlineSeconds { get; init; }

    /// <summary>How its schedule stands, where it has one.</summary>
    public ScheduleStateResource? Schedule { get; init; }

    /// <summary>The template it was made from, where it was.</summary>
    public VmTemplateView? Template { get; init; }

    /// <summary>What the class it was made for says about it, where it was.</summary>
    public VmClassView? Class { get; init; }

    /// <summary>Who its guest is, where that was ever asked.</summary>
    public GuestIdentityResource? Identity { get; init; }

    internal static VmResource From(VmView view) => new(
        view.Id,
        view.Name,
        view.Description,
        view.OwnerId,
        view.OwnerName,
        view.HostName,
        view.HostReachable,
        view.HostMessage,
        view.HostStateSince,
        view.Presence,
        view.Power,
        view.AgentConnected,
        view.VCpus,
        view.MemoryBytes,
        view.Origin,
        view.OriginSnapshotId,
        view.CreatedAt,
        view.SnapshotCount,
        view.LastSnapshotAt,
        view.CurrentSnapshotId,
        view.Drift,
        view.FreezeDebtSince,
        view.ActiveOperation is { } operation ? OperationResource.From(operation) : null)
    {
        FailureDeadlineSeconds = view.FailureDeadline?.TotalSeconds,
        Schedule = view.Schedule is { } schedule ? ScheduleStateResource.From(schedule) : null,
        Template = view.Template,
        Class = view.Class,
        Identity = view.Identity is { } identity ? GuestIdentityResource.From(identity) : null,
    };
}

/// <summary>Who a guest is, in its own words, and whether anybody else is too.</summary>
public sealed record GuestIdentityResource(
    IdentityState State,
    string Message,
    string? HostName,
    string? MachineId,
    IReadOnlyList<string> HostKeys,
    DateTimeOffset? ReadAt,
    int? ScriptExitCode,
    string? ScriptOutput)
{
    internal static GuestIdentityResource From(GuestIdentityView view)
        => new(view.State, view.Message, view.HostName, view.MachineId, view.HostKeys, view.ReadAt, view.ScriptExitCode, view.ScriptOutput);
}

/// <summary>Gives a guest an identity of its own.</summary>
public sealed record GiveIdentityBody : IOptionalBody
{
    /// <summary>Change host name, machine id and SSH host keys, and run its script again; otherwise they are only read and compared.</summary>
    public bool Change { get; init; }
}

/// <summary>Changes a machine's settings in the portal; what is missing stays as it is.</summary>
public sealed record ChangeVmBody
{
    private readonly double? _failureDeadlineSeconds;
    private readonly string? _description;

    /// <summary>How many seconds a snapshot of it may take, 1 to 86 400; <see langword="null"/> = the portal's default.</summary>
    public double? FailureDeadlineSeconds
    {
        get => _failureDeadlineSeconds;
        init => (_failureDeadlineSeconds, DeadlineStays) = (value, false);
    }

    /// <summary>What it is for, at most 2000 characters; <see langword="null"/> = nothing.</summary>
    public string? Description
    {
        get => _description;
        init => _description = value ?? "";
    }

    /// <summary>Nothing is said of the deadline.</summary>
    internal bool DeadlineStays { get; private init; } = true;

    internal ChangeVmRequest ToRequest(TimeSpan? deadline) => new(deadline) { DeadlineStays = DeadlineStays, Description = Description };
}

/// <summary>Changes what the host keeps of a machine; what is not said stays.</summary>
public sealed record ConfigureVmBody : IOptionalBody
{
    /// <summary>Its new name, which becomes a host name: a–z, 0–9 and hyphens. Only while it is off.</summary>
    public string? Name { get; init; }

    /// <summary>It starts when its host does, or not.</summary>
    public bool? StartsWithHost { get; init; }

    /// <summary>The ids of the devices that it boots from, in their order, from its next start on; from no other.</summary>
    public IReadOnlyList<string>? BootOrder { get; init; }
}

/// <summary>How a machine boots the next time.</summary>
/// <param name="StartsWithHost">It starts when its host does.</param>
/// <param name="HasOwnKernel">Its host gives it a kernel, so that it boots from none of the devices.</param>
/// <param name="Devices">What it boots from in their order, then what else it could boot from.</param>
public sealed record BootResource(bool StartsWithHost, bool HasOwnKernel, IReadOnlyList<BootDevice> Devices)
{
    internal static BootResource From(BootSettings boot) => new(boot.StartsWithHost, boot.HasOwnKernel, boot.Devices);
}

/// <summary>Makes a machine somebody else's.</summary>
public sealed record GiveVmBody
{
    /// <summary>Whose it will be.</summary>
    public required Guid OwnerId { get; init; }
}

/// <summary>One page of machines.</summary>
/// <param name="Items">The machines, by name.</param>
/// <param name="Total">How many there are in all.</param>
/// <param name="Skip">How many were passed over.</param>
/// <param name="Take">How many were asked for at the most.</param>
public sealed record VmPageResource(IReadOnlyList<VmResource> Items, int Total, int Skip, int Take);

/// <summary>One disk of a machine, and whether a snapshot would include it.</summary>
public sealed record DiskResource(
    string Target,
    string Device,
    string Format,
    bool Included,
    string? ExclusionReason,
    long VirtualSizeBytes,
    long AllocationBytes,
    int ChainDepth)
{
    internal static DiskResource From(DiskView view) => new(
        view.Target,
        view.Device,
        view.Format,
        view.Included,
        view.ExclusionReason,
        view.VirtualSize,
        view.Allocation,
        view.ChainDepth);
}

/// <summary>What the host says of a machine at this moment.</summary>
public sealed record VmInspectionResource(
    PowerState Power,
    bool AgentConnected,
    IReadOnlyList<DiskResource> Disks,
    bool CanTakeSnapshot,
    string? WhyNot,
    string Expectation,
    double? TypicalFreezeWindowMilliseconds,
    double? TypicalDurationMilliseconds,
    long? PoolFreeBytes,
    long? NeededBytes,
    long? MemoryBytes,
    IReadOnlyList<string> Warnings)
{
    internal static VmInspectionResource From(VmInspectionView view) => new(
        view.Power,
        view.AgentConnected,
        [.. view.Disks.Select(DiskResource.From)],
        view.CanTakeSnapshot,
        view.WhyNot,
        view.Expectation,
        view.TypicalFreezeWindow?.TotalMilliseconds,
        view.TypicalDuration?.TotalMilliseconds,
        view.PoolFreeBytes,
        view.NeededBytes,
        view.MemoryBytes,
        view.Warnings);
}

/// <summary>A machine's network cards and, while it runs, the addresses that others reach it at.</summary>
/// <param name="At">When that was so; at most half a minute ago where its guest could be asked.</param>
/// <param name="Source">Who told the addresses.</param>
/// <param name="Cards">In the order of the machine's definition.</param>
public sealed record VmNetworkResource(DateTimeOffset At, AddressSource Source, IReadOnlyList<NetworkCardResource> Cards)
{
    internal static VmNetworkResource From(VmNetworkView view) => new(view.At, view.Source, [.. view.Cards.Select(NetworkCardResource.From)]);
}

/// <summary>A network card of a machine.</summary>
/// <param name="Mac">Its hardware address.</param>
/// <param name="Network">Where it is plugged in, in a few words.</param>
/// <param name="GuestName">What the guest calls it, where that is known.</param>
/// <param name="Addresses">IPv4 first; without those that only the guest itself reaches.</param>
public sealed record NetworkCardResource(string Mac, string Network, string? GuestName, IReadOnlyList<string> Addresses)
{
    internal static NetworkCardResource From(NetworkCard card) => new(card.Mac, card.Network, card.GuestName, card.Addresses);
}

/// <summary>A domain on a host that the portal does not manage.</summary>
public sealed record UnmanagedVmResource(Guid HostId, string HostName, Guid VmId, string Name, PowerState Power, IReadOnlyList<DiskResource> Disks)
{
    internal static UnmanagedVmResource From(UnmanagedVmView view)
        => new(view.HostId, view.HostName, view.VmId, view.Name, view.Power, [.. view.Disks.Select(DiskResource.From)]);
}

/// <summary>The domains that the portal does not manage.</summary>
public sealed record UnmanagedVmListResource(IReadOnlyList<UnmanagedVmResource> Items);

/// <summary>Puts an existing domain under the portal's care.</summary>
public sealed record AdoptBody
{
    /// <summary>The host it is on.</summary>
    public required Guid HostId { get; init; }

    /// <summary>The domain's UUID.</summary>
    public required Guid VmId { get; init; }

    /// <summary>The user it will belong to.</summary>
    public required Guid OwnerId { get; init; }
}

/// <summary>Puts a machine back to its template.</summary>
public sealed record ResetVmBody : IOptionalBody
{
    /// <summary>To the newest edition instead of the one it has.</summary>
    public bool ToNewest { get; init; }
}
