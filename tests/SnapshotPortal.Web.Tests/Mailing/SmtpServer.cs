using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace SnapshotPortal.Web.Tests.Mailing;

/// <summary>A mail server (RFC 5321) on a port of its own, as far as a client of letters needs one.</summary>
internal sealed class SmtpServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<MimeMessage> _messages = [];
    private readonly X509Certificate2? _certificate;
    private TcpListener _listener;
    private Task _listening;

    public SmtpServer(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _listening = ListenAsync(_listener);
    }

    public int Port { get; }

    /// <summary>What was delivered, in order.</summary>
    public IReadOnlyList<MimeMessage> Messages => [.. _messages];

    /// <summary>The accounts that were shown, as user name and password.</summary>
    public ConcurrentQueue<(string User, string Password)> Logins { get; } = [];

    /// <summary>The answer to an addressee, in place of accepting it.</summary>
    public string? RecipientAnswer { get; set; }

    /// <summary>The letters to somebody.</summary>
    public IReadOnlyList<MimeMessage> To(string address)
        => [.. _messages.Where(m => m.To.Mailboxes.Any(t => string.Equals(t.Address, address, StringComparison.OrdinalIgnoreCase)))];

    /// <summary>Nobody answers on the port any more.</summary>
    public async Task StopAsync()
    {
        _listener.Stop();
        await _listening;
    }

    /// <summary>Answers again on the same port.</summary>
    public void Start()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _listening = ListenAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await StopAsync();
        _end.Dispose();
    }

    private async Task ListenAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(_end.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await TalkAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // The client has left, or does not like the certificate.
            }
        }
    }

    private async Task TalkAsync(Stream plain)
    {
        var stream = plain;
        await SayAsync(stream, "220 test ESMTP");
        while (await ReadLineAsync(stream) is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await SayAsync(stream, _certificate is null || stream is SslStream ? "250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME" : "250-test\r\n250 STARTTLS");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go on");
                    var encrypted = new SslStream(stream);
                    await encrypted.AuthenticateAsServerAsync(_certificate!);
                    stream = encrypted;
                    break;
                case "AUTH":
                    var parts = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])).Split('\0');
                    Logins.Enqueue((parts[1], parts[2]));
                    await SayAsync(stream, "235 welcome");
                    break;
                case "RCPT" when RecipientAnswer is { } answer:
                    await SayAsync(stream, answer);
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    await TakeAsync(stream);
                    await SayAsync(stream, "250 taken");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 well");
                    break;
            }
        }
    }

    private async Task TakeAsync(Stream stream)
    {
        var text = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line and not ".")
        {
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        }

        using var bytes = new MemoryStream(Encoding.Latin1.GetBytes(text.ToString()));
        _messages.Enqueue(await MimeMessage.LoadAsync(bytes, _end.Token));
    }

    private static async Task SayAsync(Stream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _end.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }
}
