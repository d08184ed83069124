using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Mailing;

/// <summary>
/// Sends the letters in the outbox, each until the server has taken it, with growing pauses. One that was handed over while
/// the portal died is sent again: twice is better than never.
/// </summary>
internal sealed class MailSender(
    IPortalDbFactory factory,
    IMailWriter writer,
    IMailTransport transport,
    MailSignal signal,
    TimeProvider time,
    ILogger<MailSender> logger) : RepeatedWork(time, logger, signal)
{
    /// <summary>How long what became of a letter is kept.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromDays(7);

    // Longer than an attempt may take: meanwhile nobody else tries the same letter.
    private static readonly TimeSpan _lease = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(1);

    private const int AtOnce = 50;

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        List<Guid> due;
        await using (var db = factory.Create())
        {
            var old = now - Keep;
            await db.OutgoingMails.Where(m => m.EndedAt != null && m.EndedAt < old).ExecuteDeleteAsync(cancellationToken);
            due = await db.OutgoingMails.Where(m => m.State == MailState.Waiting && m.NextAttemptAt <= now)
                .OrderBy(static m => m.NextAttemptAt).ThenBy(static m => m.Id).Select(static m => m.Id).Take(AtOnce).ToListAsync(cancellationToken);
        }

        foreach (var id in due)
        {
            if (!await TrySendAsync(id, cancellationToken))
            {
                return OutgoingMail.PauseAfter(1);
            }
        }

        return due.Count == AtOnce ? TimeSpan.Zero : await PauseAsync(cancellationToken);
    }

    private async Task<TimeSpan> PauseAsync(CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var next = await db.OutgoingMails.Where(static m => m.State == MailState.Waiting).MinAsync(static m => (DateTimeOffset?)m.NextAttemptAt, cancellationToken);
        var pause = next - Time.GetUtcNow();
        return pause is null || pause > _longestPause ? _longestPause : pause > TimeSpan.Zero ? pause.Value : TimeSpan.FromMilliseconds(10);
    }

    /// <summary>Makes one attempt.</summary>
    /// <returns>Whether it is worth trying others now.</returns>
    private async Task<bool> TrySendAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var now = Time.GetUtcNow();
        var leased = now + _lease;
        if (await db.OutgoingMails.Where(m => m.Id == id && m.State == MailState.Waiting && m.NextAttemptAt <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(static m => m.NextAttemptAt, leased), cancellationToken) == 0)
        {
            return true;
        }

        var mail = await db.OutgoingMails.SingleAsync(m => m.Id == id, cancellationToken);
        mail.Attempts++;
        var serverAnswers = true;
        try
        {
            if (now < mail.UselessAt && await writer.WriteAsync(mail, cancellationToken) is { } text)
            {
                await transport.SendAsync(id, text, cancellationToken);
                mail.End(MailState.Sent, Time.GetUtcNow());
                MailLog.Sent(Logger, id, mail.Kind, mail.Attempts);
            }
            else if (mail.FailureMessage is null)
            {
                mail.End(MailState.Dropped, now);
                MailLog.Dropped(Logger, id, mail.Kind);
            }
            else
            {
                mail.End(MailState.GivenUp, now);
                MailLog.GivenUp(Logger, id, mail.Kind, mail.Attempts, mail.FailureMessage);
            }
        }
        catch (MailException e)
        {
            serverAnswers = e.Trouble != MailTrouble.Server;
            mail.FailureMessage = e.Message;
            if (e.Trouble == MailTrouble.Refused)
            {
                mail.End(MailState.GivenUp, Time.GetUtcNow());
                MailLog.GivenUp(Logger, id, mail.Kind, mail.Attempts, e.Message);
            }
            else
            {
                var pause = OutgoingMail.PauseAfter(mail.Attempts);
                mail.NextAttemptAt = Time.GetUtcNow() + pause;
                MailLog.Postponed(Logger, id, mail.Kind, mail.Attempts, e.Message, pause);
            }
        }

        // Not to be interrupted: a letter that was sent must not be sent again because the portal stops.
        await db.SaveChangesAsync(CancellationToken.None);
        return serverAnswers;
    }
}
