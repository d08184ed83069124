namespace SnapshotPortal.Domain.Operations;

/// <summary>What became of an intention.</summary>
public enum JournalState
{
    /// <summary>About to be done, or interrupted while it was.</summary>
    Open,
    Done,
    Undone,

    /// <summary>It failed, and nobody can say how far it came: nothing was undone, a person has to look.</summary>
    Kept,
}

/// <summary>An intention, written before its side effect: recovery reads it backwards after a crash.</summary>
public sealed class JournalEntry
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid OperationId { get; init; }

    /// <summary>The step that is about to act.</summary>
    public required string Step { get; init; }

    /// <summary>Everything it will touch, by name, as JSON; its shape belongs to the engine.</summary>
    public required string Intention { get; init; }

    public required DateTimeOffset WrittenAt { get; init; }

    public JournalState State { get; set; }
}
