using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

internal static unsafe partial class Native
{
    // libvirt-storage.h: pools
    [LibraryImport(Library)]
    internal static partial Status virConnectListAllStoragePools(ConnectionHandle connection, out nint pools, ListStoragePoolsFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StoragePoolHandle> virStoragePoolLookupByName(ConnectionHandle connection, string name);

    [LibraryImport(Library)]
    internal static partial NewHandle<StoragePoolHandle> virStoragePoolLookupByUUID(ConnectionHandle connection, ReadOnlySpan<byte> uuid);

    [LibraryImport(Library)]
    internal static partial NewHandle<StoragePoolHandle> virStoragePoolLookupByVolume(StorageVolumeHandle volume);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StoragePoolHandle> virStoragePoolLookupByTargetPath(ConnectionHandle connection, string path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StoragePoolHandle> virStoragePoolDefineXML(
        ConnectionHandle connection, string xml, StoragePoolDefineFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StoragePoolHandle> virStoragePoolCreateXML(
        ConnectionHandle connection, string xml, StoragePoolCreateFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolCreate(StoragePoolHandle pool, StoragePoolCreateFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolBuild(StoragePoolHandle pool, StoragePoolBuildFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolDestroy(StoragePoolHandle pool);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolUndefine(StoragePoolHandle pool);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolDelete(StoragePoolHandle pool, StoragePoolDeleteFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolRefresh(StoragePoolHandle pool, uint flags);

    [LibraryImport(Library)]
    internal static partial BorrowedString virStoragePoolGetName(StoragePoolHandle pool);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolGetUUID(StoragePoolHandle pool, Span<byte> uuid);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolGetInfo(StoragePoolHandle pool, out VirStoragePoolInfo info);

    [LibraryImport(Library)]
    internal static partial OwnedString virStoragePoolGetXMLDesc(StoragePoolHandle pool, StorageXmlFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolGetAutostart(StoragePoolHandle pool, out int autostart);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolSetAutostart(StoragePoolHandle pool, int autostart);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolIsActive(StoragePoolHandle pool);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolIsPersistent(StoragePoolHandle pool);

    [LibraryImport(Library)]
    internal static partial Status virStoragePoolListAllVolumes(StoragePoolHandle pool, out nint volumes, uint flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virConnectGetStoragePoolCapabilities(ConnectionHandle connection, uint flags);

    [LibraryImport(Library)]
    internal static partial int virStoragePoolFree(nint pool);

    // libvirt-storage.h: volumes
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StorageVolumeHandle> virStorageVolLookupByName(StoragePoolHandle pool, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StorageVolumeHandle> virStorageVolLookupByKey(ConnectionHandle connection, string key);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StorageVolumeHandle> virStorageVolLookupByPath(ConnectionHandle connection, string path);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StorageVolumeHandle> virStorageVolCreateXML(
        StoragePoolHandle pool, string xml, StorageVolumeCreateFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<StorageVolumeHandle> virStorageVolCreateXMLFrom(
        StoragePoolHandle pool, string xml, StorageVolumeHandle source, StorageVolumeCreateFlags flags);

    [LibraryImport(Library)]
    internal static partial BorrowedString virStorageVolGetName(StorageVolumeHandle volume);

    [LibraryImport(Library)]
    internal static partial BorrowedString virStorageVolGetKey(StorageVolumeHandle volume);

    [LibraryImport(Library)]
    internal static partial OwnedString virStorageVolGetPath(StorageVolumeHandle volume);

    [LibraryImport(Library)]
    internal static partial Status virStorageVolGetInfo(StorageVolumeHandle volume, out VirStorageVolInfo info);

    [LibraryImport(Library)]
    internal static partial Status virStorageVolGetInfoFlags(
        StorageVolumeHandle volume, out VirStorageVolInfo info, StorageVolumeInfoFlags flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virStorageVolGetXMLDesc(StorageVolumeHandle volume, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virStorageVolDelete(StorageVolumeHandle volume, StorageVolumeDeleteFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStorageVolWipePattern(StorageVolumeHandle volume, StorageVolumeWipeAlgorithm algorithm, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virStorageVolResize(StorageVolumeHandle volume, ulong capacity, StorageVolumeResizeFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStorageVolDownload(
        StorageVolumeHandle volume, StreamHandle stream, ulong offset, ulong length, StorageVolumeDownloadFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virStorageVolUpload(
        StorageVolumeHandle volume, StreamHandle stream, ulong offset, ulong length, StorageVolumeUploadFlags flags);

    [LibraryImport(Library)]
    internal static partial int virStorageVolFree(nint volume);
}
