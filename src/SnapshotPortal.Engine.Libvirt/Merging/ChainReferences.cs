using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;

namespace SnapshotPortal.Engine.Libvirt.Merging;

/// <summary>
/// Who stands on a file: asked of the host, not of the database, before a file is changed or removed. The database may be
/// older than the host (a backup that was put back), and other people's domains are not in it at all.
/// </summary>
internal static class ChainReferences
{
    /// <summary>The name of a domain that refers to one of the files, directly or through a chain.</summary>
    /// <param name="connection">The host's connection.</param>
    /// <param name="link">The host's pools.</param>
    /// <param name="paths">The files.</param>
    /// <param name="except">A domain that may.</param>
    public static string? FirstTo(VirConnection connection, HostLink link, IReadOnlyCollection<string> paths, Guid? except)
    {
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pool in connection.ListAllStoragePools(ListStoragePoolsFlags.Active))
        {
            using (pool)
            {
                PoolCatalog.Refresh(pool);
                folders[pool.Name] = PoolCatalog.Describe(pool).TargetPath;
            }
        }

        foreach (var domain in connection.ListAllDomains())
        {
            using (domain)
            {
                if (domain.Uuid != except && Refers(connection, link, folders, domain, paths))
                {
                    return domain.Name;
                }
            }
        }

        return null;
    }

    private static bool Refers(VirConnection connection, HostLink link, Dictionary<string, string> folders, VirDomain domain, IReadOnlyCollection<string> paths)
    {
        string inactive, current;
        try
        {
            inactive = domain.GetXmlDescription(DomainXmlFlags.Inactive);
            current = domain.GetXmlDescription();
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
        {
            // Undefined between the list and the look: it stands on nothing any more.
            return false;
        }

        var open = new Stack<string>(((string[])[inactive, current]).SelectMany(xml => Files(DomainDefinition.Parse(xml), folders)));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryPop(out var file))
        {
            if (paths.Contains(file, StringComparer.Ordinal))
            {
                return true;
            }

            if (seen.Add(file) && Volumes.BackingPath(connection, link.Pools, file) is { } backing)
            {
                open.Push(backing);
            }
        }

        return false;
    }

    /// <summary>The files of its disks. A volume of a pool that is not active is none that the portal could change or remove.</summary>
    private static IEnumerable<string> Files(DomainDefinition definition, Dictionary<string, string> folders)
        => definition.AllDiskFiles().Concat(definition.AllDiskVolumes().Where(v => folders.ContainsKey(v.Pool)).Select(v => $"{folders[v.Pool]}/{v.Volume}"));
}
