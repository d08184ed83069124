using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Metrics;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Persistence;

/// <summary>
/// The one way to write: a change and the events that tell of it in one transaction, published after the commit.
/// </summary>
internal sealed class Changes(IPortalDbFactory factory, EventStream stream, RecordSignal staleRecords, PortalMetrics metrics, TimeProvider time) : IDisposable
{
    // SQLite lets waiting writers sleep and try again; a queue in front of it hands the lock over at once. It also keeps
    // the publication in the order of the commits. Another replica's writes still meet the database's own lock.
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Commits what <paramref name="change"/> does to the database, with the events it adds.</summary>
    public async Task<T> CommitAsync<T>(Func<IPortalDb, List<EventDraft>, Task<T>> change, CancellationToken cancellationToken)
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

            await db.SaveChangesAsync(cancellationToken);
            var stale = await touched.MarkAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            stream.Publish(events);
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

    /// <summary>A unit of work for reading.</summary>
    public IPortalDb Read() => factory.Create();

    public void Dispose() => _gate.Dispose();
}
