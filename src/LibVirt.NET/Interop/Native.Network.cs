using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

internal static unsafe partial class Native
{
    // libvirt-network.h
    [LibraryImport(Library)]
    internal static partial Status virConnectListAllNetworks(ConnectionHandle connection, out nint networks, ListNetworksFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<NetworkHandle> virNetworkLookupByName(ConnectionHandle connection, string name);

    [LibraryImport(Library)]
    internal static partial NewHandle<NetworkHandle> virNetworkLookupByUUID(ConnectionHandle connection, ReadOnlySpan<byte> uuid);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<NetworkHandle> virNetworkDefineXMLFlags(
        ConnectionHandle connection, string xml, NetworkDefineFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<NetworkHandle> virNetworkCreateXMLFlags(
        ConnectionHandle connection, string xml, NetworkCreateFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virNetworkCreate(NetworkHandle network);

    [LibraryImport(Library)]
    internal static partial Status virNetworkDestroy(NetworkHandle network);

    [LibraryImport(Library)]
    internal static partial Status virNetworkUndefine(NetworkHandle network);

    [LibraryImport(Library)]
    internal static partial BorrowedString virNetworkGetName(NetworkHandle network);

    [LibraryImport(Library)]
    internal static partial Status virNetworkGetUUID(NetworkHandle network, Span<byte> uuid);

    [LibraryImport(Library)]
    internal static partial OwnedString virNetworkGetXMLDesc(NetworkHandle network, NetworkXmlFlags flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virNetworkGetBridgeName(NetworkHandle network);

    [LibraryImport(Library)]
    internal static partial Status virNetworkGetAutostart(NetworkHandle network, out int autostart);

    [LibraryImport(Library)]
    internal static partial Status virNetworkSetAutostart(NetworkHandle network, int autostart);

    [LibraryImport(Library)]
    internal static partial Status virNetworkIsActive(NetworkHandle network);

    [LibraryImport(Library)]
    internal static partial Status virNetworkIsPersistent(NetworkHandle network);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virNetworkGetDHCPLeases(NetworkHandle network, string? mac, out nint leases, uint flags);

    [LibraryImport(Library)]
    internal static partial void virNetworkDHCPLeaseFree(nint lease);

    [LibraryImport(Library)]
    internal static partial int virNetworkFree(nint network);
}
