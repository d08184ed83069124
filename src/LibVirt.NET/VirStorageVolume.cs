using LibVirt.Handles;
using LibVirt.Interop;
using static LibVirt.Interop.Checked;

namespace LibVirt;

/// <summary>A volume of a storage pool (<c>virStorageVolPtr</c>, libvirt-storage.h).</summary>
public sealed class VirStorageVolume : IDisposable
{
    internal VirStorageVolume(VirConnection connection, StorageVolumeHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    /// <summary>The connection it came from.</summary>
    public VirConnection Connection { get; }

    /// <summary>The name within its pool (virStorageVolGetName, libvirt-storage.h).</summary>
    public string Name => Check(Native.virStorageVolGetName(Handle));

    /// <summary>The key, unique on its host (virStorageVolGetKey, libvirt-storage.h).</summary>
    public string Key => Check(Native.virStorageVolGetKey(Handle));

    /// <summary>The path on its host (virStorageVolGetPath, libvirt-storage.h).</summary>
    public string Path => Check(Native.virStorageVolGetPath(Handle));

    internal StorageVolumeHandle Handle { get; }

    /// <summary>What it is and how large (virStorageVolGetInfo, virStorageVolGetInfoFlags, libvirt-storage.h).</summary>
    /// <param name="flags">What the allocation means.</param>
    /// <returns>The information.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public StorageVolumeInfo GetInfo(StorageVolumeInfoFlags flags = StorageVolumeInfoFlags.None)
    {
        VirStorageVolInfo info;
        if (flags == StorageVolumeInfoFlags.None)
        {
            // Every driver has this one.
            Check(Native.virStorageVolGetInfo(Handle, out info));
        }
        else
        {
            Check(Native.virStorageVolGetInfoFlags(Handle, out info, flags));
        }

        return new StorageVolumeInfo((StorageVolumeType)info.Type, info.Capacity, info.Allocation);
    }

    /// <summary>Writes the data of the volume (virStorageVolDownload, libvirt-storage.h).</summary>
    /// <param name="destination">Where to; it stays open.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="length">How much, in bytes; 0 for all the rest.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Download(Stream destination, ulong offset = 0, ulong length = 0)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var stream = Connection.CreateStream();
        Download(stream, offset, length);
        stream.ReceiveAll(destination);
    }

    /// <summary>Replaces the data of the volume (virStorageVolUpload, libvirt-storage.h).</summary>
    /// <param name="source">Where from; read to its end.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="length">How much may come, in bytes; 0 for no limit.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Upload(Stream source, ulong offset = 0, ulong length = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var stream = Connection.CreateStream();
        Upload(stream, offset, length);
        stream.SendAll(source);
    }

    /// <summary>The definition of the volume (virStorageVolGetXMLDesc, libvirt-storage.h).</summary>
    /// <returns>XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string GetXmlDescription() => Check(Native.virStorageVolGetXMLDesc(Handle, 0));

    /// <summary>Deletes the volume from its pool, data and all (virStorageVolDelete, libvirt-storage.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Delete(StorageVolumeDeleteFlags flags = StorageVolumeDeleteFlags.None) =>
        Check(Native.virStorageVolDelete(Handle, flags));

    /// <summary>Changes the capacity of the volume (virStorageVolResize, libvirt-storage.h).</summary>
    /// <param name="capacity">The new capacity in bytes, or the difference if the flags say so.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Resize(ulong capacity, StorageVolumeResizeFlags flags = StorageVolumeResizeFlags.None) =>
        Check(Native.virStorageVolResize(Handle, capacity, flags));

    /// <summary>Overwrites the data of the volume (virStorageVolWipePattern, libvirt-storage.h).</summary>
    /// <param name="algorithm">With which pattern; many need an external program.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Wipe(StorageVolumeWipeAlgorithm algorithm = StorageVolumeWipeAlgorithm.Zero) =>
        Check(Native.virStorageVolWipePattern(Handle, algorithm, 0));

    /// <summary>Connects a stream with the data of the volume, to read from it until it ends and then finish it (virStorageVolDownload, libvirt-storage.h).</summary>
    /// <param name="stream">A fresh stream.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="length">How much, in bytes; 0 for all the rest.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Download(VirStream stream, ulong offset = 0, ulong length = 0, StorageVolumeDownloadFlags flags = StorageVolumeDownloadFlags.None)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(Native.virStorageVolDownload(Handle, stream.Handle, offset, length, flags));
    }

    /// <summary>Connects a stream with the data of the volume, to write to it and then finish it (virStorageVolUpload, libvirt-storage.h).</summary>
    /// <param name="stream">A fresh stream.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="length">How much, in bytes; 0 for no limit.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Upload(VirStream stream, ulong offset = 0, ulong length = 0, StorageVolumeUploadFlags flags = StorageVolumeUploadFlags.None)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(Native.virStorageVolUpload(Handle, stream.Handle, offset, length, flags));
    }

    /// <summary>Gives up this reference (virStorageVolFree, libvirt-storage.h).</summary>
    public void Dispose() => Handle.Dispose();
}
