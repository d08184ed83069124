using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Attention;

/// <inheritdoc cref="IAttention"/>
internal sealed class AttentionRequests(IPortalDbFactory factory, Changes changes, QuotaRule quotas, TimeProvider time) : IAttention
{
    public async Task<IReadOnlyList<AttentionView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var now = time.GetUtcNow();
        return
        [
            .. await MachineTroubles.ListAsync(db, actor, now, cancellationToken),
            .. await FailedOperations.ListAsync(db, actor, now, cancellationToken),
            .. await MachineTroubles.SchedulesAsync(db, actor, cancellationToken),
            .. await LimitsAsync(db, actor, cancellationToken),
            .. await Endings.ListAsync(db, actor, now, cancellationToken),
        ];
    }

    public async Task<Outcome<OperationView>> DismissAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
        => await changes.CommitAsync<Outcome<OperationView>>(
            async (db, drafts) =>
            {
                if (await db.Operations.Include(static o => o.Steps).FirstOrDefaultAsync(o => o.Id == operationId && o.OwnerId == actor.UserId, cancellationToken) is not { } operation)
                {
                    return Enqueuing.NotFound("operation");
                }

                if (operation.State != OperationState.Failed)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NothingToDo, "It has not failed, so there is nothing to dismiss.");
                }

                if (!await db.Dismissals.AnyAsync(d => d.UserId == actor.UserId && d.OperationId == operationId, cancellationToken))
                {
                    db.Dismissals.Add(new Dismissal { UserId = actor.UserId, OperationId = operationId, At = time.GetUtcNow() });
                    drafts.Add(EventDraft.Dismissed(operation));
                }

                return await ViewReader.OperationAsync(db, operation, cancellationToken);
            },
            cancellationToken);

    private async Task<IEnumerable<AttentionView>> LimitsAsync(IPortalDb db, Actor actor, CancellationToken cancellationToken)
    {
        var holder = new QuotaHolder(actor.UserId, null);
        var limits = await quotas.LimitsAsync(db, holder, cancellationToken);
        return limits == new Domain.Quotas.QuotaLimits()
            ? []
            : Domain.Quotas.QuotaFill.Of(limits, await QuotaRule.UsageAsync(db, holder, cancellationToken))
                .Where(static f => f.CallsForAction)
                .OrderByDescending(static f => f.IsFull)
                .Select(static f => new AttentionView(AttentionKind.Quota, "", null, null) { Quota = f });
    }
}
