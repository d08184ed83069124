using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Quotas;

/// <summary>What a person may ask about and of quotas. Every call authorises by itself.</summary>
public interface IQuotas
{
    /// <summary>What the actor may have and what they have, the machines of their classes left out.</summary>
    Task<QuotaStateView> GetOwnAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Teachers of the class: what its machines may take and take.</summary>
    Task<Outcome<QuotaStateView>> GetOfClassAsync(Actor actor, Guid classId, CancellationToken cancellationToken);

    /// <summary>Administrators: all quotas that were set.</summary>
    Task<Outcome<IReadOnlyList<QuotaView>>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Administrators: sets or replaces a quota.</summary>
    Task<Outcome<IReadOnlyList<QuotaView>>> SetAsync(Actor actor, SetQuotaRequest request, CancellationToken cancellationToken);

    /// <summary>Administrators: takes a quota away.</summary>
    Task<Outcome<IReadOnlyList<QuotaView>>> RemoveAsync(Actor actor, Guid quotaId, CancellationToken cancellationToken);
}

/// <summary>Sets a quota.</summary>
/// <param name="Subject">Whom it is for.</param>
/// <param name="SubjectId">The person or the class; <see langword="null"/> for the others.</param>
/// <param name="Role">The role; <see langword="null"/> for the others.</param>
/// <param name="Limits">The limits, 0 or more each; what is not set does not limit.</param>
/// <param name="Reason">Why, 1 to 2,000 characters.</param>
public sealed record SetQuotaRequest(QuotaSubject Subject, Guid? SubjectId, string? Role, QuotaLimits Limits, string Reason);
