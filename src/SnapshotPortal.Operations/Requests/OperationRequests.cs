using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <inheritdoc cref="IOperations"/>
internal sealed class OperationRequests(IPortalDbFactory factory, Changes changes, OperationSignals signals, TimeProvider time) : IOperations
{
    public async Task<IReadOnlyList<OperationView>> ListAsync(Actor actor, OperationQuery query, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var rows = db.Operations.AsNoTracking().Include(static o => o.Steps).AsQueryable();
        if (!(actor.IsAdministrator && (query.Everybodys || query.VmId is not null)))
        {
            var taught = ClassAccess.Taught(db, actor);
            rows = query.VmId is null
                ? rows.Where(o => o.OwnerId == actor.UserId)
                : rows.Where(o => o.OwnerId == actor.UserId || (o.ClassId != null && taught.Contains(o.ClassId.Value)));
        }

        if (query.VmId is { } vmId)
        {
            rows = rows.Where(o => o.VmId == vmId);
        }

        if (query.Kind is { } kind)
        {
            rows = rows.Where(o => o.Kind == kind);
        }

        if (query.ActiveOnly)
        {
            rows = rows.Where(static o => o.State == OperationState.Queued || o.State == OperationState.Running);
        }

        var list = await rows.OrderByDescending(static o => o.RequestedAt).ThenByDescending(static o => o.Id)
            .Take(Math.Clamp(query.Take, 1, 500)).ToListAsync(cancellationToken);
        return await ViewReader.OperationsAsync(db, list, cancellationToken);
    }

    public async Task<Outcome<OperationView>> GetAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var row = await db.Operations.AsNoTracking().Include(static o => o.Steps).FirstOrDefaultAsync(o => o.Id == operationId, cancellationToken);
        return row is not null && await MaySeeAsync(db, actor, row, cancellationToken)
            ? await ViewReader.OperationAsync(db, row, cancellationToken)
            : Enqueuing.NotFound("operation");
    }

    public async Task<Outcome<OperationView>> CancelAsync(Actor actor, Guid operationId, CancellationToken cancellationToken)
    {
        var outcome = await changes.CommitAsync<OperationView>(
            AuditDraft.By(actor, AuditActs.OperationCancelled, AuditSubject.Operation, operationId),
            async (db, drafts) =>
            {
                var row = await db.Operations.Include(static o => o.Steps).FirstOrDefaultAsync(o => o.Id == operationId, cancellationToken);
                if (row is null || !await MaySeeAsync(db, actor, row, cancellationToken))
                {
                    return Enqueuing.NotFound("operation");
                }

                if (!row.IsActive)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NotCancellable, $"It has ended already ({row.State}); there is nothing left to cancel.");
                }

                // What a delete releases cannot be taken back, and waiting is all it does before.
                if (row.Kind is OperationKind.DeleteSnapshot or OperationKind.DeleteVm)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NotCancellable, "A deletion cannot be cancelled.");
                }

                row.RequestCancel(actor.Name, time.GetUtcNow());
                drafts.Add(EventDraft.Of(row));
                await db.SaveChangesAsync(cancellationToken);
                return await ViewReader.OperationAsync(db, row, cancellationToken);
            },
            cancellationToken);
        if (outcome.IsSuccess)
        {
            signals.Cancel(operationId);
            signals.Wake();
        }

        return outcome;
    }

    public async Task<IReadOnlyList<EventView>> EventsSinceAsync(Actor actor, long sinceSequence, int take, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var most = Math.Clamp(take, 1, 1_000);
        var rows = db.Events.AsNoTracking().Where(e => e.Sequence > sinceSequence);
        if (actor.IsAdministrator)
        {
            return [.. (await NewerAsync(rows)).Select(EventViews.From)];
        }

        // One question for each reason to see an event: each is answered by an index, all of them in one would go through the log.
        var taught = await ClassAccess.Taught(db, actor).ToListAsync(cancellationToken);
        var found = new List<OperationEvent>();
        found.AddRange(await NewerAsync(rows.Where(e => e.OwnerId == actor.UserId)));
        found.AddRange(await NewerAsync(rows.Where(static e => e.OwnerId == null && e.ClassId == null)));
        foreach (var classId in taught)
        {
            found.AddRange(await NewerAsync(rows.Where(e => e.ClassId == classId && e.OwnerId != actor.UserId)));
        }

        return [.. found.OrderBy(static e => e.Sequence).Take(most).Select(EventViews.From)];

        Task<List<OperationEvent>> NewerAsync(IQueryable<OperationEvent> some) => some.OrderBy(static e => e.Sequence).Take(most).ToListAsync(cancellationToken);
    }

    /// <summary>The actor owns what the operation is about, teaches its class, or administrates.</summary>
    internal static async Task<bool> MaySeeAsync(IPortalDb db, Actor actor, Operation operation, CancellationToken cancellationToken)
        => actor.MayUse(operation.OwnerId) || await ClassAccess.TeachesAsync(db, actor, operation.ClassId, cancellationToken);

    public async Task<long> LastSequenceAsync(CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await db.Events.MaxAsync(static e => (long?)e.Sequence, cancellationToken) ?? 0;
    }
}
