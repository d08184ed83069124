using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>
/// Ends deployments: announces it a week before, then shuts the machines down and locks them, and deletes them only after the
/// grace time. Each step shows on the class's page and on every student's machine, goes to its people as a letter where the
/// portal sends any, and can be put off.
/// </summary>
internal sealed class DeploymentExpiry(IPortalDbFactory factory, Changes changes, MailOutbox outbox, BatchSignal signal, TimeProvider time, ILogger<DeploymentExpiry> logger) : RepeatedWork(time, logger)
{
    private const string Portal = "the portal";

    /// <summary>How long guests have to shut down before they are forced off.</summary>
    internal static readonly TimeSpan ShutdownPatience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan _round = TimeSpan.FromMinutes(1);

    /// <summary>One look at every deployment that has an end.</summary>
    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        var soon = Time.GetUtcNow() + Deployment.WarnBefore;
        List<Guid> due;
        await using (var db = factory.Create())
        {
            due = await db.Deployments.Where(d => d.EndedAt == null && d.ExpiresAt != null && d.ExpiresAt <= soon).Select(static d => d.Id).ToListAsync(cancellationToken);
        }

        foreach (var id in due)
        {
            await changes.CommitAsync((db, drafts) => StepAsync(db, drafts, id, cancellationToken), cancellationToken);
            signal.Wake();
        }

        return _round;
    }

    private async Task StepAsync(IPortalDb db, List<EventDraft> drafts, Guid deploymentId, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        if (await db.Deployments.Include(static d => d.Items).FirstOrDefaultAsync(d => d.Id == deploymentId && d.EndedAt == null, cancellationToken) is not { ExpiresAt: { } expiresAt } deployment)
        {
            return;
        }

        var vms = await db.Vms.Where(v => v.DeploymentId == deploymentId && v.Presence == VmPresence.Present).ToListAsync(cancellationToken);
        if (deployment.WarnedAt is null)
        {
            deployment.WarnedAt = now;
            Tell(drafts, deployment, vms, "its end is announced");
            if (now < expiresAt)
            {
                await WriteAsync(db, deployment, vms, MailKind.DeploymentEndsSoon, now, cancellationToken);
            }
        }

        if (deployment.ExpiredAt is null)
        {
            if (now >= expiresAt)
            {
                deployment.ExpiredAt = now;
                deployment.Locked = true;
                Begin(db, deployment, BatchKind.ShutDown, Running(vms), now);
                Tell(drafts, deployment, vms, "it is over; its machines are shut down and locked");
                await WriteAsync(db, deployment, vms, MailKind.DeploymentOver, now, cancellationToken);
            }

            return;
        }

        // A portal that was away for the whole grace time must not delete what nobody was told of.
        var deletesAt = expiresAt + deployment.Grace;
        if (now >= deletesAt && now >= deployment.ExpiredAt + Deployment.ShortestGrace)
        {
            if (deployment.Items.TrueForAll(static i => i.State is DeploymentItemState.Gone or DeploymentItemState.Failed))
            {
                deployment.EndedAt = now;
                Tell(drafts, deployment, vms, "it has ended");
            }
            else if (!await IsBusyAsync(db, deploymentId, cancellationToken))
            {
                Begin(db, deployment, BatchKind.Delete, vms, now);
                Tell(drafts, deployment, vms, "its grace time is over; its machines are deleted");
                await WriteAsync(db, deployment, vms, MailKind.DeploymentDeleted, now, cancellationToken);
            }
        }
        else if (now >= deployment.ExpiredAt + ShutdownPatience && Running(vms).Count > 0
            && !await db.Batches.AnyAsync(b => b.DeploymentId == deploymentId && b.Kind == BatchKind.ForceOff && b.RequestedAt >= deployment.ExpiredAt, cancellationToken))
        {
            Begin(db, deployment, BatchKind.ForceOff, Running(vms), now);
            Tell(drafts, deployment, vms, "its machines did not shut down and are forced off");
        }
    }

    private static List<VirtualMachine> Running(List<VirtualMachine> vms) => vms.FindAll(static v => v.Power.IsOn());

    private static Task<bool> IsBusyAsync(IPortalDb db, Guid deploymentId, CancellationToken cancellationToken)
        => db.Batches.AnyAsync(b => b.DeploymentId == deploymentId && b.State == BatchState.Running, cancellationToken);

    private static void Begin(IPortalDb db, Deployment deployment, BatchKind kind, List<VirtualMachine> vms, DateTimeOffset now)
    {
        var ids = vms.Select(static v => v.Id).ToHashSet();
        var items = deployment.Items.Where(i => i.State == DeploymentItemState.Ready && i.VmId is { } id && ids.Contains(id)).ToList();
        if (items.Count == 0)
        {
            return;
        }

        var batch = new Batch { Kind = kind, ClassId = deployment.ClassId, DeploymentId = deployment.Id, RequestedByName = Portal, RequestedAt = now };
        batch.Items.AddRange(items.Select((item, i) => new BatchItem { BatchId = batch.Id, DeploymentItemId = item.Id, Ordinal = i }));
        db.Batches.Add(batch);
    }

    /// <summary>A letter to everybody who has one of the machines, and to the class's teachers.</summary>
    private async Task WriteAsync(IPortalDb db, Deployment deployment, List<VirtualMachine> vms, MailKind kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var teachers = await db.ClassMembers.Where(m => m.ClassId == deployment.ClassId && m.Role == ClassRole.Teacher).Select(static m => m.UserId).ToListAsync(cancellationToken);
        foreach (var userId in vms.Select(static v => v.OwnerId).Concat(teachers).Distinct())
        {
            outbox.Add(db, new OutgoingMail { Kind = kind, UserId = userId, AboutId = deployment.Id, CreatedAt = now });
        }
    }

    private void Tell(List<EventDraft> drafts, Deployment deployment, List<VirtualMachine> vms, string what)
    {
        drafts.Add(EventDraft.OfClass(deployment.ClassId, "Deployment"));
        drafts.AddRange(vms.Select(EventDraft.Of));
        DeploymentLog.Expiry(Logger, deployment.Id, what);
    }
}
