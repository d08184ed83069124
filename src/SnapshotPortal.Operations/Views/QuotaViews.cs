using SnapshotPortal.Domain.Quotas;

namespace SnapshotPortal.Operations.Views;

/// <summary>What somebody may have and what they have.</summary>
public sealed record QuotaStateView(QuotaLimits Limits, QuotaUsage Usage);

/// <summary>A quota that was set.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Subject">Whom it is for.</param>
/// <param name="SubjectId">The person or class.</param>
/// <param name="SubjectName">The name of the person, the class or the role; empty for everybody.</param>
/// <param name="Limits">The limits.</param>
/// <param name="Reason">Why.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="SetAt">When.</param>
public sealed record QuotaView(Guid Id, QuotaSubject Subject, Guid? SubjectId, string SubjectName, QuotaLimits Limits, string Reason, string SetBy, DateTimeOffset SetAt);
