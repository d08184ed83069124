using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Looks at a machine's disks: what a snapshot includes, and why it leaves the rest out.</summary>
internal static class DiskSurvey
{
    /// <summary>The disks of a machine.</summary>
    /// <param name="connection">The connection to its host.</param>
    /// <param name="domain">The machine.</param>
    /// <param name="current">Its live definition, or the inactive one where it is off.</param>
    /// <param name="persistent">Its inactive definition.</param>
    /// <param name="link">What is known about the host.</param>
    public static IReadOnlyList<DiskInspection> Look(
        VirConnection connection,
        VirDomain domain,
        DomainDefinition current,
        DomainDefinition persistent,
        HostLink link)
    {
        var stays = persistent.Disks.Select(static d => d.Target).ToHashSet(StringComparer.Ordinal);
        return link.Pulled.Ask<IReadOnlyList<DiskInspection>>(pulled =>
            [.. current.Disks.Select(d => Look(connection, domain, d, stays.Contains(d.Target), link.Pools, pulled.Contains(domain.Uuid)))]);
    }

    private static DiskInspection Look(VirConnection connection, VirDomain domain, DiskElement disk, bool persists, PoolCatalog pools, bool isPulled)
    {
        if (disk.Device is "cdrom" or "floppy")
        {
            return Excluded(disk, disk.Device == "cdrom" ? "It is a CD-ROM drive." : "It is a floppy drive.", could: false);
        }

        if (disk.Device is not "disk")
        {
            return Excluded(disk, $"It is a device of kind {disk.Device}, passed through from the host.", could: false);
        }

        if (disk.IsReadOnly)
        {
            return Excluded(disk, "It is read-only: nothing in it can change.", could: false);
        }

        if (disk.IsShareable)
        {
            return Excluded(disk, "It is shared with other machines, which go on writing to it.", could: false);
        }

        if (disk.IsTransient)
        {
            return Excluded(disk, "It is transient: its changes are thrown away at shutdown.", could: false);
        }

        if (!persists)
        {
            return Excluded(disk, "It was attached while the machine ran and is not part of its definition.", could: true);
        }

        if (disk.SourceType is not "file" || disk.File is not { } path)
        {
            return Excluded(disk, $"It lies on a {disk.SourceType} source, which holds no qcow2 layers.", could: true);
        }

        if (disk.Format is not ("qcow2" or "raw"))
        {
            return Excluded(disk, $"Its format is {disk.Format}; only qcow2 and raw can be snapshotted.", could: true);
        }

        if (pools.Find(connection, path) is not { } pool)
        {
            return Excluded(disk, "Its file lies in no storage pool. Define a pool for its folder to include it.", could: true);
        }

        if (pools.WhyNoSnapshots(pool) is { } why)
        {
            return Excluded(disk, $"It is left out: {why}", could: true);
        }

        var (capacity, allocation) = isPulled ? Sizes(connection, pool, path) : Sizes(domain, disk.Target);
        var file = new LayerFile(Guid.CreateVersion7(), disk.Target, pool.Name, Path.GetFileName(path), path, disk.Format, capacity, allocation);
        return new DiskInspection(file, disk.Target, disk.Device, Exclusion: null, CouldBeIncluded: false, disk.BackingFiles);
    }

    private static (long Capacity, long Allocation) Sizes(VirDomain domain, string target)
    {
        var info = domain.GetBlockInfo(target);
        return ((long)info.Capacity, (long)info.Allocation);
    }

    // As far as libvirt knows the file: it may have been made after the pool's last refresh.
    private static (long Capacity, long Allocation) Sizes(VirConnection connection, Pool pool, string path)
    {
        using var handle = connection.LookupStoragePoolByName(pool.Name);
        using var volume = Volumes.TryLookUp(handle, Path.GetFileName(path));
        return volume?.GetInfo(StorageVolumeInfoFlags.GetPhysical) is { } info ? ((long)info.Capacity, (long)info.Allocation) : (0, 0);
    }

    private static DiskInspection Excluded(DiskElement disk, string why, bool could)
        => new(File: null, disk.Target, disk.Device, why, could, []);
}
