namespace SnapshotPortal.Domain.Operations;

/// <summary>
/// One change, written in the transaction that made it. Append-only. <see cref="Sequence"/> grows in the order of the
/// commits, so a reader that has seen N has seen everything up to N.
/// </summary>
public sealed class OperationEvent
{
    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The operation it tells of; <see langword="null"/> for a change of the machine itself.</summary>
    public Guid? OperationId { get; init; }

    /// <summary>The operation's kind, or one of <see cref="EventKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The machine; <see langword="null"/> for a change of a host or a class.</summary>
    public Guid? VmId { get; init; }

    public Guid? SnapshotId { get; init; }

    /// <summary>
    /// Who may see it besides administrators and the teachers of its class; <see langword="null"/> without a class = everybody
    /// signed in (a host's state).
    /// </summary>
    public Guid? OwnerId { get; init; }

    /// <summary>The class whose teachers may see it.</summary>
    public Guid? ClassId { get; init; }

    /// <summary>The operation's, the machine's or the host's state.</summary>
    public required string State { get; init; }

    /// <summary>The snapshot's phase, where there is one.</summary>
    public string? Phase { get; init; }

    public string? Step { get; init; }

    public double? Percent { get; init; }

    public string? Message { get; init; }

    public string? ErrorCode { get; init; }
}
