using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Mailing;

/// <summary>A mail server by script, and a writer whose letters say only what they are about.</summary>
internal sealed class MailServer : IMailTransport, IMailWriter
{
    /// <summary>What was taken, in order.</summary>
    public ConcurrentQueue<(Guid Id, MailText Text)> Taken { get; } = [];

    /// <summary>What was tried, whether it was taken or not.</summary>
    public ConcurrentQueue<Guid> Tried { get; } = [];

    /// <summary>Refuses everything with this.</summary>
    public MailException? Refusal { get; set; }

    /// <summary>Has nothing to say about letters of this kind.</summary>
    public MailKind? Silent { get; set; }

    /// <summary>Gives a portal this server.</summary>
    public void Serve(Portal.Setup setup)
    {
        setup.Settings["Mail:Host"] = "mail.example.org";
        setup.Settings["Mail:From"] = "portal@example.org";
        setup.Settings["Mail:PortalAddress"] = "https://portal.example.org";
        setup.Services = services => services.AddSingleton<IMailTransport>(this).AddSingleton<IMailWriter>(this);
    }

    public Task SendAsync(Guid id, MailText text, CancellationToken cancellationToken)
    {
        Tried.Enqueue(id);
        if (Refusal is { } refusal)
        {
            throw refusal;
        }

        Taken.Enqueue((id, text));
        return Task.CompletedTask;
    }

    public Task<MailText?> WriteAsync(OutgoingMail mail, CancellationToken cancellationToken)
        => Task.FromResult(mail.Kind == Silent ? null : new MailText("", mail.Address ?? $"{mail.UserId}", mail.Kind.ToString(), ""));
}
