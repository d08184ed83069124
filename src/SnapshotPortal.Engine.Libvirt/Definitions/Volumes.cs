using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Makes and removes qcow2 volumes through the host's storage pools.</summary>
internal static class Volumes
{
    // Far longer than any chain the portal makes: a loop in somebody's headers must not hold it.
    private const int LongestChain = 1_000;

    /// <summary>Names a new file on (or for a copy of) another, in the same pool. The name holds nothing that a person chose.</summary>
    public static LayerFile PlanFile(LayerFile below)
    {
        var id = Guid.CreateVersion7();
        var volume = $"sp-{id:N}.qcow2";
        return new LayerFile(id, below.Target, below.Pool, volume, $"{Path.GetDirectoryName(below.Path)}/{volume}", "qcow2", below.VirtualSize, 0);
    }

    /// <summary>Makes a volume with this content.</summary>
    public static void Write(VirConnection connection, string poolName, string volumeName, byte[] content)
    {
        using var pool = connection.LookupStoragePoolByName(poolName);
        using var volume = pool.CreateVolume(new XElement(
            "volume",
            new XElement("name", volumeName),
            new XElement("capacity", new XAttribute("unit", "bytes"), content.Length),
            new XElement("target", new XElement("format", new XAttribute("type", "raw")))).ToString(SaveOptions.DisableFormatting));
        using var stream = new MemoryStream(content);
        volume.Upload(stream);
    }

    /// <summary>Makes an empty overlay on a file.</summary>
    private static void CreateOverlay(VirConnection connection, LayerFile overlay, LayerFile below)
    {
        using var pool = connection.LookupStoragePoolByName(overlay.Pool);
        var size = below.VirtualSize > 0 ? below.VirtualSize : SizeOf(connection, pool, below);
        var xml = new XElement(
            "volume",
            new XElement("name", overlay.Volume),
            new XElement("capacity", new XAttribute("unit", "bytes"), size),
            new XElement("target", new XElement("format", new XAttribute("type", "qcow2"))),
            new XElement("backingStore", new XElement("path", below.Path), new XElement("format", new XAttribute("type", below.Format))));
        using var volume = pool.CreateVolume(xml.ToString(SaveOptions.DisableFormatting));
    }

    /// <summary>Makes an empty overlay on each disk's layer.</summary>
    public static bool CreateOverlays(VirConnection connection, IEnumerable<LayerFile> overlays, IReadOnlyDictionary<string, LayerFile> layers)
    {
        foreach (var overlay in overlays)
        {
            CreateOverlay(connection, overlay, layers[overlay.Target]);
        }

        return true;
    }

    /// <summary>
    /// Removes empty overlays while undoing. One that cannot be removed is nobody's and costs 200 KiB: a line in the log, not
    /// a second failure on top of the one that is being undone.
    /// </summary>
    public static bool RemoveOverlays(VirConnection connection, IEnumerable<LayerFile> overlays, ILogger logger)
        => RemoveQuietly(connection, overlays.Select(static o => (o.Pool, o.Volume)), logger);

    /// <inheritdoc cref="RemoveOverlays"/>
    public static bool RemoveQuietly(VirConnection connection, IEnumerable<(string Pool, string Volume)> volumes, ILogger logger)
    {
        foreach (var (pool, volume) in volumes)
        {
            try
            {
                Remove(connection, pool, volume);
            }
            catch (LibvirtException e)
            {
                EngineLog.VolumeLeft(logger, pool, volume, e.Message);
            }
        }

        return true;
    }

