using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Templates;

/// <summary>Which template a snapshot goes on with, going by where its machine comes from.</summary>
internal static class TemplateLineage
{
    /// <summary>
    /// The published template of the actor's own that was made from the same machine, else the one that the machine was made
    /// from, straight or through others; <see langword="null"/> if there is none, or the snapshot cannot be its next edition.
    /// </summary>
    public static async Task<Guid?> ContinuedByAsync(IPortalDb db, Actor actor, Guid snapshotId, CancellationToken cancellationToken)
    {
        // What others made of a template is seldom meant to be its next edition, even where the actor may publish it.
        if (await db.Snapshots.AsNoTracking().Where(s => s.Id == snapshotId).Select(static s => (Guid?)s.VmId).FirstOrDefaultAsync(cancellationToken) is not { } vmId
            || await db.Vms.AsNoTracking().FirstOrDefaultAsync(v => v.Id == vmId && v.OwnerId == actor.UserId, cancellationToken) is not { } vm)
        {
            return null;
        }

        var editions = await (
            from version in db.TemplateVersions
            join template in db.Templates on version.TemplateId equals template.Id
            where template.OwnerId == actor.UserId && template.UnpublishedAt == null && !template.Versions.Any(v => v.SnapshotId == snapshotId)
            join published in db.Snapshots on version.SnapshotId equals published.Id
            join source in db.Vms on published.VmId equals source.Id
            where source.HostId == vm.HostId
            select new { version.Id, version.TemplateId, version.SnapshotId, published.VmId, version.PublishedAt }).ToListAsync(cancellationToken);
        editions.Sort(static (a, b) => b.PublishedAt.CompareTo(a.PublishedAt));
        var found = editions.Find(e => e.VmId == vm.Id);
        var seen = new HashSet<Guid>();
        for (var at = vm; found is null && editions.Count > 0 && at is not null && seen.Add(at.Id);)
        {
            var here = at;
            found = editions.Find(e => e.Id == here.TemplateVersionId || e.SnapshotId == here.OriginSnapshotId);
            at = await db.Vms.AsNoTracking().FirstOrDefaultAsync(v => db.Snapshots.Any(s => s.Id == here.OriginSnapshotId && s.VmId == v.Id), cancellationToken);
        }

        return found?.TemplateId;
    }
}
