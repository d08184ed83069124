using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Attention;

/// <summary>What failed on somebody's machines and has not been made good since.</summary>
internal static class FailedOperations
{
    private const int MostShown = 50;

    /// <summary>How long a failure is told, unless it is dismissed or made good before: whoever comes once a week sees it once.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public static async Task<IReadOnlyList<AttentionView>> ListAsync(IPortalDb db, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - Kept;
        var rows = await db.Operations.AsNoTracking().Include(static o => o.Steps)
            .Where(o => o.OwnerId == actor.UserId && o.State == OperationState.Failed && o.CompletedAt >= since)

            // The portal's tidying tries again by itself, a schedule tells of its own failures, and an act on a class shows them to its teachers.
            .Where(static o => o.Kind != OperationKind.CollectLayers && o.RequestedById != null && o.BatchId == null)
            .Where(o => !db.Dismissals.Any(d => d.UserId == actor.UserId && d.OperationId == o.Id))

            // The newest attempt counts: one that went well makes it good, one that failed too tells of both.
            .Where(o => !db.Operations.Any(l => l.VmId == o.VmId && l.Kind == o.Kind && l.RequestedAt > o.RequestedAt
                && (l.State == OperationState.Succeeded || l.State == OperationState.Failed)))

            // Nothing can be done for a machine that is gone; one that could not be made never was.
            .Where(o => o.Kind == OperationKind.CloneVm || o.Kind == OperationKind.ImportVm || db.Vms.Any(v => v.Id == o.VmId && v.Presence != VmPresence.Deleting))
            .OrderByDescending(static o => o.CompletedAt).Take(MostShown).ToListAsync(cancellationToken);
        var views = await ViewReader.OperationsAsync(db, rows, cancellationToken);
        return [.. views.Select(static v => new AttentionView(AttentionKind.OperationFailed, v.VmName, v.VmId, v.CompletedAt) { Operation = v })];
    }
}
