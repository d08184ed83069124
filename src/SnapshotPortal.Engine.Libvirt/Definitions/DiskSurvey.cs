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
    /// <param name="pools">The pools of the host.</param>
    /// <param name="withSizes">Ask for the sizes too, which costs a question a disk.</param>
    public static IReadOnlyList<DiskInspection> Look(
        VirConnection connection,
        VirDomain domain,
        DomainDefinition current,
        DomainDefinition persistent,
        PoolCatalog pools,
        bool withSizes)
    {
        var stays = persistent.Disks.Select(static d => d.Target).ToHashSet(StringComparer.Ordinal);
        return [.. current.Disks.Select(d => Look(connection, domain, d, stays.Contains(d.Target), pools, withSizes))];
    }

    private static DiskInspection Look(VirConnection connection, VirDomain domain, DiskElement disk, bool persists, PoolCatalog pools, bool withSizes)
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

        var (capacity, allocation) = withSizes ? Sizes(domain, disk.Target) : (0, 0);
        var file = new LayerFile(Guid.CreateVersion7(), disk.Target, pool.Name, Path.GetFileName(path), path, disk.Format, capacity, allocation);
        return new DiskInspection(file, disk.Target, disk.Device, Exclusion: null, CouldBeIncluded: false, disk.BackingFiles);
    }

    private static (long Capacity, long Allocation) Sizes(VirDomain domain, string target)
    {
        var info = domain.GetBlockInfo(target);
        return ((long)info.Capacity, (long)info.Physical);
    }

    private static DiskInspection Excluded(DiskElement disk, string why, bool could)
        => new(File: null, disk.Target, disk.Device, why, could, []);
}
