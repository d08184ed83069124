using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using SnapshotPortal.Operations.Mailing;

namespace SnapshotPortal.Web.Mailing;

/// <summary>Hands letters to an SMTP server, each over a connection of its own: there are few, and a server's mood is one letter's.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options) : IMailTransport
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public async Task SendAsync(Guid id, MailText text, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_patience);
        using var client = new SmtpClient();
        try
        {
            await ConnectAsync(client, settings, limit.Token);
            using var message = Compose(id, text, settings);
            await client.SendAsync(message, limit.Token);
        }
        catch (SmtpCommandException e)
        {
            throw new MailException($"{(int)e.StatusCode} {e.Message}", TroubleOf(e), e);
        }
        catch (ParseException e)
        {
            throw new MailException($"The address is none: {e.Message}", MailTrouble.Refused, e);
        }
        catch (Exception e) when (e is SocketException or IOException or SmtpProtocolException or SslHandshakeException or AuthenticationException or NotSupportedException)
        {
            throw new MailException(e.Message, MailTrouble.Server, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailException($"{settings.Host} did not answer within {_patience.TotalSeconds:F0} s.", MailTrouble.Server, e);
        }

        // The letter is the server's now; a farewell that fails changes nothing about that.
        try
        {
            await client.DisconnectAsync(quit: true, limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or SmtpProtocolException or OperationCanceledException)
        {
        }
    }

    private static async Task ConnectAsync(SmtpClient client, MailOptions settings, CancellationToken cancellationToken)
    {
        await client.ConnectAsync(
            settings.Host!,
            settings.Port,
            settings.Security switch
            {
                MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
                MailSecurity.None => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            },
            cancellationToken);
        if (settings is { UserName: { } userName, PasswordFile: { } file })
        {
            var lines = await File.ReadAllLinesAsync(file, cancellationToken);
            await client.AuthenticateAsync(userName, lines.Length > 0 ? lines[0] : "", cancellationToken);
        }
    }

    private static MimeMessage Compose(Guid id, MailText text, MailOptions settings)
    {
        var message = new MimeMessage
        {
            MessageId = $"{id:N}@{settings.PortalAddress!.Host}",
            Subject = text.Subject,
            Body = new TextPart("plain") { Text = text.Body },
        };
        message.From.Add(new MailboxAddress("SnapshotPortal", settings.From!));
        message.To.Add(new MailboxAddress(text.ToName, text.ToAddress));

        // No answering machine answers a machine (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static MailTrouble TroubleOf(SmtpCommandException e) => e.ErrorCode switch
    {
        SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted => (int)e.StatusCode >= 500 ? MailTrouble.Refused : MailTrouble.Letter,
        _ => MailTrouble.Server,
    };
}
