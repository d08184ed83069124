using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Web.Mailing;

namespace SnapshotPortal.Web.Tests.Mailing;

/// <summary>Handing letters to a real server.</summary>
public sealed class SmtpTransportTests : IAsyncDisposable
{
    private static readonly MailText _letter = new("Dana Ďeveloper", "dana@example.org", "Grüße\r\nBcc: all@example.org", "Hello Dana,\n\n.a line that begins with a dot\n„quoted“\n");

    private readonly string _folder = Directory.CreateTempSubdirectory("portal-mail-").FullName;
    private readonly SmtpServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Letter_HandedOver_ArrivesAsItWasWrittenAndToNobodyElse()
    {
        var id = Guid.CreateVersion7();

        await Transport(_server).SendAsync(id, _letter, Cancel);

        var message = Assert.Single(_server.Messages);
        Assert.Equal("dana@example.org", Assert.Single(message.To.Mailboxes).Address);
        Assert.Equal("portal@example.org", Assert.Single(message.From.Mailboxes).Address);
        Assert.Equal($"{id:N}@portal.example.org", message.MessageId);
        Assert.Empty(message.Bcc);
        Assert.Contains("\n.a line that begins with a dot", message.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("„quoted“", message.TextBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
    }

    [Fact]
    public async Task Password_InItsFile_IsShownToTheServer()
    {
        var file = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(file, "the password\nanother line\n", Cancel);

        await Transport(_server, o => (o.UserName, o.PasswordFile) = ("portal", file)).SendAsync(Guid.NewGuid(), _letter, Cancel);

        Assert.Equal(("portal", "the password"), Assert.Single(_server.Logins));
    }

    [Theory]
    [InlineData("550 no such person", MailTrouble.Refused)]
    [InlineData("450 come back later", MailTrouble.Letter)]
    public async Task Addressee_NotAccepted_SaysWhetherForGood(string answer, MailTrouble expected)
    {
        _server.RecipientAnswer = answer;

        var refused = await Assert.ThrowsAsync<MailException>(() => Transport(_server).SendAsync(Guid.NewGuid(), _letter, Cancel));

        Assert.Equal(expected, refused.Trouble);
    }

    [Fact]
    public async Task Server_ThatIsAway_IsTheServersTrouble()
    {
        await _server.StopAsync();

        var refused = await Assert.ThrowsAsync<MailException>(() => Transport(_server).SendAsync(Guid.NewGuid(), _letter, Cancel));

        Assert.Equal(MailTrouble.Server, refused.Trouble);
    }

    [Fact]
    public async Task Server_WithoutTls_GetsNothingWhereTlsIsWanted()
    {
        var refused = await Assert.ThrowsAsync<MailException>(() => Transport(_server, static o => o.Security = MailSecurity.StartTls).SendAsync(Guid.NewGuid(), _letter, Cancel));

        Assert.Equal(MailTrouble.Server, refused.Trouble);
        Assert.Empty(_server.Messages);
    }

    [Fact]
    public async Task Server_WithACertificateThatNobodyVouchesFor_GetsNothing()
    {
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        await using var server = new SmtpServer(certificate);

        var refused = await Assert.ThrowsAsync<MailException>(() => Transport(server, static o => o.Security = MailSecurity.StartTls).SendAsync(Guid.NewGuid(), _letter, Cancel));

        Assert.Equal(MailTrouble.Server, refused.Trouble);
        Assert.Empty(server.Messages);
    }

    private static SmtpTransport Transport(SmtpServer server, Action<MailOptions>? configure = null)
    {
        var options = new MailOptions
        {
            Host = "localhost",
            Port = server.Port,
            Security = MailSecurity.None,
            From = "portal@example.org",
            PortalAddress = new Uri("https://portal.example.org"),
        };
        configure?.Invoke(options);
        return new SmtpTransport(Options.Create(options));
    }
}
