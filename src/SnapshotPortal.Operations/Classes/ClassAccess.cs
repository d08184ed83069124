using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Classes;

/// <summary>What being a teacher of a class allows: one rule for machines, operations, events and the class itself.</summary>
internal static class ClassAccess
{
    /// <summary>The ids of the classes that the actor teaches, as part of a query.</summary>
    public static IQueryable<Guid> Taught(IPortalDb db, Actor actor)
    {
        // A token without that scope makes a teacher somebody with machines of their own.
        var userId = Teaches(actor) ? actor.UserId : Guid.Empty;
        return db.ClassMembers.Where(m => m.UserId == userId && m.Role == ClassRole.Teacher).Select(static m => m.ClassId);
    }

    /// <summary>The actor is a teacher of that class; false for no class.</summary>
    public static async Task<bool> TeachesAsync(IPortalDb db, Actor actor, Guid? classId, CancellationToken cancellationToken)
        => classId is { } id && await Taught(db, actor).AnyAsync(c => c == id, cancellationToken);

    /// <summary>There is such a class, and the actor teaches it or is an administrator; false for no class.</summary>
    public static async Task<bool> IsTaughtByAsync(IPortalDb db, Actor actor, Guid? classId, CancellationToken cancellationToken)
        => actor.IsAdministrator
            ? await db.Classes.AnyAsync(c => c.Id == classId, cancellationToken)
            : await TeachesAsync(db, actor, classId, cancellationToken);

    /// <summary>The class with its members, if the actor teaches it or is an administrator.</summary>
    public static async Task<ClassGroup?> FindTaughtAsync(IPortalDb db, Actor actor, Guid classId, CancellationToken cancellationToken)
        => await db.Classes.Include(static c => c.Members).FirstOrDefaultAsync(c => c.Id == classId, cancellationToken) is { } group
            && (actor.IsAdministrator || (Teaches(actor) && group.Members.Exists(m => m.UserId == actor.UserId && m.Role == ClassRole.Teacher)))
                ? group
                : null;

    private static bool Teaches(Actor actor) => (actor.Scopes & TokenScopes.Class) != TokenScopes.None;

    /// <summary>The teachers of every class that the events are about.</summary>
    public static async Task<ILookup<Guid, Guid>> TeachersAsync(IPortalDb db, IReadOnlyList<OperationEvent> events, CancellationToken cancellationToken)
    {
        var classes = events.Select(static e => e.ClassId).OfType<Guid>().Distinct().ToList();
        var rows = classes.Count == 0
            ? []
            : await db.ClassMembers.AsNoTracking().Where(m => classes.Contains(m.ClassId) && m.Role == ClassRole.Teacher)
                .Select(static m => new { m.ClassId, m.UserId }).ToListAsync(cancellationToken);
        return rows.ToLookup(static r => r.ClassId, static r => r.UserId);
    }
}
