using LibVirt.Handles;
using LibVirt.Interop;
using static LibVirt.Interop.Checked;

namespace LibVirt;

/// <summary>A storage pool (<c>virStoragePoolPtr</c>, libvirt-storage.h).</summary>
public sealed class VirStoragePool : IDisposable
{
    internal VirStoragePool(VirConnection connection, StoragePoolHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    /// <summary>The connection it came from.</summary>
    public VirConnection Connection { get; }

    /// <summary>The name (virStoragePoolGetName, libvirt-storage.h).</summary>
    public string Name => Check(Native.virStoragePoolGetName(Handle));

    /// <summary>The UUID (virStoragePoolGetUUID, libvirt-storage.h).</summary>
    public Guid Uuid
    {
        get
        {
            Span<byte> uuid = stackalloc byte[16];
            Check(Native.virStoragePoolGetUUID(Handle, uuid));
            return new Guid(uuid, bigEndian: true);
        }
    }

    /// <summary>Whether it is running (virStoragePoolIsActive, libvirt-storage.h).</summary>
    public bool IsActive => CheckBool(Native.virStoragePoolIsActive(Handle));

    /// <summary>Whether it has a definition that outlives its run (virStoragePoolIsPersistent, libvirt-storage.h).</summary>
    public bool IsPersistent => CheckBool(Native.virStoragePoolIsPersistent(Handle));

    internal StoragePoolHandle Handle { get; }

    /// <summary>State and size (virStoragePoolGetInfo, libvirt-storage.h).</summary>
    /// <returns>The information, as of the last refresh.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public StoragePoolInfo GetInfo()
    {
        Check(Native.virStoragePoolGetInfo(Handle, out var info));
        return new StoragePoolInfo((StoragePoolState)info.State, info.Capacity, info.Allocation, info.Available);
    }

    /// <summary>Whether the pool starts with its host (virStoragePoolGetAutostart, libvirt-storage.h).</summary>
    /// <returns>True if it does.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public bool GetAutostart()
    {
        Check(Native.virStoragePoolGetAutostart(Handle, out var autostart));
        return autostart != 0;
    }

    /// <summary>Has the pool start with its host, or not (virStoragePoolSetAutostart, libvirt-storage.h).</summary>
    /// <param name="autostart">Whether it should.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetAutostart(bool autostart) => Check(Native.virStoragePoolSetAutostart(Handle, autostart ? 1 : 0));

    /// <summary>Lists the volumes (virStoragePoolListAllVolumes, libvirt-storage.h).</summary>
    /// <returns>The volumes as of the last refresh; dispose each.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public IReadOnlyList<VirStorageVolume> ListAllVolumes()
    {
        var count = Check(Native.virStoragePoolListAllVolumes(Handle, out var items, 0));
        return Array.ConvertAll(NativeReader.TakeHandles<StorageVolumeHandle>(items, count), handle => new VirStorageVolume(Connection, handle));
    }

    /// <summary>Finds a volume (virStorageVolLookupByName, libvirt-storage.h).</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoStorageVolume"/>.</exception>
    public VirStorageVolume LookupVolumeByName(string name) => new(Connection, Check(Native.virStorageVolLookupByName(Handle, name)));

    /// <summary>Makes a volume (virStorageVolCreateXML, libvirt-storage.h).</summary>
    /// <param name="xml">Its definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public VirStorageVolume CreateVolume(string xml, StorageVolumeCreateFlags flags = StorageVolumeCreateFlags.None) =>
        new(Connection, Check(Native.virStorageVolCreateXML(Handle, xml, flags)));

    /// <summary>Makes a volume as a copy of another (virStorageVolCreateXMLFrom, libvirt-storage.h). Takes as long as copying takes.</summary>
    /// <param name="xml">Its definition.</param>
    /// <param name="source">The volume to copy, of this pool or another.</param>
    /// <param name="flags">How.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public VirStorageVolume CreateVolumeFrom(string xml, VirStorageVolume source, StorageVolumeCreateFlags flags = StorageVolumeCreateFlags.None)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new(Connection, Check(Native.virStorageVolCreateXMLFrom(Handle, xml, source.Handle, flags)));
    }

    /// <summary>Starts the pool (virStoragePoolCreate, libvirt-storage.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Create(StoragePoolCreateFlags flags = StoragePoolCreateFlags.None) =>
        Check(Native.virStoragePoolCreate(Handle, flags));

    /// <summary>Makes the target of the pool, such as its directory (virStoragePoolBuild, libvirt-storage.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Build(StoragePoolBuildFlags flags = StoragePoolBuildFlags.None) =>
        Check(Native.virStoragePoolBuild(Handle, flags));

    /// <summary>Stops the pool; its data stays (virStoragePoolDestroy, libvirt-storage.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Destroy() => Check(Native.virStoragePoolDestroy(Handle));

    /// <summary>Removes the persistent definition; its data stays (virStoragePoolUndefine, libvirt-storage.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Undefine() => Check(Native.virStoragePoolUndefine(Handle));

    /// <summary>Deletes the target of the pool; it must be stopped, and a directory empty (virStoragePoolDelete, libvirt-storage.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Delete(StoragePoolDeleteFlags flags = StoragePoolDeleteFlags.None) =>
        Check(Native.virStoragePoolDelete(Handle, flags));

    /// <summary>Looks again which volumes there are (virStoragePoolRefresh, libvirt-storage.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Refresh() => Check(Native.virStoragePoolRefresh(Handle, 0));

    /// <summary>The definition of the pool (virStoragePoolGetXMLDesc, libvirt-storage.h).</summary>
    /// <param name="flags">Which.</param>
    /// <returns>XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string GetXmlDescription(StorageXmlFlags flags = StorageXmlFlags.None) =>
        Check(Native.virStoragePoolGetXMLDesc(Handle, flags));

    /// <summary>Gives up this reference (virStoragePoolFree, libvirt-storage.h).</summary>
    public void Dispose() => Handle.Dispose();
}
