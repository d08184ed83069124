using System.IO.Compression;
using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>
/// Reads and writes the file of UEFI variables of a machine that is off, or reads that of one that runs. libvirt has no call
/// for it, but a storage pool on its folder has, and works on a remote host too.
/// </summary>
internal static class FirmwareStore
{
    // The largest flash that QEMU's machines have room for.
    private const int MaxBytes = 16 * 1024 * 1024;
    private const string PoolPrefix = "snapshotportal-firmware-";

    /// <summary>The machine's variables, compressed; <see langword="null"/> for a machine without, or one that never ran.</summary>
    /// <exception cref="LibvirtException">The host does not let them be read.</exception>
    public static byte[]? Read(VirConnection connection, DomainDefinition persistent)
    {
        if (persistent.FirmwareVariablesFile is not { } path || OpenPool(connection, path) is not { } pool)
        {
            return null;
        }

        using (pool)
        {
            if (Volumes.TryLookUp(pool, Path.GetFileName(path)) is not { } volume)
            {
                return null;
            }

            using (volume)
            {
                if (volume.GetInfo().Capacity > MaxBytes)
                {
                    throw new EngineException(FailureCodes.HypervisorError, $"The file of UEFI variables {path} is larger than any firmware's. Nothing was done.");
                }

                using var compressed = new MemoryStream();
                using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
                {
                    volume.Download(gzip);
                }

                return compressed.ToArray();
            }
        }
    }

    /// <summary>
    /// Gives a machine the variables that <see cref="Read"/> returned. One that runs is left alone: after a crash of the portal
    /// it had them before it was started.
    /// </summary>
    /// <returns>Why the host does not let them be written: the disks are in place by then, and the caller tells of both.</returns>
    public static string? TryWrite(VirConnection connection, Guid vmId, byte[] compressed)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        if (domain.IsActive || DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive)).FirmwareVariablesFile is not { } path)
        {
            return null;
        }

        try
        {
            return Write(connection, path, compressed);
        }
        catch (LibvirtException e)
        {
            return e.Message;
        }
    }

    private static string? Write(VirConnection connection, string path, byte[] compressed)
    {
        using var content = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress))
        {
            gzip.CopyTo(content);
        }

        content.Position = 0;
        if (OpenPool(connection, path) is not { } pool)
        {
            return $"the folder of {path} is not there";
        }

        using var open = pool;
        using var volume = Volumes.TryLookUp(pool, Path.GetFileName(path)) ?? pool.CreateVolume(new XElement(
            "volume",
            new XElement("name", Path.GetFileName(path)),
            new XElement("capacity", new XAttribute("unit", "bytes"), content.Length),
            new XElement("target", new XElement("format", new XAttribute("type", "raw")))).ToString(SaveOptions.DisableFormatting));
        volume.Upload(content);
        return null;
    }

    /// <summary>
    /// The pool on the file's folder. Where there is none, a transient one is made and left: libvirt forgets it when it is
    /// restarted, and the next snapshot finds it without work.
    /// </summary>
    private static VirStoragePool? OpenPool(VirConnection connection, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (Find(connection, folder) is { } known)
        {
            return known;
        }

        try
        {
            return connection.CreateStoragePool(new XElement(
                "pool",
                new XAttribute("type", "dir"),
                new XElement("name", PoolPrefix + Guid.NewGuid().ToString("N")),
                new XElement("target", new XElement("path", folder))).ToString(SaveOptions.DisableFormatting));
        }
        catch (LibvirtException) when (Find(connection, folder) is { } made)
        {
            // Another operation made it in this moment.
            return made;
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.SystemError && e.Message.Contains("No such file", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static VirStoragePool? Find(VirConnection connection, string folder)
    {
        try
        {
            return connection.LookupStoragePoolByTargetPath(folder);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoStoragePool)
        {
            return null;
        }
    }
}
