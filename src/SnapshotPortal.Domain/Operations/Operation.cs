namespace SnapshotPortal.Domain.Operations;

/// <summary>The kinds of hypervisor work.</summary>
public enum OperationKind
{
    TakeSnapshot,
    RestoreSnapshot,
    CloneVm,
    DeleteSnapshot,

    /// <summary>Background: merges or removes layers that nobody holds any more.</summary>
    CollectLayers,
    StartVm,

    /// <summary>Asks the guest to shut down.</summary>
    ShutdownVm,

    /// <summary>Forces the machine off, like pulling the plug.</summary>
    StopVm,

    /// <summary>Asks the guest to restart.</summary>
    RebootVm,
    DeleteVm,

    /// <summary>Pulls everything behind the machine's disks into its own files.</summary>
    FlattenVm,

    /// <summary>Copies a snapshot's disks into files that stand alone.</summary>
    ExportSnapshot,

    /// <summary>Copies a machine's present disks into files that stand alone.</summary>
    ExportVm,

    /// <summary>Puts a machine back to its template, or forward to a newer edition of it.</summary>
    ResetVm,

    /// <summary>Makes a clone's guest another guest than the one it is a copy of, and proves it.</summary>
    GiveIdentity,

    /// <summary>Makes a machine around a disk image from elsewhere.</summary>
    ImportVm,

    /// <summary>Renames a machine, has it start with its host or not, orders what it boots from.</summary>
    ConfigureVm,
}

