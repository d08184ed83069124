using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Mailing;

/// <summary>There may be a letter to send.</summary>
internal sealed class MailSignal : Signal;

/// <inheritdoc cref="IMailOutbox"/>
internal sealed class MailOutbox(Changes changes, MailSignal signal, IOptions<MailOptions> options) : IMailOutbox
{
    public bool IsOn => options.Value.IsOn;

    public async Task<bool> AddAsync(OutgoingMail mail, TimeSpan atMostEvery, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mail);
        if (!IsOn)
        {
            return false;
        }

        var since = mail.CreatedAt - atMostEvery;
        var added = await changes.CommitAsync(
            async (db, _) =>
            {
                if (await db.OutgoingMails.AnyAsync(
                    m => m.Kind == mail.Kind && m.UserId == mail.UserId && m.Address == mail.Address && m.AboutId == mail.AboutId && m.Detail == mail.Detail && m.CreatedAt > since,
                    cancellationToken))
                {
                    return false;
                }

                db.OutgoingMails.Add(mail);
                return true;
            },
            cancellationToken);
        signal.Wake();
        return added;
    }

    /// <summary>Adds a letter to a change that is being written, to be sent if that is committed.</summary>
    public void Add(IPortalDb db, OutgoingMail mail)
    {
        if (IsOn)
        {
            db.OutgoingMails.Add(mail);
            signal.Wake();
        }
    }
}
