using Microsoft.AspNetCore.DataProtection;

namespace SnapshotPortal.Web.Composition;

/// <summary>The keys that protect cookies and forms.</summary>
internal static class KeyRing
{
    /// <summary>Keeps the keys in a folder beside the database, so that people stay signed in when the portal restarts.</summary>
    /// <exception cref="StartupRefusedException">The folder cannot be made.</exception>
    public static void AddPortalKeyRing(this IServiceCollection services, string connectionString)
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

        services.AddDataProtection().SetApplicationName("SnapshotPortal").PersistKeysToFileSystem(folder);
    }
}
