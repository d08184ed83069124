using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Templates;

/// <summary>A snapshot that others make machines from, or reset them to, cannot go away under their hands.</summary>
internal static class PublishedRule
{
    /// <summary>The refusal to delete one of the snapshots; <see langword="null"/> if none is in the way.</summary>
    public static async Task<Failure?> CheckAsync(IPortalDb db, IReadOnlyCollection<Guid> snapshotIds, CancellationToken cancellationToken)
    {
        var uses = await (
            from version in db.TemplateVersions
            where snapshotIds.Contains(version.SnapshotId)
            join template in db.Templates on version.TemplateId equals template.Id
            select new
            {
                template.Title,
                template.UnpublishedAt,
                Deployment = db.Deployments.Where(d => d.TemplateVersionId == version.Id && d.EndedAt == null).Select(static d => d.Name).FirstOrDefault(),
            }).ToListAsync(cancellationToken);
        return uses.Find(static u => u.UnpublishedAt is null) is { } published
            ? new Failure(FailureKind.Conflict, FailureCodes.TemplatePublished, $"It is published as the template “{published.Title}”. Unpublish the template first; machines made from it stay.")
            : uses.Find(static u => u.Deployment is not null) is { } deployed
                ? new Failure(FailureKind.Conflict, FailureCodes.TemplatePublished, $"The machines of “{deployed.Deployment}” are reset to it. Delete that deployment first, or move it on to another edition.")
                : null;
    }
}
