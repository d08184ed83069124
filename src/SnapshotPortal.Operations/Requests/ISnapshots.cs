using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What a person may ask about and of snapshots. Every call authorises by itself.</summary>
public interface ISnapshots
{
    /// <summary>A machine's snapshots, newest first.</summary>
    Task<Outcome<IReadOnlyList<SnapshotView>>> ListAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>One snapshot.</summary>
    Task<Outcome<SnapshotView>> GetAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken);

    /// <summary>
    /// In what a snapshot differs from another one, or from the machine as it is now: its configuration, the time and the bytes
    /// in between. Asks the host only for what is now.
    /// </summary>
    /// <param name="actor">Who asks; both must be theirs.</param>
    /// <param name="snapshotId">The snapshot.</param>
    /// <param name="withId">The other one; <see langword="null"/> = now.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Outcome<ComparisonView>> CompareAsync(Actor actor, Guid snapshotId, Guid? withId, CancellationToken cancellationToken);

    /// <summary>Takes a snapshot of a machine.</summary>
    Task<Outcome<OperationView>> TakeAsync(Actor actor, Guid vmId, TakeSnapshotRequest request, CancellationToken cancellationToken);

    /// <summary>Puts the machine back to the snapshot; its present state is kept as a safety snapshot first.</summary>
    Task<Outcome<OperationView>> RestoreAsync(Actor actor, Guid snapshotId, RestoreSnapshotRequest request, CancellationToken cancellationToken);

    /// <summary>What a new machine from the snapshot would be, could be and would lack. Asks the host, changes nothing.</summary>
    Task<Outcome<ClonePreviewView>> PreviewCloneAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken);

    /// <summary>Which of these names are no longer free for machines made from the snapshot.</summary>
    Task<Outcome<IReadOnlyList<string>>> TakenNamesAsync(Actor actor, Guid snapshotId, IReadOnlyCollection<string> names, CancellationToken cancellationToken);

    /// <summary>Makes a new machine from the snapshot. The operation's <see cref="OperationView.VmId"/> is the new machine's id.</summary>
    Task<Outcome<OperationView>> CloneAsync(Actor actor, Guid snapshotId, CloneVmRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the snapshot. Always allowed once it is complete, unless it is protected; what others still need is kept.
    /// </summary>
    Task<Outcome<OperationView>> DeleteAsync(Actor actor, Guid snapshotId, string? idempotencyKey, CancellationToken cancellationToken);

    /// <summary>Gives the snapshot another name or description.</summary>
    Task<Outcome<SnapshotView>> ChangeAsync(Actor actor, Guid snapshotId, ChangeSnapshotRequest request, CancellationToken cancellationToken);

    /// <summary>Protects the snapshot from being deleted, by the portal's rules and by mistake, or takes the protection away.</summary>
    Task<Outcome<SnapshotView>> ProtectAsync(Actor actor, Guid snapshotId, bool isProtected, CancellationToken cancellationToken);
}

/// <summary>Takes a snapshot.</summary>
/// <param name="Name">See <see cref="Domain.Names.CheckSnapshotName"/>; unique among the machine's snapshots.</param>
/// <param name="Description">Optional.</param>
/// <param name="FailureDeadline">1 s to 24 h from the request; <see langword="null"/> = the machine's or the portal's default.</param>
/// <param name="IdempotencyKey">1 to 200 visible ASCII characters; the same key answers with the same operation.</param>
/// <param name="WithMemory">Save the running machine's memory too: a restore goes on exactly there.</param>
public sealed record TakeSnapshotRequest(string Name, string? Description = null, TimeSpan? FailureDeadline = null, string? IdempotencyKey = null, bool WithMemory = false);

/// <summary>Changes what a snapshot is called; <see langword="null"/> = as it was.</summary>
/// <param name="Name">See <see cref="Domain.Names.CheckSnapshotName"/>; unique among the machine's snapshots.</param>
/// <param name="Description">May be empty.</param>
public sealed record ChangeSnapshotRequest(string? Name = null, string? Description = null);

/// <summary>What to do where the machine runs when it is to be restored (KubeVirt's target readiness policies).</summary>
public enum TargetReadinessPolicy
{
    /// <summary>Wait until it is off, up to the deadline; then fail. The machine is not touched.</summary>
    WaitGracePeriod,

    /// <summary>Stop it (file systems frozen first where the agent answers), restore, start it again.</summary>
    StopTarget,

    /// <summary>Fail at once.</summary>
    FailImmediate,
}

/// <summary>Restores a snapshot.</summary>
/// <param name="Policy">What to do where the machine runs.</param>
/// <param name="KeepPresent">Keep the present state as a safety snapshot, so that the restore can be undone.</param>
/// <param name="IdempotencyKey">See <see cref="TakeSnapshotRequest"/>.</param>
/// <param name="DisksOnly">Leave a snapshot's memory aside and start from its disks.</param>
public sealed record RestoreSnapshotRequest(
    TargetReadinessPolicy Policy = TargetReadinessPolicy.WaitGracePeriod,
    bool KeepPresent = true,
    string? IdempotencyKey = null,
    bool DisksOnly = false);
