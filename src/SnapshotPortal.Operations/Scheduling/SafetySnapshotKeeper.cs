using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>Removes safety snapshots that nobody will undo a restore with any more, so that they do not grow for ever.</summary>
internal sealed class SafetySnapshotKeeper(
    IPortalDbFactory factory,
    SnapshotTidying tidying,
    HostRegistry hosts,
    IOptions<PortalOptions> options,
    TimeProvider time,
    ILogger<SafetySnapshotKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan _round = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // The wait first: a portal that has just begun has better things to do.
                await Task.Delay(_round, time, stoppingToken);
                await TidyAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Tidying up must outlive any one failure: it is logged, and the next round tries again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                SchedulingLog.SafetyFailed(logger, e);
            }
        }
    }

    /// <summary>One round over the machines that have more safety snapshots than are kept in any case.</summary>
    internal async Task TidyAsync(CancellationToken cancellationToken)
    {
        var rule = options.Value.SafetySnapshots;
        Dictionary<Guid, Guid> hostOf;
        await using (var db = factory.Create())
        {
            var many = db.Snapshots
                .Where(static s => s.Origin == SnapshotOrigin.Safety && s.Phase == SnapshotPhase.Succeeded)
                .GroupBy(static s => s.VmId).Where(g => g.Count() > rule.Keep).Select(static g => g.Key);
            hostOf = await db.Vms.Where(v => many.Contains(v.Id)).ToDictionaryAsync(static v => v.Id, static v => v.HostId, cancellationToken);
        }

        foreach (var (vmId, hostId) in hostOf)
        {
            // Removals would only wait for the host, one more in each round.
            if (hosts.Find(hostId) is { IsConnected: true })
            {
                await tidying.RemoveAsync(
                    vmId,
                    SnapshotTidying.Portal,
                    (vm, rows, inUse) => ScheduledSnapshots.ExpiredSafety(rows, rule.Keep, rule.KeepFor, time.GetUtcNow(), vm.CurrentSnapshotId, inUse),
                    cancellationToken);
            }
        }
    }
}
