using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Collecting;

/// <summary>Looks for released layers and queues the background operations that merge or remove them.</summary>
internal sealed class CollectionPlanner(
    CollectionTrigger trigger,
    Changes changes,
    IPortalDbFactory factory,
    OperationSignals signals,
    TimeProvider time,
    ILogger<CollectionPlanner> logger) : RepeatedWork(time, logger, trigger)
{
    private static readonly TimeSpan _round = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _deadline = TimeSpan.FromHours(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await PlanAsync(cancellationToken);
        return _round;
    }

    /// <summary>
    /// Queues one collection for each machine that has something to merge, and one for each host that has something to
    /// remove (under the host's id: no machine uses what is removed).
    /// </summary>
    internal async Task PlanAsync(CancellationToken cancellationToken)
    {
        await using (var db = factory.Create())
        {
            if (!await db.Layers.AnyAsync(static l => l.State == LayerState.Released, cancellationToken))
            {
                return;
            }
        }

        await changes.CommitAsync(
            async (db, _) =>
            {
                var layers = await db.Layers.AsNoTracking().ToListAsync(cancellationToken);
                var vms = await db.Vms.AsNoTracking().ToDictionaryAsync(static v => v.Id, cancellationToken);
                var busy = (await db.Operations.Where(static o => o.State == OperationState.Queued || o.State == OperationState.Running)
                    .Select(static o => o.VmId).ToListAsync(cancellationToken)).ToHashSet();
                var inUse = await LayersInUse.ReadAsync(db, cancellationToken);
                busy.UnionWith(await PausedAsync(db, cancellationToken));
                foreach (var host in layers.GroupBy(static l => l.HostId))
                {
                    foreach (var action in new LayerTree(host, inUse).Plan())
                    {
                        var (key, owner) = action switch
                        {
                            RemoveLayer => (host.Key, Guid.Empty),
                            MergeLayer merge when vms.GetValueOrDefault(merge.VmId) is { Presence: VmPresence.Present, Drift: null } vm => (vm.Id, vm.OwnerId),
                            _ => (Guid.Empty, Guid.Empty),
                        };

                        // A busy machine's own operations come first; the next round plans again.
                        if (key != Guid.Empty && busy.Add(key))
                        {
                            var now = Time.GetUtcNow();
                            db.Operations.Add(new Operation
                            {
                                Kind = OperationKind.CollectLayers,
                                VmId = key,
                                HostId = host.Key,
                                OwnerId = owner,
                                RequestedByName = "the portal",
                                RequestedAt = now,
                                Deadline = now + _deadline,
                            });
                        }
                    }
                }
            },
            cancellationToken);
        signals.Wake();
    }

    /// <summary>
    /// The machines and hosts whose last collections failed: what stood in the way will probably still be there in a minute,
    /// so each failure doubles the pause.
    /// </summary>
    private async Task<List<Guid>> PausedAsync(IPortalDb db, CancellationToken cancellationToken)
    {
        var since = Time.GetUtcNow() - _longestPause;
        var recent = await db.Operations.AsNoTracking()
            .Where(o => o.Kind == OperationKind.CollectLayers && o.CompletedAt > since)
            .Select(static o => new { o.VmId, o.State, CompletedAt = o.CompletedAt!.Value })
            .ToListAsync(cancellationToken);
        return
        [
            .. recent.GroupBy(static o => o.VmId)
                .Select(static g => (g.Key, Failures: g.OrderByDescending(static o => o.CompletedAt).TakeWhile(static o => o.State == OperationState.Failed).ToList()))
                .Where(static g => g.Failures.Count > 0)
                .Where(g => Time.GetUtcNow() - g.Failures[0].CompletedAt < _round * Math.Pow(2, g.Failures.Count - 1))
                .Select(static g => g.Key),
        ];
    }
}
