namespace LibVirt;

/// <summary>The state of a domain and why it is in it (virDomainGetState, libvirt-domain.h).</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">Why; the meaning depends on the state, see for instance <see cref="DomainPausedReason"/>.</param>
public readonly record struct DomainStateInfo(DomainState State, int Reason);

/// <summary>The size of a domain (virDomainGetInfo, libvirt-domain.h).</summary>
/// <param name="State">The state.</param>
/// <param name="MaxMemoryKiB">The memory it may have, in KiB.</param>
/// <param name="MemoryKiB">The memory it has, in KiB.</param>
/// <param name="VirtualCpus">Its virtual CPUs.</param>
/// <param name="CpuTime">The CPU time it has used.</param>
public readonly record struct DomainInfo(DomainState State, ulong MaxMemoryKiB, ulong MemoryKiB, int VirtualCpus, TimeSpan CpuTime);

/// <summary>The size of a disk (virDomainGetBlockInfo, libvirt-domain.h).</summary>
/// <param name="Capacity">The size the guest sees, in bytes.</param>
/// <param name="Allocation">The highest offset written, or the bytes the host has given it.</param>
/// <param name="Physical">The size of the file or device on the host, in bytes.</param>
public readonly record struct DomainBlockInfo(ulong Capacity, ulong Allocation, ulong Physical);

/// <summary>A block job that is running (virDomainGetBlockJobInfo, libvirt-domain.h).</summary>
/// <param name="Type">The kind of job.</param>
/// <param name="Bandwidth">Its limit in MiB per second, or in bytes per second if asked so; 0 means none.</param>
/// <param name="Current">How far it is, in units of its own.</param>
/// <param name="End">Where it ends, in the same units; may grow.</param>
public readonly record struct DomainBlockJobInfo(DomainBlockJobType Type, ulong Bandwidth, ulong Current, ulong End);

/// <summary>The I/O of a disk since the domain started (virDomainBlockStats, libvirt-domain.h); -1 where unknown.</summary>
/// <param name="ReadRequests">Read requests.</param>
/// <param name="ReadBytes">Bytes read.</param>
/// <param name="WriteRequests">Write requests.</param>
/// <param name="WriteBytes">Bytes written.</param>
/// <param name="Errors">Errors.</param>
public readonly record struct DomainBlockStats(long ReadRequests, long ReadBytes, long WriteRequests, long WriteBytes, long Errors);

/// <summary>The traffic of a network interface since the domain started (virDomainInterfaceStats, libvirt-domain.h); -1 where unknown.</summary>
/// <param name="ReceivedBytes">Bytes received.</param>
/// <param name="ReceivedPackets">Packets received.</param>
/// <param name="ReceiveErrors">Errors while receiving.</param>
/// <param name="ReceiveDrops">Packets dropped while receiving.</param>
/// <param name="SentBytes">Bytes sent.</param>
/// <param name="SentPackets">Packets sent.</param>
/// <param name="SendErrors">Errors while sending.</param>
/// <param name="SendDrops">Packets dropped while sending.</param>
public readonly record struct DomainInterfaceStats(
    long ReceivedBytes, long ReceivedPackets, long ReceiveErrors, long ReceiveDrops, long SentBytes, long SentPackets, long SendErrors, long SendDrops);

/// <summary>A network interface inside a guest (virDomainInterfaceAddresses, libvirt-domain.h).</summary>
/// <param name="Name">Its name.</param>
/// <param name="HardwareAddress">Its MAC address, if known.</param>
/// <param name="Addresses">Its addresses.</param>
public sealed record DomainInterface(string Name, string? HardwareAddress, IReadOnlyList<DomainInterfaceAddress> Addresses);

/// <summary>An address of a network interface inside a guest.</summary>
/// <param name="Type">Its family.</param>
/// <param name="Address">The address as text.</param>
/// <param name="Prefix">The length of the network prefix in bits.</param>
public readonly record struct DomainInterfaceAddress(IPAddressType Type, string Address, int Prefix);

/// <summary>A file system mounted in a guest (virDomainGetFSInfo, libvirt-domain.h).</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Name">The name of its device in the guest.</param>
/// <param name="FileSystemType">Its type, such as <c>ext4</c>.</param>
/// <param name="DiskTargets">The targets of the disks it lies on, such as <c>vda</c>.</param>
public sealed record DomainFileSystem(string MountPoint, string Name, string FileSystemType, IReadOnlyList<string> DiskTargets);

/// <summary>A job that a domain is busy with (virDomainGetJobInfo, libvirt-domain.h).</summary>
/// <param name="Type">How much is known about its end; <see cref="DomainJobType.None"/> when there is no job.</param>
/// <param name="TimeElapsed">How long it has been running.</param>
/// <param name="TimeRemaining">How long it will still take; only for <see cref="DomainJobType.Bounded"/>.</param>
/// <param name="DataTotal">All its data, in bytes.</param>
/// <param name="DataProcessed">The data done, in bytes.</param>
/// <param name="DataRemaining">The data left, in bytes.</param>
/// <param name="MemoryTotal">All its memory, in bytes.</param>
/// <param name="MemoryProcessed">The memory done, in bytes.</param>
/// <param name="MemoryRemaining">The memory left, in bytes.</param>
/// <param name="FileTotal">All its disk data, in bytes.</param>
/// <param name="FileProcessed">The disk data done, in bytes.</param>
/// <param name="FileRemaining">The disk data left, in bytes.</param>
public readonly record struct DomainJobInfo(
    DomainJobType Type,
    TimeSpan TimeElapsed,
    TimeSpan TimeRemaining,
    ulong DataTotal,
    ulong DataProcessed,
    ulong DataRemaining,
    ulong MemoryTotal,
    ulong MemoryProcessed,
    ulong MemoryRemaining,
    ulong FileTotal,
    ulong FileProcessed,
    ulong FileRemaining);

/// <summary>The statistics of a job (virDomainGetJobStats, libvirt-domain.h).</summary>
/// <param name="Type">How much is known about its end; <see cref="DomainJobType.None"/> when there is no job.</param>
/// <param name="Parameters">The statistics, such as <c>data_total</c> in bytes and <c>time_elapsed</c> in milliseconds.</param>
public sealed record DomainJobStats(DomainJobType Type, TypedParameters Parameters);

/// <summary>The statistics of a domain (virConnectGetAllDomainStats, libvirt-domain.h).</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain.</param>
/// <param name="Parameters">The statistics, such as <c>cpu.time</c> in nanoseconds.</param>
public sealed record DomainStats(Guid DomainUuid, string DomainName, TypedParameters Parameters);
