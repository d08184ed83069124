using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Attention;

/// <summary>Ends of deployments that are near: for students of their machine, for teachers of the whole.</summary>
internal static class Endings
{
    public static async Task<IReadOnlyList<AttentionView>> ListAsync(IPortalDb db, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = now + Deployment.WarnBefore;
        var near =
            from deployment in db.Deployments.AsNoTracking()
            join taught in db.Classes on deployment.ClassId equals taught.Id
            where deployment.EndedAt == null && deployment.ExpiresAt != null && deployment.ExpiresAt <= until
            select new { Deployment = deployment, ClassName = taught.Name };
        var mine = await (
            from vm in db.Vms.AsNoTracking()
            join ending in near on vm.DeploymentId equals ending.Deployment.Id
            where vm.OwnerId == actor.UserId && vm.Presence == VmPresence.Present
            select new { ending.Deployment, ending.ClassName, vm.Id, vm.Name }).ToListAsync(cancellationToken);
        var classes = ClassAccess.Taught(db, actor);
        var teaching = await near.Where(e => classes.Contains(e.Deployment.ClassId)).ToListAsync(cancellationToken);
        return
        [
            .. mine.Select(static m => View(m.Deployment, m.ClassName, m.Name, m.Id, taught: false))
                .Concat(teaching.Select(static t => View(t.Deployment, t.ClassName, t.Deployment.Name, null, taught: true)))
                .OrderBy(static a => a.At),
        ];
    }

    private static AttentionView View(Deployment deployment, string className, string subject, Guid? vmId, bool taught)
        => new(AttentionKind.Ending, subject, vmId, deployment.ExpiresAt)
        {
            Ending = new EndingView(deployment.Id, className, deployment.ExpiresAt!.Value, deployment.DeletesAt!.Value, taught),
        };
}
