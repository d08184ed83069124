using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Auditing;

/// <summary>
/// A line of the audit log that has no number yet: it gets one, and the names of what it is about, in the transaction of
/// the change that it tells of.
/// </summary>
/// <param name="Act">What is done; see <see cref="AuditActs"/>.</param>
/// <param name="Subject">To what kind of thing.</param>
/// <param name="SubjectId">To which.</param>
public sealed record AuditDraft(string Act, AuditSubject Subject = AuditSubject.None, Guid? SubjectId = null)
{
    public Guid? ActorId { get; init; }

    public string ActorName { get; init; } = "";

    public AuditChannel Channel { get; init; } = AuditChannel.Portal;

    public Guid? TokenId { get; init; }

    public string? Address { get; init; }

    public string? Device { get; init; }

    /// <summary>The name of what it is about, where the portal cannot look it up.</summary>
    public string? SubjectName { get; init; }

    public AuditOutcome Outcome { get; init; }

    public string? Code { get; init; }

    public string? Detail { get; init; }

    /// <summary>Somebody does something.</summary>
    public static AuditDraft By(Actor actor, string act, AuditSubject subject = AuditSubject.None, Guid? subjectId = null)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return new AuditDraft(act, subject, subjectId)
        {
            ActorId = actor.UserId,
            ActorName = actor.Name,
            Channel = actor.Channel,
            TokenId = actor.TokenId,
            Address = actor.Address,
        };
    }

    /// <summary>An operation has ended; <see langword="null"/> where nobody asked for it.</summary>
    public static AuditDraft? Ended(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return operation.RequestedById is null && operation.BatchId is null
            ? null
            : new AuditDraft(AuditActs.Of(operation.Kind) + AuditActs.Ended, AuditSubject.Vm, operation.VmId)
            {
                ActorId = operation.RequestedById,
                ActorName = operation.RequestedByName,
                Outcome = operation.State switch
                {
                    OperationState.Succeeded => AuditOutcome.Done,
                    OperationState.Cancelled => AuditOutcome.Cancelled,
                    _ => AuditOutcome.Failed,
                },
                Code = operation.ErrorCode,
                Detail = $"operation {operation.Id}",
            };
    }

    /// <summary>The line with what came of it.</summary>
    public AuditDraft With(Failure? failure)
        => failure is null ? this : this with { Outcome = AuditOutcome.Refused, Code = failure.Code };
}
