using SnapshotPortal.Domain.Mail;

namespace SnapshotPortal.Operations.Mailing;

/// <summary>Letters that are to be sent: rows, so that a server that is away costs nothing but time.</summary>
public interface IMailOutbox
{
    /// <summary>Letters are sent at all. What is added otherwise is dropped.</summary>
    bool IsOn { get; }

    /// <summary>
    /// Puts a letter into the outbox; it is sent soon. Takes as long for one that goes to nobody.
    /// </summary>
    /// <param name="mail">The letter.</param>
    /// <param name="atMostEvery">Nothing is added where the same one was within this time.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>It was added.</returns>
    Task<bool> AddAsync(OutgoingMail mail, TimeSpan atMostEvery, CancellationToken cancellationToken);
}

/// <summary>Writes a letter at the moment it is sent.</summary>
public interface IMailWriter
{
    /// <summary>The letter, or <see langword="null"/> where there is nobody to send it to or nothing to say any more.</summary>
    Task<MailText?> WriteAsync(OutgoingMail mail, CancellationToken cancellationToken);
}

/// <summary>A letter as it is sent.</summary>
public sealed record MailText(string ToName, string ToAddress, string Subject, string Body);

/// <summary>Hands letters to a mail server.</summary>
public interface IMailTransport
{
    /// <summary>Hands one over.</summary>
    /// <param name="id">The same for each attempt, so that a receiver can tell a letter that came twice.</param>
    /// <param name="text">The letter.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="MailException">The server did not take it.</exception>
    Task SendAsync(Guid id, MailText text, CancellationToken cancellationToken);
}

/// <summary>A letter was not taken.</summary>
public sealed class MailException : Exception
{
    public MailException()
        : this("The mail server did not take the letter.")
    {
    }

    public MailException(string message)
        : this(message, MailTrouble.Letter)
    {
    }

    public MailException(string message, Exception innerException)
        : this(message, MailTrouble.Letter, innerException)
    {
    }

    public MailException(string message, MailTrouble trouble, Exception? innerException = null)
        : base(message, innerException)
        => Trouble = trouble;

    /// <summary>Whose trouble it is.</summary>
    public MailTrouble Trouble { get; }
}

/// <summary>Why a letter was not taken.</summary>
public enum MailTrouble
{
    /// <summary>The server is away, or refuses the portal: every other letter would fare the same.</summary>
    Server,

    /// <summary>Not now; another attempt may succeed.</summary>
    Letter,

    /// <summary>Never: for example there is no such address.</summary>
    Refused,
}
