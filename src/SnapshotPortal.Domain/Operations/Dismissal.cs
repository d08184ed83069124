namespace SnapshotPortal.Domain.Operations;

/// <summary>Somebody has seen that an operation failed, and wants to hear no more of it.</summary>
public sealed class Dismissal
{
    public required Guid UserId { get; init; }

    public required Guid OperationId { get; init; }

    public required DateTimeOffset At { get; init; }
}
