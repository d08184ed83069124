using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;

namespace SnapshotPortal.Operations.Persistence;

/// <summary>
/// Reads one thing with its parts, to change it: the parts by a query of their own, which the change tracker puts in their place.
/// </summary>
/// <remarks>
/// <c>Include</c> reads the same in one query, but makes its delegates anew whenever it runs: a profile of a class being made
/// showed it in every operation's way. To read a list with its parts it is the right thing; one query for each would not be.
/// </remarks>
internal static class Aggregates
{
    /// <summary>An operation that is there, with its steps in their order.</summary>
    public static async Task<Operation> OperationAsync(this IPortalDb db, Guid operationId, CancellationToken cancellationToken)
    {
        var operation = await db.Operations.SingleAsync(o => o.Id == operationId, cancellationToken);
        await db.Steps.Where(s => s.OperationId == operationId).OrderBy(static s => s.Ordinal).LoadAsync(cancellationToken);
        return operation;
    }

    /// <summary>A snapshot with its disks; <see langword="null"/> where there is none (any more).</summary>
    public static async Task<Snapshot?> SnapshotAsync(this IPortalDb db, Guid? snapshotId, CancellationToken cancellationToken)
    {
        if (await db.Snapshots.FirstOrDefaultAsync(s => s.Id == snapshotId, cancellationToken) is not { } snapshot)
        {
            return null;
        }

        await db.SnapshotDisks.Where(d => d.SnapshotId == snapshot.Id).LoadAsync(cancellationToken);
        return snapshot;
    }

    /// <summary>A batch that is not over, with its items; <see langword="null"/> where it is.</summary>
    public static async Task<Batch?> RunningBatchAsync(this IPortalDb db, Guid batchId, CancellationToken cancellationToken)
    {
        if (await db.Batches.FirstOrDefaultAsync(b => b.Id == batchId && b.State == BatchState.Running, cancellationToken) is not { } batch)
        {
            return null;
        }

        await db.BatchItems.Where(i => i.BatchId == batchId).LoadAsync(cancellationToken);
        return batch;
    }

    /// <summary>A deployment that is there, with its items.</summary>
    public static async Task<Deployment> DeploymentAsync(this IPortalDb db, Guid deploymentId, CancellationToken cancellationToken)
    {
        var deployment = await db.Deployments.SingleAsync(d => d.Id == deploymentId, cancellationToken);
        await db.DeploymentItems.Where(i => i.DeploymentId == deploymentId).LoadAsync(cancellationToken);
        return deployment;
    }
}
