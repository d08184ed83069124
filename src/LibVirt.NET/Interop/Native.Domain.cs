using System.Runtime.InteropServices;
using LibVirt.Handles;

namespace LibVirt.Interop;

internal static unsafe partial class Native
{
    // libvirt-domain.h: finding and defining
    [LibraryImport(Library)]
    internal static partial Status virConnectListAllDomains(ConnectionHandle connection, out nint domains, ListDomainsFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virConnectGetAllDomainStats(
        ConnectionHandle connection, DomainStatsTypes stats, out nint records, DomainStatsFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainListGetStats(nint* domains, DomainStatsTypes stats, out nint records, DomainStatsFlags flags);

    [LibraryImport(Library)]
    internal static partial void virDomainStatsRecordListFree(nint records);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial OwnedString virConnectGetDomainCapabilities(
        ConnectionHandle connection, string? emulator, string? arch, string? machine, string? virtType, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virConnectDomainEventRegisterAny(
        ConnectionHandle connection, nint domain, int eventId, void* callback, void* opaque, delegate* unmanaged[Cdecl]<void*, void> free);

    [LibraryImport(Library)]
    internal static partial Status virConnectDomainEventDeregisterAny(ConnectionHandle connection, int callbackId);

    [LibraryImport(Library)]
    internal static partial NewHandle<DomainHandle> virDomainLookupByID(ConnectionHandle connection, int id);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<DomainHandle> virDomainLookupByName(ConnectionHandle connection, string name);

    [LibraryImport(Library)]
    internal static partial NewHandle<DomainHandle> virDomainLookupByUUID(ConnectionHandle connection, ReadOnlySpan<byte> uuid);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<DomainHandle> virDomainDefineXMLFlags(
        ConnectionHandle connection, string xml, DomainDefineFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<DomainHandle> virDomainCreateXML(ConnectionHandle connection, string xml, DomainCreateFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainRestoreFlags(
        ConnectionHandle connection, string from, string? domainXml, DomainSaveRestoreFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial OwnedString virDomainSaveImageGetXMLDesc(
        ConnectionHandle connection, string file, DomainSaveImageXmlFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainSaveImageDefineXML(
        ConnectionHandle connection, string file, string domainXml, DomainSaveRestoreFlags flags);

    [LibraryImport(Library)]
    internal static partial int virDomainFree(nint domain);

    // The same two for the domain of an event, which is only borrowed and gets no handle.
    [LibraryImport(Library)]
    internal static partial byte* virDomainGetName(nint domain);

    [LibraryImport(Library)]
    internal static partial int virDomainGetUUID(nint domain, Span<byte> uuid);

    // libvirt-domain.h: identity and state
    [LibraryImport(Library)]
    internal static partial BorrowedString virDomainGetName(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetUUID(DomainHandle domain, Span<byte> uuid);

    [LibraryImport(Library)]
    internal static partial uint virDomainGetID(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial OwnedString virDomainGetOSType(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainIsActive(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainIsPersistent(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainIsUpdated(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetState(DomainHandle domain, out int state, out int reason, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetInfo(DomainHandle domain, out VirDomainInfo info);

    [LibraryImport(Library)]
    internal static partial Count virDomainGetMaxMemory(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetMaxVcpus(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetVcpusFlags(DomainHandle domain, DomainVcpuFlags flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virDomainGetXMLDesc(DomainHandle domain, DomainXmlFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial OwnedString virDomainGetMetadata(
        DomainHandle domain, DomainMetadataType type, string? uri, DomainModificationImpact flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainSetMetadata(
        DomainHandle domain, DomainMetadataType type, string? metadata, string? key, string? uri, DomainModificationImpact flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainRename(DomainHandle domain, string newName, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetAutostart(DomainHandle domain, out int autostart);

    [LibraryImport(Library)]
    internal static partial Status virDomainSetAutostart(DomainHandle domain, int autostart);

    [LibraryImport(Library)]
    internal static partial Status virDomainUndefineFlags(DomainHandle domain, DomainUndefineFlags flags);

    // libvirt-domain.h: running
    [LibraryImport(Library)]
    internal static partial Status virDomainCreateWithFlags(DomainHandle domain, DomainCreateFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainDestroyFlags(DomainHandle domain, DomainDestroyFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainShutdownFlags(DomainHandle domain, DomainShutdownFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainReboot(DomainHandle domain, DomainRebootFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainReset(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSuspend(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainResume(DomainHandle domain);

    [LibraryImport(Library)]
    internal static partial Status virDomainInjectNMI(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSendKey(
        DomainHandle domain, KeycodeSet codeSet, uint holdTime, ReadOnlySpan<uint> keyCodes, int keyCodeCount, uint flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virDomainScreenshot(DomainHandle domain, StreamHandle stream, uint screen, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainOpenConsole(DomainHandle domain, string? device, StreamHandle stream, DomainConsoleFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainOpenChannel(DomainHandle domain, string? name, StreamHandle stream, DomainChannelFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainOpenGraphicsFD(DomainHandle domain, uint index, DomainOpenGraphicsFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSetVcpusFlags(DomainHandle domain, uint count, DomainVcpuFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSetMemoryFlags(DomainHandle domain, ulong memory, DomainMemoryFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSetMaxMemory(DomainHandle domain, ulong memory);

    [LibraryImport(Library)]
    internal static partial Status virDomainSetMemoryStatsPeriod(DomainHandle domain, int period, DomainMemoryFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainAttachDeviceFlags(DomainHandle domain, string xml, DomainDeviceModifyFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainDetachDeviceFlags(DomainHandle domain, string xml, DomainDeviceModifyFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainDetachDeviceAlias(DomainHandle domain, string alias, DomainDeviceModifyFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainUpdateDeviceFlags(DomainHandle domain, string xml, DomainDeviceModifyFlags flags);

    // libvirt-domain.h: statistics
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockStats(DomainHandle domain, string disk, out VirDomainBlockStats stats, nuint size);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockStatsFlags(
        DomainHandle domain, string disk, VirTypedParameter* parameters, ref int count, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainInterfaceStats(
        DomainHandle domain, string device, out VirDomainInterfaceStats stats, nuint size);

    [LibraryImport(Library)]
    internal static partial Status virDomainMemoryStats(DomainHandle domain, Span<VirDomainMemoryStat> stats, uint count, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetCPUStats(
        DomainHandle domain, VirTypedParameter* parameters, uint parameterCount, int startCpu, uint cpuCount, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainInterfaceAddresses(
        DomainHandle domain, out nint interfaces, DomainInterfaceAddressesSource source, uint flags);

    [LibraryImport(Library)]
    internal static partial void virDomainInterfaceFree(nint networkInterface);

    // libvirt-domain.h: guest agent
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainFSFreeze(DomainHandle domain, string[]? mountPoints, uint mountPointCount, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainFSThaw(DomainHandle domain, string[]? mountPoints, uint mountPointCount, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainFSTrim(DomainHandle domain, string? mountPoint, ulong minimum, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetFSInfo(DomainHandle domain, out nint info, uint flags);

    [LibraryImport(Library)]
    internal static partial void virDomainFSInfoFree(nint info);

    [LibraryImport(Library)]
    internal static partial Status virDomainAgentSetResponseTimeout(DomainHandle domain, int timeout, uint flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virDomainGetHostname(DomainHandle domain, DomainGetHostnameFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetGuestInfo(
        DomainHandle domain, DomainGuestInfoTypes types, out nint parameters, out int count, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetTime(DomainHandle domain, out long seconds, out uint nanoseconds, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSetTime(DomainHandle domain, long seconds, uint nanoseconds, DomainSetTimeFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainSetUserPassword(
        DomainHandle domain, string user, string password, DomainSetUserPasswordFlags flags);

    // libvirt-domain.h: block devices and block jobs
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainGetBlockInfo(DomainHandle domain, string disk, out VirDomainBlockInfo info, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockResize(DomainHandle domain, string disk, ulong size, DomainBlockResizeFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockCommit(
        DomainHandle domain, string disk, string? baseImage, string? topImage, ulong bandwidth, DomainBlockCommitFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockPull(DomainHandle domain, string disk, ulong bandwidth, DomainBlockPullFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockRebase(
        DomainHandle domain, string disk, string? baseImage, ulong bandwidth, DomainBlockRebaseFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockCopy(
        DomainHandle domain, string disk, string destinationXml, VirTypedParameter* parameters, int count, DomainBlockCopyFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainGetBlockJobInfo(
        DomainHandle domain, string disk, out VirDomainBlockJobInfo info, DomainBlockJobInfoFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockJobAbort(DomainHandle domain, string disk, DomainBlockJobAbortFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBlockJobSetSpeed(
        DomainHandle domain, string disk, ulong bandwidth, DomainBlockJobSetSpeedFlags flags);

    // libvirt-domain.h: jobs, backup and saved memory
    [LibraryImport(Library)]
    internal static partial Status virDomainGetJobInfo(DomainHandle domain, out VirDomainJobInfo info);

    [LibraryImport(Library)]
    internal static partial Status virDomainGetJobStats(
        DomainHandle domain, out int type, out nint parameters, out int count, DomainGetJobStatsFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainAbortJobFlags(DomainHandle domain, DomainAbortJobFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainBackupBegin(
        DomainHandle domain, string backupXml, string? checkpointXml, DomainBackupBeginFlags flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virDomainBackupGetXMLDesc(DomainHandle domain, uint flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainSaveFlags(DomainHandle domain, string to, string? domainXml, DomainSaveRestoreFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainManagedSave(DomainHandle domain, DomainSaveRestoreFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainHasManagedSaveImage(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainManagedSaveRemove(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial OwnedString virDomainManagedSaveGetXMLDesc(DomainHandle domain, DomainSaveImageXmlFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial Status virDomainManagedSaveDefineXML(DomainHandle domain, string domainXml, DomainSaveRestoreFlags flags);

    // libvirt-domain-snapshot.h
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<DomainSnapshotHandle> virDomainSnapshotCreateXML(
        DomainHandle domain, string xml, DomainSnapshotCreateFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainListAllSnapshots(DomainHandle domain, out nint snapshots, DomainSnapshotListFlags flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial NewHandle<DomainSnapshotHandle> virDomainSnapshotLookupByName(DomainHandle domain, string name, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainHasCurrentSnapshot(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial NewHandle<DomainSnapshotHandle> virDomainSnapshotCurrent(DomainHandle domain, uint flags);

    [LibraryImport(Library)]
    internal static partial BorrowedString virDomainSnapshotGetName(DomainSnapshotHandle snapshot);

    [LibraryImport(Library)]
    internal static partial OwnedString virDomainSnapshotGetXMLDesc(DomainSnapshotHandle snapshot, DomainSnapshotXmlFlags flags);

    [LibraryImport(Library)]
    internal static partial NewHandle<DomainSnapshotHandle> virDomainSnapshotGetParent(DomainSnapshotHandle snapshot, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSnapshotListAllChildren(
        DomainSnapshotHandle snapshot, out nint snapshots, DomainSnapshotListFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSnapshotIsCurrent(DomainSnapshotHandle snapshot, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSnapshotHasMetadata(DomainSnapshotHandle snapshot, uint flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainRevertToSnapshot(DomainSnapshotHandle snapshot, DomainSnapshotRevertFlags flags);

    [LibraryImport(Library)]
    internal static partial Status virDomainSnapshotDelete(DomainSnapshotHandle snapshot, DomainSnapshotDeleteFlags flags);

    [LibraryImport(Library)]
    internal static partial int virDomainSnapshotFree(nint snapshot);
}
