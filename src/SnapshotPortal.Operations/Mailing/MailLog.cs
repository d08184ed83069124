using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Mail;

namespace SnapshotPortal.Operations.Mailing;

/// <summary>What the log says of letters: never what stands in them.</summary>
internal static partial class MailLog
{
    [LoggerMessage(1900, LogLevel.Information, "Letter {MailId} ({Kind}) was sent at attempt {Attempt}.")]
    public static partial void Sent(ILogger logger, Guid mailId, MailKind kind, int attempt);

    [LoggerMessage(1901, LogLevel.Information, "Letter {MailId} ({Kind}) was dropped: there is nobody to send it to, or nothing to say any more.")]
    public static partial void Dropped(ILogger logger, Guid mailId, MailKind kind);

    [LoggerMessage(1902, LogLevel.Warning, "Letter {MailId} ({Kind}) was not taken at attempt {Attempt} ({Reason}) and is tried again in {Pause}.")]
    public static partial void Postponed(ILogger logger, Guid mailId, MailKind kind, int attempt, string reason, TimeSpan pause);

    [LoggerMessage(1903, LogLevel.Error, "Letter {MailId} ({Kind}) is given up after {Attempt} attempts: {Reason}")]
    public static partial void GivenUp(ILogger logger, Guid mailId, MailKind kind, int attempt, string reason);
}
