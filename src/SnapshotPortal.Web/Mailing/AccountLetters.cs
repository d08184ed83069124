using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Mailing;

namespace SnapshotPortal.Web.Mailing;

/// <summary>The letters about accounts. Each is a row in the outbox, whatever becomes of it: no request waits for a mail server.</summary>
internal sealed class AccountLetters(IMailOutbox outbox, TimeProvider time)
{
    /// <summary>The same letter is not written more often than this.</summary>
    public static readonly TimeSpan AtMostEvery = TimeSpan.FromMinutes(2);

    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    /// <summary>Letters are sent at all.</summary>
    public bool AreSent => outbox.IsOn;

    /// <summary>A link for a new password, to an address that may be nobody's: whether it is, is asked when the letter is sent.</summary>
    public Task ResetAsync(string address, CancellationToken cancellationToken)
        => AddAsync(new OutgoingMail { Kind = MailKind.PasswordReset, Address = One(address), CreatedAt = Now }, cancellationToken);

    /// <summary>A link that proves a new account's address.</summary>
    public Task ConfirmAsync(string address, CancellationToken cancellationToken)
        => AddAsync(new OutgoingMail { Kind = MailKind.AddressConfirmation, Address = One(address), CreatedAt = Now }, cancellationToken);

    /// <summary>Tells the owner of an address that somebody wanted to register with it.</summary>
    public Task TakenAsync(string address, CancellationToken cancellationToken)
        => AddAsync(new OutgoingMail { Kind = MailKind.AddressTaken, Address = One(address), CreatedAt = Now }, cancellationToken);

    /// <summary>Tells the owner of an account that something about it changed.</summary>
    public Task ChangedAsync(Guid userId, AccountEventKind what, CancellationToken cancellationToken)
        => outbox.AddAsync(new OutgoingMail { Kind = MailKind.AccountChanged, UserId = userId, Detail = what.ToString(), CreatedAt = Now }, TimeSpan.Zero, cancellationToken);

    /// <summary>Invites somebody to set their first password.</summary>
    /// <param name="userId">Whom.</param>
    /// <param name="classId">Into which class; <see langword="null"/> = into the portal.</param>
    /// <param name="byName">Who invites them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False where they were invited moments ago.</returns>
    public Task<bool> InviteAsync(Guid userId, Guid? classId, string byName, CancellationToken cancellationToken)
        => AddAsync(new OutgoingMail { Kind = MailKind.Invitation, UserId = userId, AboutId = classId, Detail = byName, CreatedAt = Now }, cancellationToken);

    // As accounts are found by it: an address that is written in another way is no other, and its owner gets no second letter.
    private static string One(string address) => Normalizer.NormalizeEmail(address);

    private DateTimeOffset Now => time.GetUtcNow();

    private Task<bool> AddAsync(OutgoingMail mail, CancellationToken cancellationToken) => outbox.AddAsync(mail, AtMostEvery, cancellationToken);
}
