using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

/// <summary>
/// The functions of libvirt.so, one file a header. The types of results and parameters say who owns what; see Results.cs.
/// Functions that give back a reference or an error take plain addresses and are called by handles and marshallers only.
/// </summary>
internal static unsafe partial class Native
{
    internal const string Library = "libvirt.so.0";

    // virterror.h
    [LibraryImport(Library)]
    internal static partial VirError* virGetLastError();

    [LibraryImport(Library)]
    internal static partial void virSetErrorFunc(void* userData, delegate* unmanaged[Cdecl]<void*, VirError*, void> handler);

    // libvirt-event.h
    [LibraryImport(Library)]
    internal static partial Status virEventRegisterDefaultImpl();

    [LibraryImport(Library)]
    internal static partial Status virEventRunDefaultImpl();

    [LibraryImport(Library)]
    internal static partial Status virEventAddTimeout(
        int timeout, delegate* unmanaged[Cdecl]<int, void*, void> callback, void* opaque, delegate* unmanaged[Cdecl]<void*, void> free);

    // libvirt-host.h
    [LibraryImport(Library)]
    internal static partial Status virInitialize();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virGetVersion(out ulong libraryVersion, string? type, ulong* typeVersion);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<ConnectionHandle> virConnectOpenAuth(string? name, VirConnectAuth* auth, uint flags);

    [LibraryImport(Library)]
    internal static partial int virConnectClose(nint connection);

    [LibraryImport(Library)]
    internal static partial Status virConnectIsAlive(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial Status virConnectIsEncrypted(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial Status virConnectIsSecure(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial Status virConnectSetKeepAlive(ConnectionHandle connection, int interval, uint count);

    [LibraryImport(Library)]
    internal static partial Status virConnectRegisterCloseCallback(
        ConnectionHandle connection,
        delegate* unmanaged[Cdecl]<nint, int, void*, void> callback,
        void* opaque,
        delegate* unmanaged[Cdecl]<void*, void> free);

    [LibraryImport(Library)]
    internal static partial Status virConnectUnregisterCloseCallback(
        ConnectionHandle connection, delegate* unmanaged[Cdecl]<nint, int, void*, void> callback);

    [LibraryImport(Library)]
    internal static partial OwnedString virConnectGetURI(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial BorrowedString virConnectGetType(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial OwnedString virConnectGetHostname(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial Status virConnectGetLibVersion(ConnectionHandle connection, out ulong version);

    [LibraryImport(Library)]
    internal static partial Status virConnectGetVersion(ConnectionHandle connection, out ulong version);

    [LibraryImport(Library)]
    internal static partial OwnedString virConnectGetCapabilities(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial OwnedString virConnectGetSysinfo(ConnectionHandle connection, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virConnectGetMaxVcpus(ConnectionHandle connection, string? type);

    [LibraryImport(Library)]
    internal static partial Status virNodeGetInfo(ConnectionHandle connection, out VirNodeInfo info);

    [LibraryImport(Library)]
    internal static partial Count virNodeGetFreeMemory(ConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial Status virNodeGetCPUStats(ConnectionHandle connection, int cpu, VirNodeStat* stats, ref int count, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virNodeGetMemoryStats(ConnectionHandle connection, int cell, VirNodeStat* stats, ref int count, uint flags);

    // libvirt-common.h
    [LibraryImport(Library)]
    internal static partial void virTypedParamsFree(VirTypedParameter* parameters, int count);

    [LibraryImport(Library)]
    internal static partial void virTypedParamsClear(VirTypedParameter* parameters, int count);
}
