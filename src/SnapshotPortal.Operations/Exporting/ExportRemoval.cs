using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Exporting;

/// <summary>Removes exports that were deleted or have expired, with their files; what a host cannot remove now waits for a later round.</summary>
internal sealed class ExportRemoval(
    IHypervisorEngine engine,
    HostRegistry hosts,
    ExportSignal signal,
    Changes changes,
    IPortalDbFactory factory,
    TimeProvider time,
    ILogger<ExportRemoval> logger) : RepeatedWork(time, logger, signal)
{
    private static readonly TimeSpan _round = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(10);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
        => await RemoveAsync(cancellationToken) ? _round : _again;

    /// <summary>Removes everything that is to go; false if something of it is still there.</summary>
    private async Task<bool> RemoveAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        List<Export> expired, going;
        await using (var db = factory.Create())
        {
            expired = await db.Exports.AsNoTracking().Where(e => (e.State == ExportState.Ready || e.State == ExportState.Failed) && e.ExpiresAt <= now).ToListAsync(cancellationToken);
        }

        if (expired.Count > 0)
        {
            await changes.CommitAsync(
                async (db, drafts) =>
                {
                    foreach (var export in await db.Exports.Where(e => (e.State == ExportState.Ready || e.State == ExportState.Failed) && e.ExpiresAt <= now).ToListAsync(cancellationToken))
                    {
                        export.BeginRemoval();
                        drafts.Add(EventDraft.Of(export));
                    }
                },
                cancellationToken);
        }

        await using (var db = factory.Create())
        {
            going = await db.Exports.AsNoTracking().Include(static e => e.Disks).Where(static e => e.State == ExportState.Removing).ToListAsync(cancellationToken);
        }

        var all = true;
        foreach (var export in going)
        {
            all &= await RemoveAsync(export, cancellationToken);
        }

        return all;
    }

    private async Task<bool> RemoveAsync(Export export, CancellationToken cancellationToken)
    {
        string? obstacle = null;
        if (export.Disks.Count > 0 && hosts.Find(export.HostId) is not { IsConnected: true })
        {
            obstacle = "The host does not answer; the files are removed as soon as it is back.";
        }
        else
        {
            try
            {
                foreach (var disk in export.Disks)
                {
                    await engine.RemoveExportAsync(hosts.Find(export.HostId)!.Reference, ExportRows.ToFile(disk), cancellationToken);
                }
            }
            catch (EngineException e)
            {
                OperationLog.ExportLeft(Logger, export.Id, e.Message);
                obstacle = e.Message;
            }
        }

        await changes.CommitAsync(
            async (db, drafts) =>
            {
                var tracked = await db.Exports.SingleAsync(e => e.Id == export.Id, cancellationToken);
                if (obstacle is null)
                {
                    db.Exports.Remove(tracked);
                    drafts.Add(EventDraft.Removed(tracked));
                }
                else if (tracked.FailureMessage != obstacle)
                {
                    tracked.FailureMessage = obstacle;
                    drafts.Add(EventDraft.Of(tracked));
                }
            },
            cancellationToken);
        return obstacle is null;
    }
}
