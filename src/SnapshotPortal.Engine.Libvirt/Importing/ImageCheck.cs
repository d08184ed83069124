using System.Globalization;
using LibVirt;
using SnapshotPortal.Domain.Images;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Importing;

/// <summary>
/// Looks at an image before anything opens it: at its first bytes by ourselves, and at what libvirt makes of them. Works on a
/// remote host too, and starts no program on a stranger's file.
/// </summary>
internal static class ImageCheck
{
    /// <summary>Refuses what refers to other files, claims too much, or is no image.</summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.ImageRefused"/></exception>
    public static ImageSeen Require(VirConnection connection, string poolName, string volumeName, ImageLimits limits)
    {
        using var pool = connection.LookupStoragePoolByName(poolName);
        PoolCatalog.Refresh(pool);
        using var volume = Volumes.TryLookUp(pool, volumeName)
            ?? throw new EngineException(FailureCodes.VolumeMissing, $"The storage pool “{poolName}” has no volume “{volumeName}”. Look at its list again.");
        var length = (long)volume.GetInfo(StorageVolumeInfoFlags.GetPhysical).Allocation;
        using var start = new MemoryStream();
        volume.Download(start, 0, (ulong)Math.Min(ImageHeader.BytesNeeded, Math.Max(length, 1)));
        var header = ImageHeader.Read(start.GetBuffer().AsSpan(0, (int)start.Length), length);
        if (header.Problem is { } problem)
        {
            throw Refuse($"The image “{volumeName}” is not taken. {problem}");
        }

        if (Volumes.TryDescribe(volume)?.Element("backingStore")?.Element("path") is not null)
        {
            throw Refuse($"The image “{volumeName}” is not taken: libvirt finds that it refers to another file. Make it stand alone with “qemu-img convert -O qcow2”.");
        }

        return header.VirtualSize <= limits.VirtualBytes
            ? new ImageSeen(header.Kind, header.VirtualSize, length)
            : throw Refuse(string.Create(CultureInfo.InvariantCulture, $"The image “{volumeName}” is a disk of {header.VirtualSize / 1073741824.0:F1} GiB; images up to {limits.VirtualBytes / 1073741824.0:F1} GiB are taken. An administrator can raise SnapshotPortal:Images:LargestDisk."));
    }

    private static EngineException Refuse(string message) => new(FailureCodes.ImageRefused, message);
}
