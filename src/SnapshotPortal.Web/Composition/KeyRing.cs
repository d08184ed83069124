using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.DataProtection;

namespace SnapshotPortal.Web.Composition;

/// <summary>The keys that protect cookies and forms.</summary>
internal static class KeyRing
{
    /// <summary>The setting that names the certificate; none = the keys lie unencrypted.</summary>
    public const string CertificateFile = "Keys:CertificateFile";

    private const string PasswordFile = "Keys:PasswordFile";

    /// <summary>
    /// Keeps the keys in a folder beside the database, so that people stay signed in when the portal restarts; encrypted for a
    /// certificate (PKCS #12, RSA) where <c>Keys:CertificateFile</c> names one.
    /// </summary>
    /// <exception cref="StartupRefusedException">The folder cannot be made, or the certificate cannot be used.</exception>
    public static void AddPortalKeyRing(this IServiceCollection services, string connectionString, IConfiguration configuration)
    {
        var databaseFolder = Path.GetDirectoryName(Path.GetFullPath(PortalConfiguration.DataSource(connectionString)))!;
        if (!Directory.Exists(databaseFolder))
        {
            // Preparing the database says so in the right words; nothing is made in the wrong place before.
            return;
        }

        var folder = new DirectoryInfo(Path.Combine(databaseFolder, "keys"));
        try
        {
            if (OperatingSystem.IsWindows())
            {
                folder.Create();
            }
            else
            {
                Directory.CreateDirectory(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupRefusedException(
                $"The folder for the sign-in keys, {folder.FullName}, cannot be made: {e.Message} Let the portal's user write beside the database.",
                e);
        }

        var keys = services.AddDataProtection().SetApplicationName("SnapshotPortal").PersistKeysToFileSystem(folder);
        if (configuration[CertificateFile] is { Length: > 0 } file)
        {
            keys.ProtectKeysWithCertificate(Load(file, configuration[PasswordFile]));
        }
    }

    private static X509Certificate2 Load(string file, string? passwordFile)
    {
        try
        {
            var password = string.IsNullOrEmpty(passwordFile) ? null : File.ReadAllText(passwordFile).TrimEnd('\r', '\n');
            var certificate = X509CertificateLoader.LoadPkcs12FromFile(file, password);
            using var key = certificate.GetRSAPrivateKey();
            return key is not null ? certificate : throw new CryptographicException("it holds no certificate with an RSA key of its own.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartupRefusedException(
                $"{CertificateFile} names {file}, which cannot be used to encrypt the sign-in keys: {e.Message} It has to be a PKCS #12 file with an RSA certificate and its key, which the portal's user can read; its password, if there is one, stands alone in the file that {PasswordFile} names.",
                e);
        }
    }
}
