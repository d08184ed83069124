using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Freezing;

/// <summary>
/// Pays freeze debts: thaws whoever may still be frozen until the thaw is proven, however long that takes. The host monitor
/// calls for an attempt at once when an agent comes back or a machine ends.
/// </summary>
internal sealed class FreezeDebtCollector(
    IHypervisorEngine engine,
    HostRegistry hosts,
    IPortalDbFactory factory,
    Changes changes,
    TimeProvider time,
    ILogger<FreezeDebtCollector> logger) : RepeatedWork(time, logger)
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await CollectAsync(cancellationToken);
        return _round;
    }

    /// <summary>One round: every debt that is due and whose own operation has ended.</summary>
    internal async Task CollectAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        List<FreezeDebt> due;
        await using (var db = factory.Create())
        {
            due = await db.FreezeDebts.AsNoTracking()
                .Where(d => d.NextAttemptAt <= now)
                .Where(d => !db.Operations.Any(o => o.Id == d.OperationId && o.State == OperationState.Running))
                .ToListAsync(cancellationToken);
        }

        // Side by side: one hung agent must not hold back the thaw of another guest.
        await Task.WhenAll(due.Select(d => PayAsync(d, cancellationToken)));
    }

    private async Task PayAsync(FreezeDebt debt, CancellationToken cancellationToken)
    {
        ThawAnswer answer;
        await using (var db = factory.Create())
        {
            var vm = await db.Vms.AsNoTracking().FirstOrDefaultAsync(v => v.Id == debt.VmId, cancellationToken);
            if (vm is null)
            {
                answer = new ThawAnswer(true, "The machine is gone.");
            }
            else if (hosts.Find(vm.HostId) is not { IsConnected: true } host)
            {
                answer = new ThawAnswer(false, "The host does not answer.");
            }
            else
            {
                try
                {
                    answer = await engine.ThawAsync(host.Reference, debt.VmId, cancellationToken);
                }
                catch (EngineException e)
                {
                    answer = new ThawAnswer(false, e.Message);
                }
            }
        }

        await changes.CommitAsync(
            async (db, drafts) =>
            {
                var tracked = await db.FreezeDebts.FirstOrDefaultAsync(d => d.VmId == debt.VmId, cancellationToken);

                // Another freeze may have begun meanwhile; the answer says nothing about that one.
                if (tracked is null || tracked.Since != debt.Since)
                {
                    return;
                }

                if (answer.IsProven)
                {
                    db.FreezeDebts.Remove(tracked);
                    OperationLog.ThawProven(Logger, debt.VmId);
                }
                else
                {
                    tracked.Attempts++;
                    tracked.LastAnswer = answer.Detail;
                    var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(tracked.Attempts, 6)));
                    tracked.NextAttemptAt = Time.GetUtcNow() + (pause < _longestPause ? pause : _longestPause);
                    OperationLog.ThawUnproven(Logger, debt.VmId, tracked.Since, tracked.Attempts, answer.Detail);
                }

                if (await db.Vms.FirstOrDefaultAsync(v => v.Id == debt.VmId, cancellationToken) is { } vm)
                {
                    drafts.Add(EventDraft.Of(vm));
                }
            },
            cancellationToken);
    }
}
