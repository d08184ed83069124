using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>
/// Looks again at machines that were found in drift. Once somebody has put the disks back to where the portal left them, the
/// mark goes by itself; nothing is guessed and nothing is changed.
/// </summary>
internal sealed class DriftWatch(
    IHypervisorEngine engine,
    HostRegistry hosts,
    IPortalDbFactory factory,
    Changes changes,
    TimeProvider time,
    ILogger<DriftWatch> logger) : BackgroundService
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                await Task.Delay(_round, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The watch must outlive any one failure: it is logged, and the next round tries again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                OperationLog.DriftWatchFailed(logger, e);
                await Task.Delay(_round, time, CancellationToken.None);
            }
        }
    }

    /// <summary>One round over the machines in drift.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        List<VirtualMachine> marked;
        await using (var db = factory.Create())
        {
            marked = await db.Vms.AsNoTracking().Where(static v => v.Drift != null && v.Presence == VmPresence.Present).ToListAsync(cancellationToken);
        }

        foreach (var vm in marked)
        {
            if (hosts.Find(vm.HostId) is not { IsConnected: true } host)
            {
                continue;
            }

            VmInspection seen;
            try
            {
                seen = await engine.InspectAsync(host.Reference, vm.Id, cancellationToken);
            }
            catch (EngineException)
            {
                // Not to be seen at present, so not to be judged: the mark stays.
                continue;
            }

            await changes.CommitAsync(
                async (db, drafts) =>
                {
                    var tracked = await db.Vms.SingleAsync(v => v.Id == vm.Id, cancellationToken);
                    var heads = await LayerRows.HeadsAsync(db, vm.Id, cancellationToken);
                    var files = seen.Disks.ToDictionary(static d => d.Target, static d => d.File?.Path, StringComparer.Ordinal);
                    if (tracked.Drift is not null && heads.All(h => string.Equals(files.GetValueOrDefault(h.Key), h.Value.Path, StringComparison.Ordinal)))
                    {
                        tracked.Drift = null;
                        drafts.Add(EventDraft.Of(tracked));
                        OperationLog.DriftResolved(logger, vm.Id);
                    }
                },
                cancellationToken);
        }
    }
}
