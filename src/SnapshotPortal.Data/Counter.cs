namespace SnapshotPortal.Data;

/// <summary>A number that only grows.</summary>
internal sealed class Counter
{
    /// <summary>The last event sequence number given out.</summary>
    public const string EventSequence = "event-sequence";

    /// <summary>The number of the last line of the audit log.</summary>
    public const string AuditNumber = "audit-number";

    public required string Name { get; init; }

    public required long Value { get; set; }
}