    /// <summary>Removes a volume; one that is gone already is a success.</summary>
    public static void Remove(VirConnection connection, string poolName, string volumeName)
    {
        using var pool = connection.LookupStoragePoolByName(poolName);
        if (TryLookUp(pool, volumeName) is not { } volume)
        {
            return;
        }

        using (volume)
        {
            try
            {
                volume.Delete();
            }
            catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoStorageVolume)
            {
                // Somebody was quicker: the volume is gone, which is what was wanted.
            }
        }
    }

    /// <summary>The volume, looked for again after a refresh: files that a snapshot made are unknown to the pool before.</summary>
    public static VirStorageVolume? TryLookUp(VirStoragePool pool, string name)
    {
        try
        {
            return pool.LookupVolumeByName(name);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoStorageVolume)
        {
            PoolCatalog.Refresh(pool);
        }

        try
        {
            return pool.LookupVolumeByName(name);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoStorageVolume)
        {
            return null;
        }
    }

    /// <summary>The file that a volume's header names as its backing file; <see langword="null"/> where there is none or no such volume.</summary>
    public static string? BackingPath(VirConnection connection, PoolCatalog pools, string path)
    {
        if (pools.Find(connection, path) is not { } pool)
        {
            return null;
        }

        using var handle = connection.LookupStoragePoolByName(pool.Name);
        if (TryLookUp(handle, Path.GetFileName(path)) is not { } volume)
        {
            return null;
        }

        using (volume)
        {
            return TryDescribe(volume)?.Element("backingStore")?.Element("path")?.Value;
        }
    }

    /// <summary>The files behind one, nearest first, with the bytes that each occupies; files that are in no pool have none.</summary>
    public static IEnumerable<(string Path, long Allocation)> Behind(VirConnection connection, PoolCatalog pools, LayerFile file)
    {
        var next = BackingPath(connection, pools, file.Path);
        for (var guard = 0; next is not null && guard < LongestChain; guard++)
        {
            var path = next;
            var allocation = 0L;
            next = null;
            if (pools.Find(connection, path) is { } pool)
            {
                using var handle = connection.LookupStoragePoolByName(pool.Name);
                if (TryLookUp(handle, Path.GetFileName(path)) is { } volume)
                {
                    using (volume)
                    {
                        allocation = (long)volume.GetInfo().Allocation;
                        next = TryDescribe(volume)?.Element("backingStore")?.Element("path")?.Value;
                    }
                }
            }

            yield return (path, allocation);
        }
    }

    /// <summary>What a copy of a file and of everything behind it needs at the most.</summary>
    public static long ContentBytes(VirConnection connection, PoolCatalog pools, LayerFile source)
    {
        var all = (AllocationOf(connection, source.Pool, source.Volume) ?? source.Allocation) + Behind(connection, pools, source).Sum(static f => f.Allocation);
        return source.VirtualSize > 0 ? Math.Min(all, source.VirtualSize) : all;
    }

    /// <summary>The bytes that a volume occupies on its storage; <see langword="null"/> where there is none.</summary>
    public static long? AllocationOf(VirConnection connection, string poolName, string volumeName)
    {
        using var pool = connection.LookupStoragePoolByName(poolName);
        using var volume = TryLookUp(pool, volumeName);
        return (long?)volume?.GetInfo().Allocation;
    }

    /// <summary>
    /// What a volume's XML says; <see langword="null"/> where the file is gone. Sizes are read from the file now, the backing
    /// file was read at the pool's last refresh.
    /// </summary>
    public static XElement? TryDescribe(VirStorageVolume volume)
    {
        try
        {
            return SafeXml.Parse(volume.GetXmlDescription());
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoStorageVolume)
        {
            return null;
        }
    }

    /// <summary>The layer that a volume was made for, which its name tells; <see langword="null"/> if the portal did not make it.</summary>
    public static Guid? LayerIdOf(string volumeName) => IdIn(volumeName, ".qcow2");

    /// <summary>The snapshot whose memory a volume was made for; <see langword="null"/> if it is none.</summary>
    public static Guid? MemoryOf(string volumeName) => IdIn(volumeName, ".memory");

    private static Guid? IdIn(string volumeName, string ending)
        => volumeName.StartsWith("sp-", StringComparison.Ordinal) && volumeName.EndsWith(ending, StringComparison.Ordinal)
            && Guid.TryParseExact(volumeName[3..^ending.Length], "N", out var id) ? id : null;

    private static long SizeOf(VirConnection connection, VirStoragePool pool, LayerFile file)
    {
        if (TryLookUp(pool, file.Volume) is { } volume)
        {
            using (volume)
            {
                return (long)volume.GetInfo().Capacity;
            }
        }

        using var elsewhere = connection.LookupStorageVolumeByPath(file.Path);
        return (long)elsewhere.GetInfo().Capacity;
    }
}
