using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Access;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>
/// Carries batches out. All it knows is in the database: an operation and its place in the batch are written in one
/// transaction, so a portal that was killed at the twelfth machine goes on with the thirteenth, and none is made twice.
/// </summary>
internal sealed class BatchDriver(
    IPortalDbFactory factory,
    Changes changes,
    Enqueuing enqueuing,
    BatchPlans plans,
    BatchSignal signal,
    TimeProvider time,
    ILogger<BatchDriver> logger) : RepeatedWork(time, logger, signal)
{
    /// <summary>How many operations one transaction writes: the first are at work while the next are planned.</summary>
    private const int AtOnce = 6;

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(1);

    /// <summary>One step for every batch that is not over.</summary>
    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        List<Guid> open;
        await using (var db = factory.Create())
        {
            open = await db.Batches.Where(static b => b.State == BatchState.Running).OrderBy(static b => b.RequestedAt).Select(static b => b.Id).ToListAsync(cancellationToken);
        }

        var more = false;
        foreach (var id in open)
        {
            try
            {
                more |= await StepAsync(id, cancellationToken);
            }
#pragma warning disable CA1031 // One batch that cannot go on must not hold up the others; the next round tries it again.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                DeploymentLog.Surprised(Logger, e, id);
            }
        }

        return more ? TimeSpan.Zero : _idle;
    }

    /// <returns>Something of it has not begun yet and could.</returns>
    private async Task<bool> StepAsync(Guid batchId, CancellationToken cancellationToken)
    {
        if (!await HasWorkAsync(batchId, cancellationToken))
        {
            return false;
        }

        var more = false;
        List<Guid> stopped = [];
        await changes.CommitAsync(
            async (db, drafts) =>
            {
                if (await db.RunningBatchAsync(batchId, cancellationToken) is not { } batch)
                {
                    return;
                }

                var deployment = await db.DeploymentAsync(batch.DeploymentId, cancellationToken);
                await CollectAsync(db, batch, deployment, cancellationToken);
                if (await WhyNotAsync(db, batch, cancellationToken) is { } reason)
                {
                    CancelWaiting(batch, deployment, reason);
                }
                else
                {
                    await BeginAsync(db, drafts, batch, deployment, stopped, cancellationToken);
                }

                if (batch.TryComplete(Time.GetUtcNow()))
                {
                    End(batch, deployment);
                    DeploymentLog.Ended(Logger, batch.Id, batch.Kind, batch.State, batch.Items.Count(static i => i.State == BatchItemState.Succeeded), batch.Items.Count);
                }

                more = batch.Items.Exists(static i => i.State == BatchItemState.Waiting);
                drafts.Add(EventDraft.OfClass(batch.ClassId, "Batch"));
            },
            cancellationToken);
        enqueuing.Announce(stopped);
        return more;
    }

    /// <summary>Something waits, or an operation is over that the batch does not know of yet: only then is a transaction worth it.</summary>
    private async Task<bool> HasWorkAsync(Guid batchId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var items = await db.BatchItems.AsNoTracking().Where(i => i.BatchId == batchId && (i.State == BatchItemState.Waiting || i.State == BatchItemState.Running)).ToListAsync(cancellationToken);
        if (items.Count == 0 || items.Exists(static i => i.State == BatchItemState.Waiting))
        {
            return true;
        }

        var ids = items.ConvertAll(static i => i.OperationId!.Value);
        return await db.Operations.CountAsync(o => ids.Contains(o.Id) && (o.State == OperationState.Queued || o.State == OperationState.Running), cancellationToken) < ids.Count;
    }

    /// <summary>Notes the outcome of the operations that are over.</summary>
    private static async Task CollectAsync(IPortalDb db, Batch batch, Deployment deployment, CancellationToken cancellationToken)
    {
        var running = batch.Items.Where(static i => i.State == BatchItemState.Running).ToDictionary(static i => i.OperationId!.Value);
        var ids = running.Keys.ToList();
        var operations = await db.Operations.AsNoTracking().Where(o => ids.Contains(o.Id)).ToListAsync(cancellationToken);
        foreach (var operation in operations.Where(static o => !o.IsActive))
        {
            var part = running[operation.Id];
            if (MayRepeat(batch, operation))
            {
                part.Again();
                if (batch.Kind == BatchKind.Deploy)
                {
                    deployment.Items.Single(i => i.Id == part.DeploymentItemId).Plan();
                }

                continue;
            }

            part.End(
                operation.State switch
                {
                    OperationState.Succeeded => BatchItemState.Succeeded,
                    OperationState.Cancelled => BatchItemState.Cancelled,
                    _ => BatchItemState.Failed,
                },
                operation.ErrorCode,
                operation.ErrorMessage);
            if (batch.Kind == BatchKind.Deploy)
            {
                await PlaceAsync(db, deployment, deployment.Items.Single(i => i.Id == part.DeploymentItemId), operation, cancellationToken);
            }
        }
    }

    /// <summary>
    /// The portal was stopped in the middle of it and undid it at its next start: nobody has to ask for it again. A snapshot is
    /// told as failed instead: another one would show another moment.
    /// </summary>
    private static bool MayRepeat(Batch batch, Operation operation)
        => string.Equals(operation.ErrorCode, FailureCodes.Interrupted, StringComparison.Ordinal)
            && batch is { CancelRequestedAt: null, Kind: not (BatchKind.Snapshot or BatchKind.Collect) };

    private static async Task PlaceAsync(IPortalDb db, Deployment deployment, DeploymentItem item, Operation operation, CancellationToken cancellationToken)
    {
        // A machine that was made but did not start is there; starting it is another try.
        if (item.State != DeploymentItemState.Creating)
        {
            return;
        }

        if (await db.Vms.AnyAsync(v => v.Id == operation.VmId && v.Presence == VmPresence.Present, cancellationToken))
        {
            item.Complete();
        }
        else if (await db.ClassMembers.AnyAsync(m => m.ClassId == deployment.ClassId && m.UserId == item.StudentId, cancellationToken))
        {
            item.Fail(operation.ErrorCode ?? FailureCodes.Internal, operation.ErrorMessage ?? "The machine is gone again.");
        }
        else
        {
            item.Leave();
        }
    }

    /// <summary>Why nothing more of the batch is begun.</summary>
    private static async Task<Failure?> WhyNotAsync(IPortalDb db, Batch batch, CancellationToken cancellationToken)
        => batch.CancelRequestedBy is { } by
            ? new Failure(FailureKind.Conflict, FailureCodes.Cancelled, $"Cancelled by {by}.")
            : await StandingRule.CheckAsync(db, batch, cancellationToken);

    private static void CancelWaiting(Batch batch, Deployment deployment, Failure reason)
    {
        foreach (var part in batch.Items.Where(static i => i.State == BatchItemState.Waiting))
        {
            part.End(BatchItemState.Cancelled, reason.Code, reason.Message);
            if (batch.Kind == BatchKind.Deploy)
            {
                deployment.Items.Single(i => i.Id == part.DeploymentItemId).Fail(reason.Code, reason.Message);
            }
        }
    }

    private async Task BeginAsync(IPortalDb db, List<EventDraft> drafts, Batch batch, Deployment deployment, List<Guid> stopped, CancellationToken cancellationToken)
    {
        var requester = new Requester(batch.RequestedById, batch.RequestedByName) { BatchId = batch.Id };
        foreach (var part in batch.Items.Where(static i => i.State == BatchItemState.Waiting).OrderBy(static i => i.Ordinal).Take(AtOnce))
        {
            var item = deployment.Items.Single(i => i.Id == part.DeploymentItemId);
            var planned = await plans.PlanAsync(db, drafts, batch, deployment, item, cancellationToken);
            if (planned.IsSuccess)
            {
                var operation = await enqueuing.WriteAsync(db, drafts, planned.Value, requester, stopped, cancellationToken);
                part.Begin(operation.Id);
            }
            else
            {
                part.End(BatchItemState.Failed, planned.Failure.Code, planned.Failure.Message);
                if (batch.Kind == BatchKind.Deploy)
                {
                    item.Fail(planned.Failure.Code, planned.Failure.Message);
                }
            }

            // What the next one's checks see (names, quotas) includes this one.
            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private void End(Batch batch, Deployment deployment)
    {
        if (batch.Kind == BatchKind.Delete && deployment.Items.TrueForAll(static i => i.State == DeploymentItemState.Gone))
        {
            deployment.EndedAt ??= Time.GetUtcNow();
        }
    }
}
