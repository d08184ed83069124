namespace SnapshotPortal.Domain.Operations;

/// <summary>The state of one step.</summary>
public enum StepState
{
    Running,
    Done,
    Failed,
}

/// <summary>One step of an operation with its measured time.</summary>
public sealed class OperationStep
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid OperationId { get; init; }

    /// <summary>Position within the operation, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The step's stable name, for example <c>Freeze</c>.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How long it took; <see langword="null"/> while it runs.</summary>
    public TimeSpan? Duration { get; private set; }

    public StepState State { get; private set; }

    /// <summary>What it found or did, in a few words.</summary>
    public string? Detail { get; set; }

    /// <summary>Ends the step at <paramref name="at"/>.</summary>
    public void End(DateTimeOffset at, StepState state)
    {
        Duration = at > StartedAt ? at - StartedAt : TimeSpan.Zero;
        State = state;
    }
}
