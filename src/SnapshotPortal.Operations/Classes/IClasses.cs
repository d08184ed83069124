using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Classes;

/// <summary>What a person may ask about and of classes. Every call authorises by itself.</summary>
public interface IClasses
{
    /// <summary>The classes that the actor is in (all of them for an administrator), by name.</summary>
    Task<IReadOnlyList<ClassView>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Teachers of the class: everything about it.</summary>
    Task<Outcome<ClassDetailView>> GetAsync(Actor actor, Guid classId, CancellationToken cancellationToken);

    /// <summary>Teachers: makes a class, which they teach from then on.</summary>
    Task<Outcome<ClassDetailView>> CreateAsync(Actor actor, ClassFields fields, CancellationToken cancellationToken);

    /// <summary>Teachers of the class: changes it.</summary>
    Task<Outcome<ClassDetailView>> ChangeAsync(Actor actor, Guid classId, ClassFields fields, CancellationToken cancellationToken);

    /// <summary>Teachers of the class: deletes it. Refused while there are machines that were made for it.</summary>
    Task<Outcome<ClassView>> DeleteAsync(Actor actor, Guid classId, CancellationToken cancellationToken);

    /// <summary>Teachers of the class: what would happen with a roster; nothing is changed.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="classId">The class.</param>
    /// <param name="text">Addresses, one a line, or CSV with them; at most 500 people.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Outcome<RosterView>> PreviewRosterAsync(Actor actor, Guid classId, string text, CancellationToken cancellationToken);

    /// <summary>
    /// Teachers of the class: adds the people of a roster as students. Those without an account get one without a password and
    /// are invited. Refused as a whole while a line is invalid; sent twice it changes nothing the second time.
    /// </summary>
    Task<Outcome<ClassDetailView>> AddRosterAsync(Actor actor, Guid classId, string text, CancellationToken cancellationToken);

    /// <summary>Teachers of the class: makes a member a teacher or a student. The last teacher stays one.</summary>
    Task<Outcome<ClassDetailView>> SetRoleAsync(Actor actor, Guid classId, Guid userId, ClassRole role, CancellationToken cancellationToken);

    /// <summary>
    /// Teachers of the class: takes somebody out. What is being made for them is stopped; a machine that is there stays in the
    /// grid, for the teachers to delete.
    /// </summary>
    Task<Outcome<ClassDetailView>> RemoveAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken);

    /// <summary>Teachers of the class: makes a new code to join it (an older one holds no longer), or closes it.</summary>
    Task<Outcome<ClassDetailView>> SetJoinableAsync(Actor actor, Guid classId, bool joinable, CancellationToken cancellationToken);

    /// <summary>Joins a class as a student by its code.</summary>
    Task<Outcome<ClassView>> JoinAsync(Actor actor, string code, CancellationToken cancellationToken);

    /// <summary>Whether the actor may make an invitation for somebody: they are in a class of the actor's and have not set a password yet.</summary>
    Task<bool> MayInviteAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the actor may hold such an invitation in their hands: whoever has its link can make the account theirs. Teachers may
    /// where it opens nothing that is not theirs: it has no role, is in no class that they do not teach, and owns nothing outside of
    /// their classes. Everybody else's invitation goes to their address only.
    /// </summary>
    Task<bool> MayHoldInvitationAsync(Actor actor, Guid classId, Guid userId, CancellationToken cancellationToken);
}

/// <summary>What a class is called and about.</summary>
/// <param name="Name">1 to 100 visible characters.</param>
/// <param name="Description">At most 2,000 characters.</param>
/// <param name="StartsOn">First day of the term.</param>
/// <param name="EndsOn">Last day of the term; not before the first.</param>
public sealed record ClassFields(string Name, string? Description = null, DateOnly? StartsOn = null, DateOnly? EndsOn = null);
