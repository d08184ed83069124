using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Accounts;

/// <summary>What becomes of the machines of an account that is deleted.</summary>
public enum MachineFate
{
    /// <summary>They stay as they are, without an owner, until an administrator gives them to somebody.</summary>
    Leave,

    /// <summary>Somebody else gets them, with their snapshots, exports and templates, and the classes that nobody else teaches.</summary>
    Give,

    /// <summary>They are deleted with all their snapshots. There is no undo.</summary>
    Delete,
}

/// <summary>How an account is to be deleted.</summary>
/// <param name="Machines">What becomes of its machines.</param>
/// <param name="HeirId">Who gets them, with <see cref="MachineFate.Give"/>.</param>
public sealed record CloseAccountRequest(MachineFate Machines, Guid? HeirId = null);

/// <summary>What somebody has, as they or an administrator see it before the account is deleted.</summary>
/// <param name="Machines">The names of their own machines, in order.</param>
/// <param name="Snapshots">How many snapshots those have.</param>
/// <param name="ClassMachines">The names of machines that were made for them by a class: those stay with the class.</param>
/// <param name="TaughtAlone">The names of classes that have no other teacher.</param>
/// <param name="Templates">The titles of templates they publish.</param>
public sealed record BelongingsView(
    IReadOnlyList<string> Machines,
    int Snapshots,
    IReadOnlyList<string> ClassMachines,
    IReadOnlyList<string> TaughtAlone,
    IReadOnlyList<string> Templates);

/// <summary>Deletes accounts: one's own, and as an administrator anybody's.</summary>
public interface IAccountClosing
{
    /// <summary>What the account has.</summary>
    Task<Outcome<BelongingsView>> PreviewAsync(Actor actor, Guid userId, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the account: sessions, tokens, memberships and quota end with it, in the transaction that decides on its
    /// machines. Of machines that are deleted, the operations are queued in it. The audit log and the history of machines keep
    /// the name. Whoever is the last administrator or alone teaches a class is refused; only administrators give machines away.
    /// </summary>
    Task<Outcome<BelongingsView>> CloseAsync(Actor actor, Guid userId, CloseAccountRequest request, CancellationToken cancellationToken);
}
