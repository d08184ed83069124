using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Board;

/// <inheritdoc cref="IBoard"/>
internal sealed class BoardRequests(IPortalDbFactory factory, IUserDirectory users, TimeProvider time) : IBoard
{
    internal const int MostShown = 300;

    public async Task<BoardView> ListAsync(Actor actor, BoardQuery query, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var rows = Choose(db, Visible(db, actor), query, time.GetUtcNow() - BoardQuery.Recent);

        // What runs is never cut off by what waits behind it.
        var list = await rows.Include(static o => o.Steps)
            .OrderByDescending(static o => o.State == OperationState.Running).ThenByDescending(static o => o.RequestedAt)
            .Take(MostShown + 1).ToListAsync(cancellationToken);
        var shown = list.Take(MostShown).OrderByDescending(static o => o.RequestedAt).ThenByDescending(static o => o.Id).ToList();
        var entries = await EntriesAsync(db, shown, cancellationToken);
        return query.OperationIds is null
            ? new BoardView(entries, await HostsAsync(db, actor, cancellationToken), await ClassesAsync(db, actor, cancellationToken), list.Count > MostShown)
            : new BoardView(entries, [], [], IsCut: false);
    }

    private static IQueryable<Operation> Visible(IPortalDb db, Actor actor)
    {
        var rows = db.Operations.AsNoTracking();
        if (actor.IsAdministrator)
        {
            return rows;
        }

        var taught = ClassAccess.Taught(db, actor);
        return rows.Where(o => o.OwnerId == actor.UserId || (o.ClassId != null && taught.Contains(o.ClassId.Value)));
    }

    private static IQueryable<Operation> Choose(IPortalDb db, IQueryable<Operation> rows, BoardQuery query, DateTimeOffset endedSince)
    {
        rows = rows.Where(o => o.State == OperationState.Queued || o.State == OperationState.Running || o.CompletedAt >= endedSince);
        if (query.OperationIds is { } ids)
        {
            rows = rows.Where(o => ids.Contains(o.Id));
        }

        if (query.Kind is { } kind)
        {
            rows = rows.Where(o => o.Kind == kind);
        }

        if (query.State is { } state)
        {
            rows = rows.Where(o => o.State == state);
        }

        if (query.Host is { } host)
        {
            rows = rows.Where(o => db.Hosts.Any(h => h.Id == o.HostId && h.Name == host));
        }

        if (query.ClassId is { } classId)
        {
            rows = rows.Where(o => o.ClassId == classId);
        }

        if (!string.IsNullOrWhiteSpace(query.Text))
        {
            var pattern = LikePattern.Containing(query.Text);
            rows = rows.Where(o => EF.Functions.Like(o.RequestedByName, pattern, LikePattern.Escape)
                || db.Vms.Any(v => v.Id == o.VmId && EF.Functions.Like(v.Name, pattern, LikePattern.Escape)));
        }

        return rows;
    }

    private async Task<IReadOnlyList<BoardEntryView>> EntriesAsync(IPortalDb db, List<Operation> rows, CancellationToken cancellationToken)
    {
        var hostIds = rows.Select(static o => o.HostId).ToHashSet();
        var hosts = await db.Hosts.AsNoTracking().Where(h => hostIds.Contains(h.Id)).ToDictionaryAsync(static h => h.Id, static h => h.Name, cancellationToken);
        var classIds = rows.Select(static o => o.ClassId).OfType<Guid>().ToHashSet();
        var classes = await db.Classes.AsNoTracking().Where(c => classIds.Contains(c.Id)).ToDictionaryAsync(static c => c.Id, static c => c.Name, cancellationToken);
        var owners = await users.NamesAsync([.. rows.Select(static o => o.OwnerId).Distinct()], cancellationToken);
        var views = await ViewReader.OperationsAsync(db, rows, cancellationToken);
        return
        [
            .. rows.Zip(views, (row, view) => new BoardEntryView(
                view,
                hosts.GetValueOrDefault(row.HostId, ""),
                owners.GetValueOrDefault(row.OwnerId, "a deleted account"),
                row.ClassId is { } classId ? classes.GetValueOrDefault(classId) : null)),
        ];
    }

    private static async Task<IReadOnlyList<string>> HostsAsync(IPortalDb db, Actor actor, CancellationToken cancellationToken)
    {
        var taught = ClassAccess.Taught(db, actor);
        return await db.Hosts.AsNoTracking()
            .Where(h => actor.IsAdministrator || db.Vms.Any(v => v.HostId == h.Id && (v.OwnerId == actor.UserId || (v.ClassId != null && taught.Contains(v.ClassId.Value)))))
            .OrderBy(static h => h.Name).Select(static h => h.Name).ToListAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<BoardClassView>> ClassesAsync(IPortalDb db, Actor actor, CancellationToken cancellationToken)
        => await db.Classes.AsNoTracking()
            .Where(c => actor.IsAdministrator || db.ClassMembers.Any(m => m.ClassId == c.Id && m.UserId == actor.UserId))
            .OrderBy(static c => c.Name).Select(static c => new BoardClassView(c.Id, c.Name)).ToListAsync(cancellationToken);
}
