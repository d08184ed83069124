using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What a person may ask about and of virtual machines. Every call authorises by itself.</summary>
public interface IVirtualMachines
{
    /// <summary>The machines the actor owns (all of them for an administrator who asks for it), by name.</summary>
    Task<VmPage> ListAsync(Actor actor, VmQuery query, CancellationToken cancellationToken);

    /// <summary>One machine, from the database: answers also while its host is unreachable.</summary>
    Task<Outcome<VmView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>
    /// What the host says of the machine now: disks with what a snapshot would include, the agent, space, what to expect
    /// of a snapshot. Fails with <see cref="FailureCodes.HostUnreachable"/> where the host does not answer.
    /// </summary>
    Task<Outcome<VmInspectionView>> InspectAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>
    /// The machine's network cards and, while it runs, its addresses, as its guest's agent or its host's networks told within the
    /// last half a minute. Agents that are needed for something else are not asked. Fails with
    /// <see cref="FailureCodes.HostUnreachable"/> where the host does not answer.
    /// </summary>
    Task<Outcome<VmNetworkView>> NetworkAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Start, shut down, force off or restart, as a durable operation.</summary>
    Task<Outcome<OperationView>> PowerAsync(Actor actor, Guid vmId, PowerRequest request, CancellationToken cancellationToken);

    /// <summary>Makes the running guest another guest than any other (or only proves that it is), as a durable operation.</summary>
    Task<Outcome<OperationView>> GiveIdentityAsync(Actor actor, Guid vmId, GiveIdentityRequest request, CancellationToken cancellationToken);

    /// <summary>Changes the machine's settings in the portal; nothing on the host changes.</summary>
    Task<Outcome<VmView>> ChangeAsync(Actor actor, Guid vmId, ChangeVmRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the machine starts with its host, and what it boots from, as the host says now. Fails with
    /// <see cref="FailureCodes.HostUnreachable"/> where the host does not answer.
    /// </summary>
    Task<Outcome<BootSettings>> BootAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>
    /// Renames the machine, has it start with its host or not, orders what it boots from, as a durable operation. Files, snapshots
    /// and the guest stay as they are.
    /// </summary>
    Task<Outcome<OperationView>> ConfigureAsync(Actor actor, Guid vmId, ConfigureVmRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a machine that was made from a template back to it; its present state is kept as a safety snapshot first. It keeps
    /// its name, its hardware and its network address.
    /// </summary>
    Task<Outcome<OperationView>> ResetAsync(Actor actor, Guid vmId, ResetVmRequest request, CancellationToken cancellationToken);

    /// <summary>Deletes the machine, its snapshots and every layer that nothing else needs.</summary>
    Task<Outcome<OperationView>> DeleteAsync(Actor actor, Guid vmId, string? idempotencyKey, CancellationToken cancellationToken);

    /// <summary>A PNG or PPM of the machine's display. Fails with <see cref="FailureCodes.VmNotRunning"/> where there is none.</summary>
    Task<Outcome<ScreenshotView>> ScreenshotAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>
    /// Administrators: makes the machine somebody else's, with its snapshots and exports. Whoever had it loses it within seconds;
    /// nothing on the host changes.
    /// </summary>
    Task<Outcome<VmView>> GiveAsync(Actor actor, Guid vmId, Guid ownerId, CancellationToken cancellationToken);

    /// <summary>Administrators: the domains on all hosts that the portal does not manage yet.</summary>
    Task<Outcome<IReadOnlyList<UnmanagedVmView>>> ListUnmanagedAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Administrators: puts an existing domain under the portal's care for an owner; nothing in the domain changes.</summary>
    Task<Outcome<VmView>> AdoptAsync(Actor actor, AdoptRequest request, CancellationToken cancellationToken);
}

/// <summary>Which machines to list.</summary>
/// <param name="Search">Part of the name, any case; empty for all.</param>
/// <param name="Everybodys">Administrators: not only one's own. Ignored for anybody else.</param>
/// <param name="Skip">How many to pass over.</param>
/// <param name="Take">How many at the most, 1 to 500.</param>
public sealed record VmQuery(string? Search = null, bool Everybodys = false, int Skip = 0, int Take = 100);

/// <summary>The acts on a machine's power.</summary>
public enum PowerAction
{
    Start,

    /// <summary>Asks the guest.</summary>
    Shutdown,

    /// <summary>Forces off.</summary>
    Stop,

    /// <summary>Asks the guest.</summary>
    Reboot,
}

/// <summary>A change of power.</summary>
public sealed record PowerRequest(PowerAction Action, string? IdempotencyKey = null);

/// <summary>Puts a machine back to its template.</summary>
/// <param name="ToNewest">To the newest edition instead of the one it was made from.</param>
/// <param name="IdempotencyKey">See <see cref="TakeSnapshotRequest"/>.</param>
public sealed record ResetVmRequest(bool ToNewest = false, string? IdempotencyKey = null);

/// <summary>Gives a guest an identity of its own.</summary>
/// <param name="Change">Change host name, machine id and SSH host keys, and run the script again; otherwise they are only read and compared.</param>
/// <param name="IdempotencyKey">See <see cref="TakeSnapshotRequest"/>.</param>
public sealed record GiveIdentityRequest(bool Change, string? IdempotencyKey = null);

/// <summary>Changes a machine's settings in the portal.</summary>
/// <param name="FailureDeadline">How long a snapshot of it may take, 1 s to 24 h; <see langword="null"/> = the portal's default.</param>
public sealed record ChangeVmRequest(TimeSpan? FailureDeadline)
{
    /// <summary>The failure deadline stays as it is, whatever is said of it.</summary>
    public bool DeadlineStays { get; init; }

    /// <summary>What it is for; <see langword="null"/> = as it is.</summary>
    public string? Description { get; init; }
}

/// <summary>Changes what the host keeps of a machine. What is <see langword="null"/> stays.</summary>
/// <param name="Name">Its new name, like a new machine's. Only while it is off.</param>
/// <param name="StartsWithHost">It starts when its host does, or not.</param>
/// <param name="BootOrder">The <see cref="BootDevice.Id"/>s of what it boots from, in their order, from its next start on; nothing else is booted from.</param>
/// <param name="IdempotencyKey">See <see cref="TakeSnapshotRequest"/>.</param>
public sealed record ConfigureVmRequest(string? Name = null, bool? StartsWithHost = null, IReadOnlyList<string>? BootOrder = null, string? IdempotencyKey = null);

/// <summary>Puts a domain under the portal's care.</summary>
public sealed record AdoptRequest(Guid HostId, Guid VmId, Guid OwnerId);
