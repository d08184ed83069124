using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>Turns deployments into what teachers see.</summary>
internal sealed class DeploymentReader(IUserDirectory users, ViewReader vms)
{
    private const int BatchesToShow = 5;

    /// <summary>One line for each deployment.</summary>
    public static async Task<IReadOnlyList<DeploymentSummaryView>> SummariesAsync(IPortalDb db, IReadOnlyList<Deployment> deployments, CancellationToken cancellationToken)
    {
        var versionIds = deployments.Select(static d => d.TemplateVersionId).ToHashSet();
        var templates = await Templates.TemplateReader.OfVersionsAsync(db, versionIds, cancellationToken);
        return
        [
            .. deployments.Select(d =>
            {
                var template = templates.GetValueOrDefault(d.TemplateVersionId);
                return new DeploymentSummaryView(
                    d.Id,
                    d.Name,
                    template?.Title ?? "a deleted template",
                    template?.Number ?? 0,
                    template?.NewestNumber ?? 0,
                    d.CreatedAt,
                    d.ExpiresAt,
                    d.DeletesAt,
                    d.ExpiredAt,
                    d.EndedAt,
                    d.Locked,
                    d.Items.Count(static i => i.State is DeploymentItemState.Ready or DeploymentItemState.Creating),
                    d.Items.Count(static i => i.State == DeploymentItemState.Failed));
            }),
        ];
    }

    /// <summary>Everything that the grid shows.</summary>
    public async Task<DeploymentView> ViewAsync(IPortalDb db, Deployment deployment, CancellationToken cancellationToken)
    {
        var group = await db.Classes.AsNoTracking().Include(static c => c.Members).SingleAsync(c => c.Id == deployment.ClassId, cancellationToken);
        var students = group.Members.Where(static m => m.Role == ClassRole.Student).Select(static m => m.UserId).ToHashSet();
        var items = deployment.Items.Where(i => i.State != DeploymentItemState.Gone || students.Contains(i.StudentId)).OrderBy(static i => i.Number).ToList();
        var names = await users.NamesAsync([.. items.Select(static i => i.StudentId)], cancellationToken);
        var vmIds = items.Select(static i => i.VmId).OfType<Guid>().ToList();
        var rows = await db.Vms.AsNoTracking().Where(v => vmIds.Contains(v.Id)).ToListAsync(cancellationToken);
        var views = (await vms.VmsAsync(db, rows, cancellationToken)).ToDictionary(static v => v.Id);
        var lastActivity = await db.Operations.AsNoTracking().Where(o => vmIds.Contains(o.VmId))
            .GroupBy(static o => o.VmId).Select(static g => new { g.Key, At = g.Max(o => o.RequestedAt) })
            .ToDictionaryAsync(static g => g.Key, static g => g.At, cancellationToken);
        var observed = rows.ToDictionary(static v => v.Id, static v => v.ObservedAt);
        var batches = await db.Batches.AsNoTracking().Include(static b => b.Items).Where(b => b.DeploymentId == deployment.Id)
            .OrderByDescending(static b => b.RequestedAt).ThenByDescending(static b => b.Id).Take(BatchesToShow).ToListAsync(cancellationToken);
        return new DeploymentView(
            (await SummariesAsync(db, [deployment], cancellationToken))[0],
            deployment.ClassId,
            group.Name,
            deployment.NamePattern,
            deployment.StudentsMayDelete,
            deployment.Grace,
            deployment.ForLatecomers,
            [
                .. items.Select(i => new DeploymentItemView(
                    i.Id,
                    i.StudentId,
                    names.GetValueOrDefault(i.StudentId, "a deleted account"),
                    !students.Contains(i.StudentId),
                    i.Number,
                    i.VmName,
                    i.State,
                    i.VmId is { } vmId ? views.GetValueOrDefault(vmId) : null,
                    i.FailureMessage,
                    i.VmId is { } id && observed.TryGetValue(id, out var at) ? Later(at, lastActivity.GetValueOrDefault(id)) : null)),
            ],
            [.. batches.Select(View)]);
    }

    /// <summary>How far a batch is.</summary>
    public static BatchView View(Batch batch) => new(
        batch.Id,
        batch.Kind,
        batch.State,
        batch.RequestedByName,
        batch.RequestedAt,
        batch.CompletedAt,
        batch.CancelRequestedAt is not null,
        [.. batch.Items.OrderBy(static i => i.Ordinal).Select(static i => new BatchItemView(i.DeploymentItemId, i.OperationId, i.State, i.ErrorCode, i.ErrorMessage))]);

    /// <summary>What the classes say about machines that were made for them, by deployment.</summary>
    public static async Task<Dictionary<Guid, VmClassView>> OfDeploymentsAsync(IPortalDb db, IReadOnlyCollection<Guid> deploymentIds, CancellationToken cancellationToken)
    {
        if (deploymentIds.Count == 0)
        {
            return [];
        }

        var rows = await (
            from deployment in db.Deployments.AsNoTracking()
            where deploymentIds.Contains(deployment.Id)
            join taught in db.Classes on deployment.ClassId equals taught.Id
            select new { Deployment = deployment, taught.Name }).ToListAsync(cancellationToken);
        return rows.ToDictionary(
            static r => r.Deployment.Id,
            static r => new VmClassView(r.Deployment.ClassId, r.Name, r.Deployment.Id, r.Deployment.Name, r.Deployment.Locked, r.Deployment.StudentsMayDelete, r.Deployment.ExpiresAt, r.Deployment.DeletesAt));
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
