using System.Data.Common;
using SnapshotPortal.Operations;
using HostOptions = SnapshotPortal.Operations.HostOptions;

namespace SnapshotPortal.Web.Composition;

/// <summary>What the portal cannot start without.</summary>
internal static class PortalConfiguration
{
    /// <summary>The database's connection string.</summary>
    /// <exception cref="StartupRefusedException">It is missing, or no SQLite connection string.</exception>
    public static string Database(IConfiguration configuration)
    {
        var connectionString = configuration.GetConnectionString("Portal");
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            throw new StartupRefusedException(
                "The configuration names no database. Set ConnectionStrings:Portal in appsettings.json (or ConnectionStrings__Portal in the environment), for example \"Data Source=/var/lib/snapshotportal/portal.db\".");
        }

        if (DataSource(connectionString).Length == 0)
        {
            throw new StartupRefusedException("ConnectionStrings:Portal names no file. Give it a \"Data Source=\" with the path of the database.");
        }

        return connectionString;
    }

    /// <summary>The database's file, or an empty text.</summary>
    /// <exception cref="StartupRefusedException">The text is no SQLite connection string.</exception>
    public static string DataSource(string connectionString)
    {
        try
        {
            // The provider belongs to the Data project; its two spellings of the file's key are all that is needed here.
            var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
            return parts.TryGetValue("Data Source", out var path) || parts.TryGetValue("DataSource", out path) || parts.TryGetValue("Filename", out path)
                ? path.ToString() ?? ""
                : "";
        }
        catch (ArgumentException e)
        {
            throw new StartupRefusedException(
                $"ConnectionStrings:Portal is no SQLite connection string: {e.Message} An example of one is \"Data Source=/var/lib/snapshotportal/portal.db\".",
                e);
        }
    }

    /// <summary>Checks that every host has a name and an address and that the names differ.</summary>
    /// <exception cref="StartupRefusedException">They do not.</exception>
    public static void CheckHosts(IConfiguration configuration)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var host in configuration.GetSection(PortalOptions.Section).GetSection(nameof(PortalOptions.Hosts)).GetChildren())
        {
            var name = host[nameof(HostOptions.Name)];
            if (string.IsNullOrWhiteSpace(name) || string.IsNullOrWhiteSpace(host[nameof(HostOptions.Uri)]))
            {
                throw new StartupRefusedException($"{host.Path} needs a Name and a Uri, for example \"local\" and \"qemu:///system\".");
            }

            if (!names.Add(name))
            {
                throw new StartupRefusedException($"Two hosts are called \"{name}\" in SnapshotPortal:Hosts. Give each its own name.");
            }
        }
    }
}
