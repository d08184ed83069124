using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>What becomes of a class's machines when students come and go.</summary>
internal sealed class Latecomers(IUserDirectory users, TimeProvider time)
{
    /// <summary>Plans machines for new students, in the transaction that adds them to the class.</summary>
    public async Task AddAsync(IPortalDb db, List<EventDraft> drafts, ClassGroup group, IReadOnlyList<Guid> studentIds, Actor actor, CancellationToken cancellationToken)
    {
        if (studentIds.Count == 0)
        {
            return;
        }

        var deployments = await db.Deployments.Include(static d => d.Items)
            .Where(d => d.ClassId == group.Id && d.ForLatecomers && d.EndedAt == null && d.ExpiredAt == null).ToListAsync(cancellationToken);
        foreach (var deployment in deployments)
        {
            var template = await db.Templates.FirstOrDefaultAsync(t => t.Id == deployment.TemplateId, cancellationToken);
            var hostId = await DeploymentNames.HostOfAsync(db, deployment.TemplateVersionId, cancellationToken);
            var names = await DeploymentNames.ChooseAsync(db, users, deployment.NamePattern, template?.Title ?? "", hostId, studentIds, deployment.Items.Select(static i => i.Number).DefaultIfEmpty().Max(), onHost: [], cancellationToken);
            var batch = new Batch
            {
                Kind = BatchKind.Deploy,
                ClassId = group.Id,
                DeploymentId = deployment.Id,

                // The student who came in by the class's code asked for nothing; the class gives it.
                RequestedByName = actor.Name,
                RequestedAt = time.GetUtcNow(),
            };
            foreach (var name in names)
            {
                // Somebody who comes back gets their place again.
                var item = deployment.Items.Find(i => i.StudentId == name.StudentId);
                if (item is { State: DeploymentItemState.Gone or DeploymentItemState.Failed })
                {
                    item.Plan();
                    item.VmName = name.VmName;
                }
                else if (item is null)
                {
                    item = new DeploymentItem { DeploymentId = deployment.Id, StudentId = name.StudentId, Number = name.Number, VmName = name.VmName };
                    deployment.Items.Add(item);
                }
                else
                {
                    continue;
                }

                batch.Items.Add(new BatchItem { BatchId = batch.Id, DeploymentItemId = item.Id, Ordinal = batch.Items.Count });
            }

            if (batch.Items.Count > 0)
            {
                db.Batches.Add(batch);
                drafts.Add(EventDraft.OfClass(group.Id, "Batch"));
            }
        }
    }

    /// <summary>Stops what is being made for somebody who leaves.</summary>
    /// <returns>The operations to be stopped after the commit.</returns>
    public async Task<List<Guid>> StopForAsync(IPortalDb db, Guid classId, Guid studentId, string asker, CancellationToken cancellationToken)
    {
        var items = await db.DeploymentItems
            .Where(i => i.StudentId == studentId && (i.State == DeploymentItemState.Planned || i.State == DeploymentItemState.Creating))
            .Where(i => db.Deployments.Any(d => d.Id == i.DeploymentId && d.ClassId == classId)).ToListAsync(cancellationToken);
        var ids = items.ConvertAll(static i => i.Id);
        var parts = await db.BatchItems.Where(i => ids.Contains(i.DeploymentItemId) && (i.State == BatchItemState.Waiting || i.State == BatchItemState.Running)).ToListAsync(cancellationToken);
        var stopped = new List<Guid>();
        foreach (var part in parts)
        {
            if (part.State == BatchItemState.Waiting)
            {
                part.End(BatchItemState.Cancelled, FailureCodes.Cancelled, "The student left the class.");
                items.Single(i => i.Id == part.DeploymentItemId).Leave();
            }
            else if (await db.Operations.FirstOrDefaultAsync(o => o.Id == part.OperationId, cancellationToken) is { IsActive: true } operation)
            {
                operation.RequestCancel(asker, time.GetUtcNow());
                stopped.Add(operation.Id);
            }
        }

        return stopped;
    }
}
