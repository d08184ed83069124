using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>A storage pool that keeps its volumes as files in a directory, or that does not.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">libvirt's type: <c>dir</c>, <c>fs</c>, <c>netfs</c>, <c>logical</c>, ….</param>
/// <param name="TargetPath">The directory; empty where it has none.</param>
internal sealed record Pool(string Name, string Type, string TargetPath);

/// <summary>
/// The active pools of a host. They change seldom, and a snapshot must not wait for them, so the list is kept and read again
/// only where a path is in none of them.
/// </summary>
internal sealed class PoolCatalog(HostRef host)
{
    private static readonly string[] _fileTypes = ["dir", "fs", "netfs"];
    private volatile IReadOnlyList<Pool>? _pools;

    /// <summary>The pool whose directory holds the file; <see langword="null"/> where there is none.</summary>
    public Pool? Find(VirConnection connection, string path)
    {
        var folder = Path.GetDirectoryName(path);
        return Match(_pools, folder) ?? Match(_pools = Read(connection), folder);
    }

    /// <summary>The directory of an active pool that keeps its volumes as files; <see langword="null"/> where there is none of this name.</summary>
    public string? FolderOf(VirConnection connection, string name)
        => (_pools = Read(connection)).FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal) && _fileTypes.Contains(p.Type, StringComparer.Ordinal))?.TargetPath;

    /// <summary>Why a pool holds no snapshots; <see langword="null"/> if it does.</summary>
    public string? WhyNoSnapshots(Pool pool)
    {
        if (!HoldsFiles(pool.Type))
        {
            return $"its storage pool “{pool.Name}” is of type {pool.Type}, which holds no qcow2 layers.";
        }

        return host.PoolsWithoutSnapshots.Contains(pool.Name, StringComparer.Ordinal)
            ? $"its storage pool “{pool.Name}” is configured to hold no snapshots."
            : null;
    }

    /// <summary>How a pool stands; libvirt is not asked to look at its files again.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="catalog">What the portal knows of the host's pools.</param>
    /// <param name="reserved">Bytes that must stay free in it.</param>
    public static PoolSeen See(VirStoragePool pool, PoolCatalog catalog, long reserved)
    {
        var known = Describe(pool);
        var why = catalog.WhyNoSnapshots(known);
        if (!pool.IsActive)
        {
            return new PoolSeen(pool.Name, known.Type, IsActive: false, 0, 0, why, HasRoom: false);
        }

        var info = pool.GetInfo();
        return new PoolSeen(pool.Name, known.Type, IsActive: true, (long)info.Capacity, (long)info.Available, why, (long)info.Available >= reserved);
    }

    /// <summary>Pools of this type keep their volumes as files.</summary>
    public static bool HoldsFiles(string type) => _fileTypes.Contains(type, StringComparer.Ordinal);

    /// <summary>What a pool is, from its definition.</summary>
    public static Pool Describe(VirStoragePool pool)
    {
        var xml = SafeXml.Parse(pool.GetXmlDescription());
        return new Pool(pool.Name, xml.Attribute("type")?.Value ?? "", (xml.Element("target")?.Element("path")?.Value ?? "").TrimEnd('/'));
    }

    /// <summary>Free bytes in a pool, measured now.</summary>
    public static long FreeBytes(VirConnection connection, string poolName)
    {
        using var pool = connection.LookupStoragePoolByName(poolName);
        Refresh(pool);
        return (long)pool.GetInfo().Available;
    }

    /// <summary>Makes the pool look at its directory again: files that a snapshot made are unknown to it before.</summary>
    public static void Refresh(VirStoragePool pool)
    {
        try
        {
            pool.Refresh();
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.InternalError or LibvirtErrorCode.OperationInvalid && pool.IsActive)
        {
            // Somebody else's refresh or upload is under way in the pool: what it knows already serves, and a volume that it
            // misses is reported by the look-up that follows.
        }
    }

    private static Pool? Match(IReadOnlyList<Pool>? pools, string? folder)
        => pools?.FirstOrDefault(p => p.TargetPath.Length > 0 && string.Equals(p.TargetPath, folder, StringComparison.Ordinal));

    private static List<Pool> Read(VirConnection connection)
    {
        var list = new List<Pool>();
        foreach (var pool in connection.ListAllStoragePools(ListStoragePoolsFlags.Active))
        {
            using (pool)
            {
                list.Add(Describe(pool));
            }
        }

        return list;
    }
}
