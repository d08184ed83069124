using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Templates;

/// <summary>Who may use a template: one rule for the gallery, clones and deployments.</summary>
internal static class TemplateAccess
{
    /// <summary>The templates that the actor may see: published ones that are shared with them, and their own.</summary>
    public static IQueryable<Template> Visible(IPortalDb db, Actor actor)
    {
        var classes = db.ClassMembers.Where(m => m.UserId == actor.UserId).Select(static m => m.ClassId);
        return db.Templates.Where(t =>
            actor.IsAdministrator
            || t.OwnerId == actor.UserId
            || (t.UnpublishedAt == null
                && (t.Audience == TemplateAudience.Everybody
                    || t.Grants.Any(g => g.UserId == actor.UserId || (g.ClassId != null && classes.Contains(g.ClassId.Value))))));
    }

    /// <summary>The actor may change the template.</summary>
    public static bool MayChange(Actor actor, Template template) => actor.MayUse(template.OwnerId);

    /// <summary>One template with its editions, if the actor may see it.</summary>
    public static Task<Template?> FindAsync(IPortalDb db, Actor actor, Guid templateId, CancellationToken cancellationToken)
        => Visible(db, actor).Include(static t => t.Versions).Include(static t => t.Grants).FirstOrDefaultAsync(t => t.Id == templateId, cancellationToken);
}
