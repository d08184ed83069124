using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.People;

/// <summary>Invitations of people who were given an account and have no way to sign in yet.</summary>
public interface IInvitations
{
    /// <summary>
    /// Teachers of the class, or administrators where there is none: a link by which the invited person sets their password.
    /// It holds for <see cref="InvitationOptions.Lifespan"/> and dies when the password is set, or when they come by another way.
    /// </summary>
    /// <returns>The link, below the portal's own address.</returns>
    Task<Outcome<string>> MakeLinkAsync(Actor actor, Guid? classId, Guid userId, CancellationToken cancellationToken);

    /// <summary>The portal can send such links itself.</summary>
    bool CanSend { get; }

    /// <summary>The same people: sends such a link to the invited person's address.</summary>
    /// <returns>The address.</returns>
    Task<Outcome<string>> SendAsync(Actor actor, Guid? classId, Guid userId, CancellationToken cancellationToken);

    /// <summary>Whom a link invites; <see langword="null"/> where it holds no longer, or never did.</summary>
    Task<InvitedPerson?> FindAsync(Guid userId, string token);

    /// <summary>Sets the invited person's name and password, once.</summary>
    /// <returns>What stands in the way, in sentences; empty where it is done.</returns>
    Task<IReadOnlyList<string>> AcceptAsync(Guid userId, string token, string name, string password);
}

/// <summary>Somebody who is invited.</summary>
public sealed record InvitedPerson(Guid Id, string Name, string Email);
