using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Execution;
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
    ILogger<SafetySnapshotKeeper> logger) : RepeatedWork(time, logger)
{
    private static readonly TimeSpan _round = TimeSpan.FromMinutes(10);

    // A portal that has just begun has better things to do.
    protected override TimeSpan FirstPause => _round;

    protected override TimeSpan PauseAfterFailure => _round;

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await TidyAsync(cancellationToken);
        return _round;
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
                    (vm, rows, inUse) => ScheduledSnapshots.ExpiredSafety(rows, rule.Keep, rule.KeepFor, Time.GetUtcNow(), vm.CurrentSnapshotId, inUse),
                    cancellationToken);
            }
        }
    }
}
