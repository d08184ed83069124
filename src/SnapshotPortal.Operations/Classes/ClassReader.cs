using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Classes;

/// <summary>Turns classes into what people see.</summary>
internal sealed class ClassReader(IUserDirectory users)
{
    public static async Task<IReadOnlyList<ClassView>> ViewsAsync(IPortalDb db, Actor actor, IReadOnlyList<ClassGroup> classes, CancellationToken cancellationToken)
    {
        var ids = classes.Select(static c => (Guid?)c.Id).ToList();
        var machines = await db.Vms.Where(v => ids.Contains(v.ClassId) && v.Presence != VmPresence.Deleting)
            .GroupBy(static v => v.ClassId).Select(static g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(static g => g.Key!.Value, static g => g.Count, cancellationToken);
        return
        [
            .. classes.Select(c =>
            {
                var mine = c.Members.Find(m => m.UserId == actor.UserId)?.Role;
                var teaches = actor.IsAdministrator || mine == ClassRole.Teacher;
                return new ClassView(
                    c.Id,
                    c.Name,
                    c.StartsOn,
                    c.EndsOn,
                    mine,
                    teaches ? c.Members.Count(static m => m.Role == ClassRole.Student) : 0,
                    teaches ? machines.GetValueOrDefault(c.Id) : 0);
            }),
        ];
    }

    public async Task<ClassDetailView> DetailAsync(IPortalDb db, Actor actor, ClassGroup group, CancellationToken cancellationToken)
    {
        var members = group.Members;
        var people = await users.PeopleAsync([.. members.Select(static m => m.UserId)], cancellationToken);
        var deployments = await db.Deployments.AsNoTracking().Include(static d => d.Items).Where(d => d.ClassId == group.Id)
            .OrderByDescending(static d => d.CreatedAt).ThenByDescending(static d => d.Id).ToListAsync(cancellationToken);
        return new ClassDetailView(
            (await ViewsAsync(db, actor, [group], cancellationToken))[0],
            group.Description,
            group.JoinCode,
            [
                .. from member in members
                   where people.ContainsKey(member.UserId)
                   let person = people[member.UserId]
                   orderby member.Role descending, person.Name
                   select new ClassMemberView(member.UserId, person.Name, person.Email, member.Role, !person.CanSignIn),
            ],
            await DeploymentReader.SummariesAsync(db, deployments, cancellationToken));
    }
}
