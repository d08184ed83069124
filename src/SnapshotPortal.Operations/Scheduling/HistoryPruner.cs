using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>
/// Once a day removes operations that ended long ago, with their steps, journal and events. What a failed snapshot tells of
/// stays as long as the snapshot.
/// </summary>
internal sealed class HistoryPruner(
    IPortalDbFactory factory,
    Changes changes,
    IOptions<PortalOptions> options,
    TimeProvider time,
    ILogger<HistoryPruner> logger) : RepeatedWork(time, logger)
{
    // Small enough that a person's request, which waits for the same lock, does not notice.
    internal const int Batch = 200;

    private static readonly TimeSpan _round = TimeSpan.FromDays(1);
    private static readonly TimeSpan _breath = TimeSpan.FromMilliseconds(100);

    protected override TimeSpan FirstPause => TimeSpan.FromMinutes(1);

    protected override TimeSpan PauseAfterFailure => TimeSpan.FromHours(1);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await PruneAsync(cancellationToken);
        return _round;
    }

    /// <summary>Removes everything that is old enough, a batch at a Time.</summary>
    internal async Task PruneAsync(CancellationToken cancellationToken)
    {
        var before = Time.GetUtcNow() - options.Value.History.Keep;
        var operations = await PruneOperationsAsync(before, cancellationToken);
        var events = await PruneEventsAsync(before, cancellationToken);
        if (operations + events > 0)
        {
            SchedulingLog.Pruned(Logger, operations, events, before);
        }
    }

    private async Task<int> PruneOperationsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var removed = await changes.CommitAsync(
                async (db, _) =>
                {
                    var ids = await Old(db, before).OrderBy(static o => o.RequestedAt).Take(Batch).Select(static o => o.Id).ToListAsync(cancellationToken);
                    await db.Journal.Where(j => ids.Contains(j.OperationId)).ExecuteDeleteAsync(cancellationToken);
                    await db.Steps.Where(s => ids.Contains(s.OperationId)).ExecuteDeleteAsync(cancellationToken);
                    return await db.Operations.Where(o => ids.Contains(o.Id)).ExecuteDeleteAsync(cancellationToken);
                },
                cancellationToken);
            total += removed;
            if (removed < Batch)
            {
                return total;
            }

            await Task.Delay(_breath, Time, cancellationToken);
        }
    }

    /// <summary>Walks up the log, because what stays would otherwise be looked at again for each batch.</summary>
    private async Task<int> PruneEventsAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var total = 0;
        long from = 0;
        while (true)
        {
            List<long> page;
            long newest;
            await using (var db = factory.Create())
            {
                newest = await db.Events.MaxAsync(static e => (long?)e.Sequence, cancellationToken) ?? 0;
                page = await db.Events.Where(e => e.Sequence > from).OrderBy(static e => e.Sequence).Take(Batch)
                    .Where(e => e.At < before).Select(static e => e.Sequence).ToListAsync(cancellationToken);
            }

            if (page.Count == 0)
            {
                return total;
            }

            from = page[^1];
            total += await changes.CommitAsync(
                (db, _) => db.Events
                    // The newest always stays: its number is where listeners begin.
                    .Where(e => page.Contains(e.Sequence) && e.Sequence < newest)
                    .Where(e => e.OperationId == null || !db.Operations.Any(o => o.Id == e.OperationId))
                    .ExecuteDeleteAsync(cancellationToken),
                cancellationToken);
            await Task.Delay(_breath, Time, cancellationToken);
        }
    }

    private static IQueryable<Operation> Old(IPortalDb db, DateTimeOffset before) => db.Operations
        .Where(static o => o.State == OperationState.Succeeded || o.State == OperationState.Failed || o.State == OperationState.Cancelled)
        .Where(o => o.RequestedAt < before && o.CompletedAt < before)
        .Where(o => !db.Snapshots.Any(s => s.Id == o.SnapshotId && s.Phase == SnapshotPhase.Failed));
}
