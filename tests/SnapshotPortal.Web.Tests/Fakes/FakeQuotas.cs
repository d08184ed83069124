using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Quotas as the pages see them, in memory.</summary>
internal sealed class FakeQuotas : IQuotas
{
    public QuotaStateView Own { get; set; } = new(new QuotaLimits(), new QuotaUsage());

    public QuotaStateView OfClass { get; set; } = new(new QuotaLimits(), new QuotaUsage());

    public List<QuotaView> All { get; } = [];

    /// <summary>Everything that was asked to be changed, in order.</summary>
    public List<object> Requests { get; } = [];

    /// <summary>Refuses the next requests for a change with this.</summary>
    public Failure? Refusal { get; set; }

    public static QuotaView Quota(QuotaSubject subject = QuotaSubject.Everybody, string name = "") => new(Guid.CreateVersion7(), subject, null, name, new QuotaLimits { Vms = 5 }, "There is one host.", "Ada Administrator", Sample.Start);

    public Task<QuotaStateView> GetOwnAsync(Actor actor, CancellationToken cancellationToken) => Task.FromResult(Own);

    public Task<Outcome<QuotaStateView>> GetOfClassAsync(Actor actor, Guid classId, CancellationToken cancellationToken) => Task.FromResult<Outcome<QuotaStateView>>(OfClass);

    public Task<Outcome<IReadOnlyList<QuotaView>>> ListAsync(Actor actor, CancellationToken cancellationToken) => Task.FromResult(Outcome.Success<IReadOnlyList<QuotaView>>([.. All]));

    public Task<Outcome<IReadOnlyList<QuotaView>>> SetAsync(Actor actor, SetQuotaRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<IReadOnlyList<QuotaView>>>(refusal);
        }

        All.Add(Quota(request.Subject, request.Role ?? "") with { Limits = request.Limits, Reason = request.Reason });
        return ListAsync(actor, cancellationToken);
    }

    public Task<Outcome<IReadOnlyList<QuotaView>>> RemoveAsync(Actor actor, Guid quotaId, CancellationToken cancellationToken)
    {
        Requests.Add(("Remove", quotaId));
        All.RemoveAll(q => q.Id == quotaId);
        return ListAsync(actor, cancellationToken);
    }
}
