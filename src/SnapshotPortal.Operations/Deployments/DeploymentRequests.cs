using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Deployments;

/// <inheritdoc cref="IDeployments"/>
internal sealed class DeploymentRequests(
    IPortalDbFactory factory,
    Changes changes,
    Enqueuing enqueuing,
    QuotaRule quotas,
    DeploymentPlanning planning,
    DeploymentReader reader,
    BatchSignal signal,
    TimeProvider time) : IDeployments
{
    // A grid that a whole class looks at is read once after each event, and not once for each who looks.
    private readonly SharedReads<Guid, DeploymentView?> _views = new(deploymentId => ReadAsync(factory, reader, deploymentId));

    public async Task<Outcome<DeploymentPlanView>> PlanAsync(Actor actor, Guid classId, DeployRequest request, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var checkedPlan = await planning.CheckAsync(db, actor, classId, request, await planning.NamesOnHostAsync(request.TemplateId, cancellationToken), cancellationToken);
        if (!checkedPlan.IsSuccess)
        {
            return checkedPlan.Failure;
        }

        var plan = checkedPlan.Value;
        var problems = new List<string>();
        if (await DeploymentPlanning.NameTakenAsync(db, classId, request, cancellationToken) is { } taken)
        {
            problems.Add(taken.Message);
        }

        if (await quotas.CheckAsync(db, new QuotaHolder(null, classId), plan.Wanted(request), cancellationToken) is { } exceeded)
        {
            problems.Add(exceeded.Message);
        }

        if (plan.Names.Count == 0)
        {
            problems.Add("Nobody is chosen. Add students to the class first.");
        }

        var warnings = new List<string>();
        if (planning.WarnOfAllTogether(plan, request) is { } notAll)
        {
            warnings.Add(notAll);
        }

        var space = await planning.SpaceAsync(plan, warnings, cancellationToken);
        if (space is { } pool && pool.Free < pool.Needed)
        {
            problems.Add($"The storage pool has too little room: {pool.Free >> 20} MiB are free and {pool.Needed >> 20} MiB must be. Ask an administrator for room.");
        }

        return new DeploymentPlanView(
            [.. plan.Names.Select(static n => new PlannedMachineView(n.StudentId, n.StudentName, n.VmName, n.Problem))],
            problems,
            warnings,
            space?.Free,
            await planning.EstimateAsync(db, plan.HostId, plan.Names.Count, cancellationToken));
    }

    public async Task<Outcome<DeploymentView>> DeployAsync(Actor actor, Guid classId, DeployRequest request, CancellationToken cancellationToken)
    {
        if (Enqueuing.CheckKey(request.IdempotencyKey) is { } wrongKey)
        {
            return wrongKey;
        }

        var fingerprint = Enqueuing.Fingerprint(new { deploy = classId, request });
        var onHost = await planning.NamesOnHostAsync(request.TemplateId, cancellationToken);
        return await WakingAsync(changes.CommitAsync<DeploymentView>(
            AuditDraft.By(actor, AuditActs.DeploymentMade, AuditSubject.Class, classId),
            async (db, drafts) =>
            {
                // Whose class it is comes before the key: who teaches it no longer is answered as if it did not exist.
                if (!await ClassAccess.IsTaughtByAsync(db, actor, classId, cancellationToken))
                {
                    return Enqueuing.NotFound("class");
                }

                if (await EarlierAsync(db, actor, request.IdempotencyKey, cancellationToken) is { } earlier)
                {
                    return earlier.RequestFingerprint == fingerprint
                        ? await reader.ViewAsync(db, await db.Deployments.Include(static d => d.Items).SingleAsync(d => d.Id == earlier.DeploymentId, cancellationToken), cancellationToken)
                        : Enqueuing.KeyReused();
                }

                var checkedPlan = await planning.CheckAsync(db, actor, classId, request, onHost, cancellationToken);
                if (!checkedPlan.IsSuccess)
                {
                    return checkedPlan.Failure;
                }

                var plan = checkedPlan.Value;
                if (await DeploymentPlanning.NameTakenAsync(db, classId, request, cancellationToken) is { } taken)
                {
                    return taken;
                }

                if (plan.Names.FirstOrDefault(static n => n.Problem is not null) is { } colliding)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NameTaken, $"{colliding.StudentName}: {colliding.Problem}", "namePattern");
                }

                if (plan.Names.Count == 0)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NothingToDo, "Nobody is chosen. Add students to the class first.", "studentIds");
                }

                if (await quotas.CheckAsync(db, new QuotaHolder(null, classId), plan.Wanted(request), cancellationToken) is { } exceeded)
                {
                    return exceeded;
                }

                var now = time.GetUtcNow();
                var deployment = new Deployment
                {
                    ClassId = classId,
                    TemplateId = plan.Template.Id,
                    TemplateVersionId = plan.Template.Newest.Id,
                    Name = request.Name.Trim(),
                    NamePattern = request.NamePattern,
                    CreatedById = actor.UserId,
                    CreatedAt = now,
                    VCpus = request.VCpus ?? plan.Template.Newest.VCpus,
                    MemoryBytes = request.MemoryBytes ?? plan.Template.Newest.MemoryBytes,
                    Start = request.Start,
                    ForLatecomers = request.ForLatecomers,
                    StudentsMayDelete = request.StudentsMayDelete,
                    ExpiresAt = request.ExpiresAt,
                    Grace = request.Grace ?? Deployment.DefaultGrace,
                };
                deployment.Items.AddRange(plan.Names.Select(n => new DeploymentItem { DeploymentId = deployment.Id, StudentId = n.StudentId, Number = n.Number, VmName = n.VmName }));
                db.Deployments.Add(deployment);
                Add(db, drafts, actor, deployment, new BatchRequest(BatchKind.Deploy, IdempotencyKey: request.IdempotencyKey), fingerprint, deployment.Items);
                await db.SaveChangesAsync(cancellationToken);
                return await reader.ViewAsync(db, deployment, cancellationToken);
            },
            cancellationToken));
    }

    public async Task<Outcome<DeploymentView>> GetAsync(Actor actor, Guid deploymentId, CancellationToken cancellationToken)
    {
        await using (var db = factory.Create())
        {
            var classId = await db.Deployments.Where(d => d.Id == deploymentId).Select(static d => (Guid?)d.ClassId).SingleOrDefaultAsync(cancellationToken);
            if (!await ClassAccess.IsTaughtByAsync(db, actor, classId, cancellationToken))
            {
                return NotFound();
            }
        }

        return await _views.ReadAsync(deploymentId, cancellationToken) is { } view ? view : NotFound();
    }

    public Task<Outcome<DeploymentView>> ChangeAsync(Actor actor, Guid deploymentId, DeploymentFields fields, CancellationToken cancellationToken)
        => changes.CommitAsync<DeploymentView>(
            AuditDraft.By(actor, AuditActs.DeploymentChanged, AuditSubject.Deployment, deploymentId),
            async (db, drafts) =>
            {
                if (await FindAsync(db, actor, deploymentId, cancellationToken) is not { } deployment)
                {
                    return NotFound();
                }

                if (DeploymentPlanning.CheckName(fields.Name) is { } wrongName)
                {
                    return wrongName;
                }

                var moved = fields.ExpiresAt != deployment.ExpiresAt || fields.Grace != deployment.Grace;
                if ((moved ? planning.CheckEnd(fields.ExpiresAt, fields.Grace) : null) is { } wrongEnd)
                {
                    return wrongEnd;
                }

                deployment.Name = fields.Name.Trim();
                deployment.StudentsMayDelete = fields.StudentsMayDelete;
                deployment.Locked = fields.Locked;
                if (moved)
                {
                    deployment.Extend(fields.ExpiresAt, fields.Grace);
                }

                drafts.Add(EventDraft.OfClass(deployment.ClassId, "Deployment"));
                drafts.AddRange((await db.Vms.Where(v => v.DeploymentId == deploymentId).ToListAsync(cancellationToken)).Select(EventDraft.Of));
                await db.SaveChangesAsync(cancellationToken);
                return await reader.ViewAsync(db, deployment, cancellationToken);
            },
            cancellationToken);

    public async Task<Outcome<BatchView>> ActAsync(Actor actor, Guid deploymentId, BatchRequest request, CancellationToken cancellationToken)
    {
        if (Enqueuing.CheckKey(request.IdempotencyKey) is { } wrongKey)
        {
            return wrongKey;
        }

        var fingerprint = Enqueuing.Fingerprint(new { act = deploymentId, request });
        return await WakingAsync(changes.CommitAsync<BatchView>(
            AuditDraft.By(actor, AuditActs.DeploymentAct, AuditSubject.Deployment, deploymentId) with { Detail = request.Kind.ToString() },
            async (db, drafts) =>
            {
                // Before the key, as for a new deployment.
                if (await FindAsync(db, actor, deploymentId, cancellationToken) is not { } deployment)
                {
                    return NotFound();
                }

                if (await EarlierAsync(db, actor, request.IdempotencyKey, cancellationToken) is { } earlier)
                {
                    return earlier.RequestFingerprint == fingerprint ? DeploymentReader.View(earlier) : Enqueuing.KeyReused();
                }

                if (!Enum.IsDefined(request.Kind))
                {
                    return new Failure(FailureKind.Invalid, FailureCodes.NothingToDo, $"The act is one of {string.Join(", ", Enum.GetNames<BatchKind>())}.", "kind");
                }

                if (request.SnapshotName is { } name && Names.CheckSnapshotName(name) is { } wrongName)
                {
                    return new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, wrongName, "snapshotName");
                }

                if (deployment.EndedAt is not null && request.Kind == BatchKind.Deploy)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.DeploymentEnded, $"“{deployment.Name}” is over; its machines were deleted. Make a new deployment.");
                }

                var chosen = Choose(deployment, request);
                if (!chosen.IsSuccess)
                {
                    return chosen.Failure;
                }

                if (request.Kind == BatchKind.Update)
                {
                    deployment.TemplateVersionId = await db.TemplateVersions.Where(v => v.TemplateId == deployment.TemplateId)
                        .OrderByDescending(static v => v.Number).Select(static v => v.Id).FirstAsync(cancellationToken);
                }

                var batch = Add(db, drafts, actor, deployment, request, fingerprint, chosen.Value);
                await db.SaveChangesAsync(cancellationToken);
                return DeploymentReader.View(batch);
            },
            cancellationToken));
    }

    public async Task<Outcome<BatchView>> GetBatchAsync(Actor actor, Guid batchId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await FindBatchAsync(db, actor, batchId, cancellationToken) is { } batch ? DeploymentReader.View(batch) : Enqueuing.NotFound("batch");
    }

    public async Task<Outcome<BatchView>> CancelAsync(Actor actor, Guid batchId, CancellationToken cancellationToken)
    {
        List<Guid> stopped = [];
        var outcome = await changes.CommitAsync<BatchView>(
            AuditDraft.By(actor, AuditActs.BatchCancelled, AuditSubject.Batch, batchId),
            async (db, drafts) =>
            {
                if (await FindBatchAsync(db, actor, batchId, cancellationToken) is not { } batch)
                {
                    return Enqueuing.NotFound("batch");
                }

                if (batch.State != BatchState.Running)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NotCancellable, $"It has ended already ({batch.State}); there is nothing left to cancel.");
                }

                var now = time.GetUtcNow();
                batch.RequestCancel(actor.Name, now);
                var running = batch.Items.Where(static i => i.State == BatchItemState.Running).Select(static i => i.OperationId!.Value).ToList();
                foreach (var operation in await db.Operations.Where(o => running.Contains(o.Id) && o.Kind != OperationKind.DeleteVm).ToListAsync(cancellationToken))
                {
                    if (operation.IsActive)
                    {
                        operation.RequestCancel(actor.Name, now);
                        stopped.Add(operation.Id);
                    }
                }

                drafts.Add(EventDraft.OfClass(batch.ClassId, "Batch"));
                await db.SaveChangesAsync(cancellationToken);
                return DeploymentReader.View(batch);
            },
            cancellationToken);
        if (outcome.IsSuccess)
        {
            enqueuing.Announce(stopped);
            signal.Wake();
        }

        return outcome;
    }

    private static Failure NotFound() => Enqueuing.NotFound("deployment");

    /// <summary>Wakes the driver once the request is committed: before, there would be nothing for it to see.</summary>
    private async Task<Outcome<T>> WakingAsync<T>(Task<Outcome<T>> request)
    {
        var outcome = await request;
        if (outcome.IsSuccess)
        {
            signal.Wake();
        }

        return outcome;
    }

    private static async Task<DeploymentView?> ReadAsync(IPortalDbFactory factory, DeploymentReader reader, Guid deploymentId)
    {
        await using var db = factory.Create();
        return await db.Deployments.AsNoTracking().Include(static d => d.Items).FirstOrDefaultAsync(d => d.Id == deploymentId) is { } deployment
            ? await reader.ViewAsync(db, deployment, CancellationToken.None)
            : null;
    }

    private static async Task<Deployment?> FindAsync(IPortalDb db, Actor actor, Guid deploymentId, CancellationToken cancellationToken)
        => await db.Deployments.Include(static d => d.Items).FirstOrDefaultAsync(d => d.Id == deploymentId, cancellationToken) is { } deployment
            && await ClassAccess.IsTaughtByAsync(db, actor, deployment.ClassId, cancellationToken)
                ? deployment
                : null;

    private static async Task<Batch?> FindBatchAsync(IPortalDb db, Actor actor, Guid batchId, CancellationToken cancellationToken)
        => await db.Batches.Include(static b => b.Items).FirstOrDefaultAsync(b => b.Id == batchId, cancellationToken) is { } batch
            && await ClassAccess.IsTaughtByAsync(db, actor, batch.ClassId, cancellationToken)
                ? batch
                : null;

    /// <summary>What the actor asked for with the key before. Its fingerprint tells whether it was this request, which has been authorised.</summary>
    private static async Task<Batch?> EarlierAsync(IPortalDb db, Actor actor, string? key, CancellationToken cancellationToken)
        => key is null ? null : await db.Batches.Include(static b => b.Items).FirstOrDefaultAsync(b => b.RequestedById == actor.UserId && b.IdempotencyKey == key, cancellationToken);

    private static Outcome<List<DeploymentItem>> Choose(Deployment deployment, BatchRequest request)
    {
        var fits = deployment.Items.Where(i => request.Kind == BatchKind.Deploy
            ? i.State is DeploymentItemState.Failed or DeploymentItemState.Gone
            : i.State == DeploymentItemState.Ready);
        if (request.ItemIds is { } ids)
        {
            if (ids.Except(deployment.Items.Select(static i => i.Id)).Any())
            {
                return new Failure(FailureKind.NotFound, FailureCodes.NotFound, "One of the chosen machines does not belong to this deployment. Choose again.", "itemIds");
            }

            fits = fits.Where(i => ids.Contains(i.Id));
        }
        else if (request.Kind == BatchKind.Deploy)
        {
            fits = fits.Where(static i => i.State == DeploymentItemState.Failed);
        }

        var chosen = fits.OrderBy(static i => i.Number).ToList();
        return chosen.Count > 0
            ? chosen
            : new Failure(FailureKind.Conflict, FailureCodes.NothingToDo, request.Kind == BatchKind.Deploy ? "There is none that could not be made." : "There is no machine to do that with. Choose machines that are there.");
    }

    private Batch Add(IPortalDb db, List<EventDraft> drafts, Actor actor, Deployment deployment, BatchRequest request, string fingerprint, IReadOnlyList<DeploymentItem> items)
    {
        var batch = new Batch
        {
            Kind = request.Kind,
            ClassId = deployment.ClassId,
            DeploymentId = deployment.Id,
            RequestedById = actor.UserId,
            RequestedByName = actor.Name,
            ByAdministrator = actor.IsAdministrator,
            IdempotencyKey = request.IdempotencyKey,
            RequestFingerprint = request.IdempotencyKey is null ? null : fingerprint,
            SnapshotName = request.SnapshotName?.Trim(),
            RequestedAt = time.GetUtcNow(),
        };
        foreach (var item in items)
        {
            if (request.Kind == BatchKind.Deploy)
            {
                item.Plan();
            }

            batch.Items.Add(new BatchItem { BatchId = batch.Id, DeploymentItemId = item.Id, Ordinal = batch.Items.Count });
        }

        db.Batches.Add(batch);
        drafts.Add(EventDraft.OfClass(deployment.ClassId, "Batch"));
        return batch;
    }
}
