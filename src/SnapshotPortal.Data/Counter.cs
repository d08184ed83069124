namespace SnapshotPortal.Data;

/// <summary>A number that only grows.</summary>
internal sealed class Counter
{
    /// <summary>The last event sequence number given out.</summary>
    public const string EventSequence = "event-sequence";

    public required string Name { get; init; }

    public required long Value { get; set; }
}
