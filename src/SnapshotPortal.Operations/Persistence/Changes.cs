using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Metrics;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Persistence;

/// <summary>
/// The one way to write: a change and the events that tell of it in one transaction, published after the commit.
/// </summary>
internal sealed class Changes(IPortalDbFactory factory, EventStream stream, RecordSignal staleRecords, PortalMetrics metrics, Pace pace, TimeProvider time) : IDisposable
{
    // SQLite lets waiting writers sleep and try again; a queue in front of it hands the lock over at once. It also keeps
    // the publication in the order of the commits. Another replica's writes still meet the database's own lock.
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Commits what <paramref name="change"/> does to the database, with the events it adds.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="committed">Called after the commit and before the next change begins: no change of this instance sees the one without the other.</param>
    public async Task<T> CommitAsync<T>(Func<IPortalDb, List<EventDraft>, Task<T>> change, CancellationToken cancellationToken, Action<T>? committed = null)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await using var db = factory.Create();
            using var touched = new TouchedVms(db);
            await using var transaction = await db.BeginWriteAsync(cancellationToken);
            var drafts = new List<EventDraft>();
            var result = await change(db, drafts);
            var events = new List<OperationEvent>(drafts.Count);
            if (drafts.Count > 0)
            {
                var sequence = await db.NextSequenceAsync(drafts.Count, cancellationToken);
                var now = time.GetUtcNow();
                foreach (var draft in drafts)
                {
                    events.Add(draft.Number(sequence++, now));
                }

                db.Events.AddRange(events);
            }

            await AuditEndsAsync(db, drafts, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            var teachers = await ClassAccess.TeachersAsync(db, events, cancellationToken);
            var stale = await touched.MarkAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            committed?.Invoke(result);
            stream.Publish(events, teachers);
            metrics.Committed(events, db.ChangeTracker);
            if (stale)
            {
                staleRecords.Wake();
            }

            return result;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Commits what <paramref name="change"/> does to the database, with the events it adds.</summary>
    public Task CommitAsync(Func<IPortalDb, List<EventDraft>, Task> change, CancellationToken cancellationToken)
        => CommitAsync(
            async (db, drafts) =>
            {
                await change(db, drafts);
                return true;
            },
            cancellationToken);

    /// <summary>
    /// Commits what <paramref name="change"/> does to the database for somebody, with the events it adds and a line of the audit
    /// log: of what was done, or of what was refused.
    /// </summary>
    /// <param name="audit">The line; what came of it is added.</param>
    /// <param name="change">The change; where it refuses, it has changed nothing.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="subject">What the line is about, where only the change's result says it.</param>
    public async Task<Outcome<T>> CommitAsync<T>(
        AuditDraft audit,
        Func<IPortalDb, List<EventDraft>, Task<Outcome<T>>> change,
        CancellationToken cancellationToken,
        Func<T, Guid>? subject = null)
        => pace.Check(audit) ?? await CommitAsync<Outcome<T>>(
            async (db, drafts) =>
            {
                var outcome = await change(db, drafts);
                var line = audit.With(outcome.Failure);
                db.Audit(subject is not null && outcome.Value is { } value ? line with { SubjectId = subject(value) } : line);
                return outcome;
            },
            cancellationToken);

    /// <summary>Writes a line of the audit log of something that changed nothing.</summary>
    public Task AuditAsync(AuditDraft line, CancellationToken cancellationToken)
        => CommitAsync(
            (db, _) =>
            {
                db.Audit(line);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>A unit of work for reading.</summary>
    public IPortalDb Read() => factory.Create();

    /// <summary>An operation that a person asked for has a line for its end too, whoever commits it.</summary>
    private static async Task AuditEndsAsync(IPortalDb db, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        foreach (var id in drafts.Where(static d => d.State is nameof(OperationState.Succeeded) or nameof(OperationState.Failed) or nameof(OperationState.Cancelled))
            .Select(static d => d.OperationId).OfType<Guid>().Distinct())
        {
            if (await db.Operations.FindAsync([id], cancellationToken) is { IsActive: false } operation && AuditDraft.Ended(operation) is { } line)
            {
                db.Audit(line);
            }
        }
    }

    public void Dispose() => _gate.Dispose();
}
