using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Searching;

/// <inheritdoc cref="ISearch"/>
internal sealed class SearchRequests(IPortalDbFactory factory) : ISearch
{
    public async Task<SearchView> FindAsync(Actor actor, string text, int take, CancellationToken cancellationToken)
    {
        text = text.Trim();
        if (text.Length is 0 or > ISearch.MaxTextLength)
        {
            return SearchView.Nothing;
        }

        take = Math.Clamp(take, 1, 20);
        var anywhere = LikePattern.Containing(text);
        var inFront = anywhere[1..];
        await using var db = factory.Create();
        var vms = Usable(db, actor);
        var machines = await vms.Where(v => EF.Functions.Like(v.Name, anywhere, LikePattern.Escape))
            .OrderByDescending(v => EF.Functions.Like(v.Name, inFront, LikePattern.Escape)).ThenBy(static v => v.Name).ThenBy(static v => v.Id)
            .Take(take).Select(static v => new FoundVmView(v.Id, v.Name, v.Power)).ToListAsync(cancellationToken);
        var snapshots = await (
            from vm in vms
            join snapshot in db.Snapshots.AsNoTracking() on vm.Id equals snapshot.VmId
            where snapshot.Phase == SnapshotPhase.Succeeded && EF.Functions.Like(snapshot.Name, anywhere, LikePattern.Escape)
            orderby EF.Functions.Like(snapshot.Name, inFront, LikePattern.Escape) descending, snapshot.RequestedAt descending, snapshot.Id
            select new FoundSnapshotView(snapshot.Id, snapshot.Name, vm.Id, vm.Name, snapshot.CapturedAt ?? snapshot.RequestedAt)).Take(take).ToListAsync(cancellationToken);
        var templates = await TemplateAccess.Visible(db, actor).AsNoTracking().Where(static t => t.UnpublishedAt == null)
            .Where(t => EF.Functions.Like(t.Title, anywhere, LikePattern.Escape))
            .OrderByDescending(t => EF.Functions.Like(t.Title, inFront, LikePattern.Escape)).ThenBy(static t => t.Title).ThenBy(static t => t.Id)
            .Take(take).Select(static t => new FoundThingView(t.Id, t.Title)).ToListAsync(cancellationToken);
        var classes = await db.Classes.AsNoTracking()
            .Where(c => actor.IsAdministrator || db.ClassMembers.Any(m => m.ClassId == c.Id && m.UserId == actor.UserId))
            .Where(c => EF.Functions.Like(c.Name, anywhere, LikePattern.Escape))
            .OrderByDescending(c => EF.Functions.Like(c.Name, inFront, LikePattern.Escape)).ThenBy(static c => c.Name).ThenBy(static c => c.Id)
            .Take(take).Select(static c => new FoundThingView(c.Id, c.Name)).ToListAsync(cancellationToken);
        return new SearchView(machines, snapshots, templates, classes);
    }

    // The same rule as for one machine: its owner, its class's teachers, administrators.
    private static IQueryable<VirtualMachine> Usable(IPortalDb db, Actor actor)
    {
        var rows = db.Vms.AsNoTracking().Where(static v => v.Presence != VmPresence.Deleting);
        if (actor.IsAdministrator)
        {
            return rows;
        }

        var taught = ClassAccess.Taught(db, actor);
        return rows.Where(v => v.OwnerId == actor.UserId || (v.ClassId != null && taught.Contains(v.ClassId.Value)));
    }
}
