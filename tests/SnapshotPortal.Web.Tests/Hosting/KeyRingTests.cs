using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>The keys of cookies and forms, on disk.</summary>
public sealed class KeyRingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Keys_WithACertificate_AreEncryptedAndStillReadAfterARestart()
    {
        var (file, password) = await WriteCertificateAsync(_folder);
        Dictionary<string, string?> settings = new() { ["Keys:CertificateFile"] = file, ["Keys:PasswordFile"] = password };

        var cookie = Protector(settings).Protect("somebody's session");

        var written = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(_folder, "keys"))), TestContext.Current.CancellationToken);
        Assert.Contains("EncryptedData", written, StringComparison.Ordinal);
        Assert.DoesNotContain("<value>", written, StringComparison.Ordinal);
        Assert.Equal("somebody's session", Protector(settings).Unprotect(cookie));
        Assert.Throws<CryptographicException>(() => Protector([]).Unprotect(cookie));
    }

    /// <summary>An RSA certificate of the test's own with its key, and the file of its password.</summary>
    internal static async Task<(string File, string Password)> WriteCertificateAsync(string folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var (file, password) = (Path.Combine(folder, "keys.pfx"), Path.Combine(folder, "keys.password"));
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12, "a secret"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(password, "a secret\n", TestContext.Current.CancellationToken);
        return (file, password);
    }

    private IDataProtector Protector(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddPortalKeyRing($"Data Source={Path.Combine(_folder, "portal.db")}", new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return services.BuildServiceProvider().GetDataProtector("a test");
    }
}