/// <summary>The life of an operation.</summary>
public enum OperationState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>One durable piece of hypervisor work.</summary>
public sealed class Operation
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required OperationKind Kind { get; init; }

    /// <summary>The machine it has to itself while it runs.</summary>
    public required Guid VmId { get; init; }

    public required Guid HostId { get; init; }

    public Guid? SnapshotId { get; init; }

    /// <summary>The user who asked; <see langword="null"/> for the portal's own housekeeping.</summary>
    public Guid? RequestedById { get; init; }

    /// <summary>The name of that user at that time.</summary>
    public required string RequestedByName { get; init; }

    /// <summary>The machine's owner at that time: who may see this operation.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The class the machine was made for: whose teachers may see this operation, too.</summary>
    public Guid? ClassId { get; init; }

    /// <summary>The batch it is a part of; <see langword="null"/> if of none.</summary>
    public Guid? BatchId { get; init; }

    /// <summary>An administrator or a teacher acted on somebody else's machine.</summary>
    public bool OnBehalf => RequestedById is { } by && by != OwnerId;

    /// <summary>The caller's key: the same key from the same user answers with the same operation.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Hash of the request the key came with, so that a key cannot be used for another request.</summary>
    public string? RequestFingerprint { get; init; }

    /// <summary>The request's own parameters, as JSON; read by the handler of this kind.</summary>
    public string Parameters { get; init; } = "{}";

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>Past this instant it fails, queueing included.</summary>
    public required DateTimeOffset Deadline { get; init; }

    public OperationState State { get; private set; }

    public string? CurrentStep { get; set; }

    /// <summary>Progress of the current step, 0 to 100, where the hypervisor tells it.</summary>
    public double? Percent { get; set; }

    /// <summary>A sentence on why it waits, while it waits.</summary>
    public string? WaitingFor { get; set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorMessage { get; private set; }

    /// <summary>Set when somebody asked to cancel; the worker answers as soon as the step allows.</summary>
    public DateTimeOffset? CancelRequestedAt { get; private set; }

    public string? CancelRequestedBy { get; private set; }

    /// <summary>The portal instance that runs it.</summary>
    public string? LeaseOwner { get; private set; }

    /// <summary>After this instant another instance may take it over.</summary>
    public DateTimeOffset? LeaseUntil { get; private set; }

    /// <summary>How many instances have begun it.</summary>
    public int Attempt { get; private set; }

    public List<OperationStep> Steps { get; } = [];

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>Queued or running.</summary>
    public bool IsActive => State is OperationState.Queued or OperationState.Running;

    /// <summary>Takes the operation from the queue for an instance.</summary>
    /// <returns>False if it is not queued (any more).</returns>
    public bool TryClaim(string leaseOwner, DateTimeOffset now, TimeSpan lease)
    {
        if (!TryTransition(OperationState.Queued, OperationState.Running))
        {
            return false;
        }

        StartedAt ??= now;
        WaitingFor = null;
        TakeLease(leaseOwner, now, lease);
        return true;
    }

    /// <summary>Takes over a running operation whose instance died.</summary>
    public void TakeLease(string leaseOwner, DateTimeOffset now, TimeSpan lease)
    {
        LeaseOwner = leaseOwner;
        LeaseUntil = now + lease;
        Attempt++;
    }

    /// <summary>Puts it back into the queue, because its instance died before it had begun a step: nothing was done yet.</summary>
    /// <exception cref="IllegalTransitionException">It does not run, or a step of it has begun.</exception>
    public void Requeue()
    {
        if (CurrentStep is not null || !TryTransition(OperationState.Running, OperationState.Queued))
        {
            throw IllegalTransitionException.Between("An operation", State, OperationState.Queued);
        }

        StartedAt = null;
        LeaseOwner = null;
        LeaseUntil = null;
    }

    /// <summary>Prolongs the lease of the instance that holds it.</summary>
    public void RenewLease(DateTimeOffset now, TimeSpan lease) => LeaseUntil = now + lease;

    /// <summary>Notes that somebody wants it cancelled.</summary>
    public void RequestCancel(string by, DateTimeOffset at)
    {
        CancelRequestedAt ??= at;
        CancelRequestedBy ??= by;
    }

    /// <summary>Ends it well.</summary>
    /// <exception cref="IllegalTransitionException">It does not run.</exception>
    public void Succeed(DateTimeOffset at) => End(OperationState.Succeeded, at, null, null);

    /// <summary>Ends it with an error: a stable code and a sentence for people.</summary>
    /// <exception cref="IllegalTransitionException">It has ended already.</exception>
    public void Fail(DateTimeOffset at, string code, string message) => End(OperationState.Failed, at, code, message);

    /// <summary>Ends it because somebody asked.</summary>
    /// <exception cref="IllegalTransitionException">It has ended already.</exception>
    public void Cancel(DateTimeOffset at, string message) => End(OperationState.Cancelled, at, "cancelled", message);

    /// <summary>Moves to <paramref name="next"/> if the operation is in <paramref name="expected"/>.</summary>
    /// <returns>False if it was in another state than expected; nothing changed then.</returns>
    /// <exception cref="IllegalTransitionException">No such edge exists.</exception>
    public bool TryTransition(OperationState expected, OperationState next)
    {
        var legal = (expected, next) switch
        {
            (OperationState.Queued, OperationState.Running or OperationState.Failed or OperationState.Cancelled) => true,
            (OperationState.Running, OperationState.Queued or OperationState.Succeeded or OperationState.Failed or OperationState.Cancelled) => true,
            _ => false,
        };
        if (!legal)
        {
            throw IllegalTransitionException.Between("An operation", expected, next);
        }

        if (State != expected)
        {
            return false;
        }

        State = next;
        return true;
    }

    private void End(OperationState next, DateTimeOffset at, string? code, string? message)
    {
        if (!TryTransition(State, next))
        {
            throw IllegalTransitionException.Between("An operation", State, next);
        }

        CompletedAt = at;
        ErrorCode = code;
        ErrorMessage = message;
        Percent = null;
        WaitingFor = null;
        LeaseOwner = null;
        LeaseUntil = null;
        foreach (var step in Steps.Where(static s => s.State == StepState.Running))
        {
            step.End(at, next == OperationState.Succeeded ? StepState.Done : StepState.Failed);
        }
    }
}
