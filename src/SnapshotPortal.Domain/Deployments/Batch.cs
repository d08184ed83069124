namespace SnapshotPortal.Domain.Deployments;

/// <summary>What is done to many machines at once.</summary>
public enum BatchKind
{
    /// <summary>Makes the machines.</summary>
    Deploy,
    Start,

    /// <summary>Asks the guests to shut down.</summary>
    ShutDown,

    /// <summary>Forces the machines off.</summary>
    ForceOff,
    Snapshot,

    /// <summary>Back to the template, with a safety snapshot first.</summary>
    Reset,

    /// <summary>Forward to the template's newest edition, with a safety snapshot first.</summary>
    Update,

    /// <summary>Keeps each student's state of this moment in a protected snapshot.</summary>
    Collect,
    Delete,
}

/// <summary>The life of a batch.</summary>
public enum BatchState
{
    Running,

    /// <summary>Every machine was done.</summary>
    Succeeded,

    /// <summary>Some were not; the items say which and why.</summary>
    Failed,

    /// <summary>Somebody stopped it; what had been done stays done.</summary>
    Cancelled,
}

/// <summary>One act on many machines of a class, with a child operation for each.</summary>
public sealed class Batch
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required BatchKind Kind { get; init; }

    public required Guid ClassId { get; init; }

    public required Guid DeploymentId { get; init; }

    /// <summary>Who asked; <see langword="null"/> for the portal itself.</summary>
    public Guid? RequestedById { get; init; }

    public required string RequestedByName { get; init; }

    /// <summary>An administrator asked, whose right does not come from the class.</summary>
    public bool ByAdministrator { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Hash of the request the key came with.</summary>
    public string? RequestFingerprint { get; init; }

    /// <summary>The name of the snapshots that it takes.</summary>
    public string? SnapshotName { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; private set; }

    public DateTimeOffset? CancelRequestedAt { get; private set; }

    public string? CancelRequestedBy { get; private set; }

    public BatchState State { get; private set; }

    public List<BatchItem> Items { get; } = [];

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>Notes that somebody wants it stopped.</summary>
    public void RequestCancel(string by, DateTimeOffset at)
    {
        CancelRequestedAt ??= at;
        CancelRequestedBy ??= by;
    }

    /// <summary>Ends it if every item has ended.</summary>
    /// <returns>False if something is still to be done.</returns>
    public bool TryComplete(DateTimeOffset at)
    {
        if (State != BatchState.Running || Items.Exists(static i => i.IsActive))
        {
            return false;
        }

        CompletedAt = at;
        State = Items.TrueForAll(static i => i.State == BatchItemState.Succeeded) ? BatchState.Succeeded
            : CancelRequestedAt is not null ? BatchState.Cancelled
            : BatchState.Failed;
        return true;
    }
}

/// <summary>The life of one machine's part in a batch.</summary>
public enum BatchItemState
{
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>One machine's part in a batch.</summary>
public sealed class BatchItem
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid BatchId { get; init; }

    public required Guid DeploymentItemId { get; init; }

    /// <summary>Its place in the batch, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The operation that does it, once it was begun.</summary>
    public Guid? OperationId { get; private set; }

    public BatchItemState State { get; private set; }

    public string? ErrorCode { get; private set; }

    public string? ErrorMessage { get; private set; }

    /// <summary>Waiting or running.</summary>
    public bool IsActive => State is BatchItemState.Waiting or BatchItemState.Running;

    /// <summary>Its operation was enqueued.</summary>
    public void Begin(Guid operationId)
    {
        if (State != BatchItemState.Waiting)
        {
            throw IllegalTransitionException.Between("A part of a batch", State, BatchItemState.Running);
        }

        OperationId = operationId;
        State = BatchItemState.Running;
    }

    /// <summary>Its operation was interrupted and undone: it is done again.</summary>
    public void Again()
    {
        if (State != BatchItemState.Running)
        {
            throw IllegalTransitionException.Between("A part of a batch", State, BatchItemState.Waiting);
        }

        OperationId = null;
        State = BatchItemState.Waiting;
    }

    /// <summary>It is over.</summary>
    public void End(BatchItemState state, string? code = null, string? message = null)
    {
        if (!IsActive || state is BatchItemState.Waiting or BatchItemState.Running)
        {
            throw IllegalTransitionException.Between("A part of a batch", State, state);
        }

        State = state;
        ErrorCode = code;
        ErrorMessage = message;
    }
}
