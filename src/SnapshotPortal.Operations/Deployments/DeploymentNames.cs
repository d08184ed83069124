using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>A student's machine before it is made.</summary>
/// <param name="StudentId">Whose.</param>
/// <param name="StudentName">Their name.</param>
/// <param name="Number">From 1.</param>
/// <param name="VmName">What it would be called.</param>
/// <param name="Problem">Why it cannot be called that.</param>
internal sealed record PlannedName(Guid StudentId, string StudentName, int Number, string VmName, string? Problem);

/// <summary>Gives a deployment's machines their names, and finds collisions before anything is made.</summary>
internal static class DeploymentNames
{
    /// <summary>The host that a template's edition lies on; <see langword="null"/> if its snapshot is gone.</summary>
    public static Task<Guid?> HostOfAsync(IPortalDb db, Guid versionId, CancellationToken cancellationToken)
        => (from version in db.TemplateVersions
            where version.Id == versionId
            join snapshot in db.Snapshots on version.SnapshotId equals snapshot.Id
            join vm in db.Vms on snapshot.VmId equals vm.Id
            select (Guid?)vm.HostId).FirstOrDefaultAsync(cancellationToken);

    /// <summary>Names for students' machines, in the order of the students' names.</summary>
    /// <param name="db">The portal's own machines.</param>
    /// <param name="users">The students.</param>
    /// <param name="pattern">What they are called.</param>
    /// <param name="templateTitle">Stands for <c>{template}</c>.</param>
    /// <param name="hostId">Where they are made.</param>
    /// <param name="studentIds">Whose they are.</param>
    /// <param name="lastNumber">The highest number given out so far.</param>
    /// <param name="onHost">What is on the host besides, under nobody's care.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<IReadOnlyList<PlannedName>> ChooseAsync(
        IPortalDb db,
        IUserDirectory users,
        string pattern,
        string templateTitle,
        Guid? hostId,
        IReadOnlyList<Guid> studentIds,
        int lastNumber,
        IReadOnlyCollection<string> onHost,
        CancellationToken cancellationToken)
    {
        var people = await users.PeopleAsync(studentIds, cancellationToken);
        var taken = (await NameChecks.TakenAsync(db, hostId, cancellationToken)).Concat(onHost).ToHashSet(StringComparer.Ordinal);
        var names = new List<PlannedName>();
        foreach (var person in people.Values.OrderBy(static p => p.Name, StringComparer.OrdinalIgnoreCase).ThenBy(static p => p.Email, StringComparer.OrdinalIgnoreCase))
        {
            var number = lastNumber + names.Count + 1;
            var name = NamePattern.Expand(pattern, number, UserPart(person), templateTitle);
            var problem = Names.CheckVmName(name) ?? (taken.Contains(name) ? $"A virtual machine named “{name}” exists already. Choose another pattern." : null);
            if (problem is null && names.Exists(n => string.Equals(n.VmName, name, StringComparison.Ordinal)))
            {
                problem = $"Two students' machines would be called “{name}”. Put {{n}} into the pattern.";
            }

            names.Add(new PlannedName(person.Id, person.Name, number, name, problem));
        }

        return names;
    }

    // The part before the @ is what schools give out as a login; names are often not unique.
    private static string UserPart(DirectoryPerson person)
        => person.Email.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? person.Email[..at] : person.Name;
}
