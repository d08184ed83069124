using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Templates;

/// <summary>
/// What stands on somebody else's template is shared with nobody who could not have that template, too. Administrators share
/// as they like.
/// </summary>
internal static class SharingRule
{
    /// <summary>The refusal to share so widely; <see langword="null"/> if nobody gets what they may not have.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="actor">Who shares.</param>
    /// <param name="versionId">The edition that what is shared stands on; <see langword="null"/> if on none.</param>
    /// <param name="everybody">It is shared with everybody.</param>
    /// <param name="userIds">Who gets it.</param>
    /// <param name="classIds">Which classes get it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<Failure?> CheckAsync(
        IPortalDb db,
        Actor actor,
        Guid? versionId,
        bool everybody,
        IReadOnlyCollection<Guid> userIds,
        IReadOnlyCollection<Guid> classIds,
        CancellationToken cancellationToken)
    {
        if (actor.IsAdministrator
            || await LimitAsync(db, actor, versionId, cancellationToken) is not { } limit
            || limit is { Audience: TemplateAudience.Everybody, UnpublishedAt: null })
        {
            return null;
        }

        // Of one that is published no longer, nobody has the use.
        var grants = limit.UnpublishedAt is null ? limit.Grants : [];
        var classes = grants.Select(static g => g.ClassId).OfType<Guid>().ToList();
        var members = await db.ClassMembers.Where(m => classes.Contains(m.ClassId)).Select(static m => m.UserId).ToListAsync(cancellationToken);
        var people = grants.Select(static g => g.UserId).OfType<Guid>().Concat(members).Append(actor.UserId).Append(limit.OwnerId);
        return everybody ? TooWide(limit, "audience")
            : userIds.Except(people).Any() ? TooWide(limit, "userIds")
            : classIds.Except(classes).Any() ? TooWide(limit, "classIds")
            : null;
    }

    /// <summary>The first template on the way down that is not the actor's own.</summary>
    private static async Task<Template?> LimitAsync(IPortalDb db, Actor actor, Guid? versionId, CancellationToken cancellationToken)
    {
        // Each edition stands on one that was there before it: this comes to an end.
        while (versionId is { } id && await db.TemplateVersions.AsNoTracking().FirstOrDefaultAsync(v => v.Id == id, cancellationToken) is { } version)
        {
            if (await db.Templates.AsNoTracking().Include(static t => t.Grants).FirstOrDefaultAsync(t => t.Id == version.TemplateId, cancellationToken) is { } template
                && template.OwnerId != actor.UserId)
            {
                return template;
            }

            versionId = version.OriginVersionId;
        }

        return null;
    }

    private static Failure TooWide(Template limit, string field) => new(
        FailureKind.Forbidden,
        FailureCodes.SharedTooWidely,
        $"This was made from the template “{limit.Title}”, which not everybody may use, so only people and classes who may use that one can get this. Leave the others out, or ask whoever published it to share it with them.",
        field);
}
