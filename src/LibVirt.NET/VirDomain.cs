using System.Net.Sockets;
using LibVirt.Handles;
using LibVirt.Interop;
using static LibVirt.Interop.Checked;

namespace LibVirt;

/// <summary>A virtual machine (<c>virDomainPtr</c>, libvirt-domain.h). All calls block; a call that fails throws <see cref="LibvirtException"/>.</summary>
public sealed class VirDomain : IDisposable
{
    private const uint NoId = uint.MaxValue;

    internal VirDomain(VirConnection connection, DomainHandle handle)
    {
        Connection = connection;
        Handle = handle;
    }

    /// <summary>The connection it came from.</summary>
    public VirConnection Connection { get; }

    /// <summary>The name as of when this object was made (virDomainGetName, libvirt-domain.h).</summary>
    public string Name => Check(Native.virDomainGetName(Handle));

    /// <summary>The UUID (virDomainGetUUID, libvirt-domain.h).</summary>
    public Guid Uuid
    {
        get
        {
            Span<byte> uuid = stackalloc byte[16];
            Check(Native.virDomainGetUUID(Handle, uuid));
            return new Guid(uuid, bigEndian: true);
        }
    }

    /// <summary>The number of the running domain as of when this object was made; null if it was off (virDomainGetID, libvirt-domain.h).</summary>
    public int? Id => Native.virDomainGetID(Handle) is var id && id == NoId ? null : (int)id;

    /// <summary>Whether it runs, paused or not (virDomainIsActive, libvirt-domain.h).</summary>
    public bool IsActive => CheckBool(Native.virDomainIsActive(Handle));

    /// <summary>Whether it has a definition that outlives its run (virDomainIsPersistent, libvirt-domain.h).</summary>
    public bool IsPersistent => CheckBool(Native.virDomainIsPersistent(Handle));

    /// <summary>Whether its definition differs from what runs (virDomainIsUpdated, libvirt-domain.h).</summary>
    public bool IsUpdated => CheckBool(Native.virDomainIsUpdated(Handle));

    /// <summary>The kind of guest, such as <c>hvm</c> (virDomainGetOSType, libvirt-domain.h).</summary>
    public string OsType => Check(Native.virDomainGetOSType(Handle));

    internal DomainHandle Handle { get; }

    /// <summary>The state of the domain and why it is in it (virDomainGetState, libvirt-domain.h).</summary>
    /// <returns>State and reason.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainStateInfo GetState()
    {
        Check(Native.virDomainGetState(Handle, out var state, out var reason, 0));
        return new DomainStateInfo((DomainState)state, reason);
    }

    /// <summary>State, memory, virtual CPUs and CPU time (virDomainGetInfo, libvirt-domain.h).</summary>
    /// <returns>The information.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainInfo GetInfo()
    {
        Check(Native.virDomainGetInfo(Handle, out var info));
        return new DomainInfo(
            (DomainState)info.State, info.MaxMemory, info.Memory, info.VirtualCpus, TimeSpan.FromTicks((long)(info.CpuTime / 100)));
    }

    /// <summary>The memory the domain may have (virDomainGetMaxMemory, libvirt-domain.h).</summary>
    /// <returns>KiB.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public ulong GetMaxMemory() => Check(Native.virDomainGetMaxMemory(Handle));

    /// <summary>How many virtual CPUs the running domain may have (virDomainGetMaxVcpus, libvirt-domain.h).</summary>
    /// <returns>The number.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public int GetMaxVcpus() => Check(Native.virDomainGetMaxVcpus(Handle));

    /// <summary>Whether the domain starts with its host (virDomainGetAutostart, libvirt-domain.h).</summary>
    /// <returns>True if it does.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public bool GetAutostart()
    {
        Check(Native.virDomainGetAutostart(Handle, out var autostart));
        return autostart != 0;
    }

    /// <summary>Has the domain start with its host, or not (virDomainSetAutostart, libvirt-domain.h).</summary>
    /// <param name="autostart">Whether it should.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetAutostart(bool autostart) => Check(Native.virDomainSetAutostart(Handle, autostart ? 1 : 0));

    /// <summary>Presses keys together and lets them go (virDomainSendKey, libvirt-domain.h).</summary>
    /// <param name="codeSet">The numbering.</param>
    /// <param name="holdTime">How long to hold them; whole milliseconds.</param>
    /// <param name="keyCodes">The keys, at most 16.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SendKey(KeycodeSet codeSet, TimeSpan holdTime, params ReadOnlySpan<uint> keyCodes) =>
        Check(Native.virDomainSendKey(Handle, codeSet, (uint)holdTime.TotalMilliseconds, keyCodes, keyCodes.Length, 0));

    /// <summary>Connects a stream with a picture of a screen of the running guest (virDomainScreenshot, libvirt-domain.h).</summary>
    /// <param name="stream">A fresh stream; read from it until it ends and then finish it.</param>
    /// <param name="screen">Which screen, from 0.</param>
    /// <returns>The media type of the picture, such as <c>image/png</c>.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string Screenshot(VirStream stream, int screen = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Check(Native.virDomainScreenshot(Handle, stream.Handle, (uint)screen, 0));
    }

    /// <summary>Writes a picture of a screen of the running guest (virDomainScreenshot, libvirt-domain.h).</summary>
    /// <param name="destination">Where to; it stays open.</param>
    /// <param name="screen">Which screen, from 0.</param>
    /// <returns>The media type of the picture, such as <c>image/png</c>.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string Screenshot(Stream destination, int screen = 0)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var stream = Connection.CreateStream();
        var mediaType = Screenshot(stream, screen);
        stream.ReceiveAll(destination);
        return mediaType;
    }

    /// <summary>Opens a display of the running guest (virDomainOpenGraphicsFD, libvirt-domain.h). Works only on a local connection.</summary>
    /// <param name="index">Which display, from 0.</param>
    /// <param name="flags">Whether to skip its password.</param>
    /// <returns>A connected socket that speaks the protocol of the display, such as VNC; dispose it.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public Socket OpenGraphicsFd(int index = 0, DomainOpenGraphicsFlags flags = DomainOpenGraphicsFlags.None) =>
        new(new SafeSocketHandle(Check(Native.virDomainOpenGraphicsFD(Handle, (uint)index, flags)), ownsHandle: true));

    /// <summary>The I/O of a disk (virDomainBlockStats, libvirt-domain.h).</summary>
    /// <param name="disk">Its target, such as <c>vda</c>; empty for all together where the driver can.</param>
    /// <returns>The numbers.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainBlockStats BlockStats(string disk)
    {
        Check(Native.virDomainBlockStats(Handle, disk, out var stats, SizeOf.BlockStats));
        return new DomainBlockStats(stats.ReadRequests, stats.ReadBytes, stats.WriteRequests, stats.WriteBytes, stats.Errors);
    }

    /// <summary>The I/O of a disk in all detail the driver has (virDomainBlockStatsFlags, libvirt-domain.h).</summary>
    /// <param name="disk">Its target, such as <c>vda</c>.</param>
    /// <returns>The numbers, such as <c>rd_total_times</c> in nanoseconds.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public TypedParameters BlockStatsDetailed(string disk) => DomainQueries.BlockStats(Handle, disk);

    /// <summary>The traffic of a network interface (virDomainInterfaceStats, libvirt-domain.h).</summary>
    /// <param name="device">Its target on the host, such as <c>vnet0</c>, or its MAC address.</param>
    /// <returns>The numbers.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainInterfaceStats InterfaceStats(string device)
    {
        Check(Native.virDomainInterfaceStats(Handle, device, out var stats, SizeOf.InterfaceStats));
        return new DomainInterfaceStats(
            stats.ReceivedBytes,
            stats.ReceivedPackets,
            stats.ReceiveErrors,
            stats.ReceiveDrops,
            stats.SentBytes,
            stats.SentPackets,
            stats.SendErrors,
            stats.SendDrops);
    }

    /// <summary>The memory statistics the guest's balloon and the host know (virDomainMemoryStats, libvirt-domain.h).</summary>
    /// <returns>The numbers by meaning; what is not known is missing.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public IReadOnlyDictionary<DomainMemoryStatTag, ulong> MemoryStats()
    {
        Span<VirDomainMemoryStat> stats = stackalloc VirDomainMemoryStat[32];
        var count = Check(Native.virDomainMemoryStats(Handle, stats, (uint)stats.Length, 0));
        var result = new Dictionary<DomainMemoryStatTag, ulong>(count);
        foreach (var stat in stats[..count])
        {
            result[(DomainMemoryStatTag)stat.Tag] = stat.Value;
        }

        return result;
    }

    /// <summary>The CPU time the domain has used in total (virDomainGetCPUStats, libvirt-domain.h).</summary>
    /// <returns>The numbers, such as <c>cpu_time</c> in nanoseconds.</returns>
    /// <exception cref="LibvirtException">The call failed; a session daemon without control groups cannot tell.</exception>
    public TypedParameters GetCpuStats() => DomainQueries.CpuStats(Handle);

    /// <summary>All statistics of this domain in one call (virDomainListGetStats, libvirt-domain.h).</summary>
    /// <param name="stats">Which groups; none means all that are known.</param>
    /// <param name="flags">How to gather them.</param>
    /// <returns>The numbers, such as <c>cpu.time</c> in nanoseconds.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public TypedParameters GetAllStats(DomainStatsTypes stats = DomainStatsTypes.None, DomainStatsFlags flags = DomainStatsFlags.None) =>
        DomainQueries.Stats(Handle, stats, flags);

    /// <summary>The addresses of the running guest (virDomainInterfaceAddresses, libvirt-domain.h).</summary>
    /// <param name="source">Where to learn them from.</param>
    /// <returns>Its interfaces.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public IReadOnlyList<DomainInterface> GetInterfaceAddresses(DomainInterfaceAddressesSource source)
    {
        var count = Check(Native.virDomainInterfaceAddresses(Handle, out var interfaces, source, 0));
        return NativeReader.TakeInterfaces(interfaces, count);
    }

    /// <summary>
    /// Freezes file systems of the guest through its agent, until <see cref="FsThaw"/> (virDomainFSFreeze, libvirt-domain.h). If the
    /// agent does not answer in time the guest may be frozen all the same: thaw after a failure too.
    /// </summary>
    /// <param name="mountPoints">Which; null for all.</param>
    /// <returns>How many file systems are frozen.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public int FsFreeze(IReadOnlyList<string>? mountPoints = null) =>
        Check(Native.virDomainFSFreeze(Handle, mountPoints?.ToArray(), (uint)(mountPoints?.Count ?? 0), 0));

    /// <summary>Thaws file systems of the guest through its agent (virDomainFSThaw, libvirt-domain.h).</summary>
    /// <param name="mountPoints">Which; null for all. QEMU thaws all only: a list fails with <see cref="LibvirtErrorCode.ArgumentUnsupported"/>.</param>
    /// <returns>How many file systems were thawed.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public int FsThaw(IReadOnlyList<string>? mountPoints = null) =>
        Check(Native.virDomainFSThaw(Handle, mountPoints?.ToArray(), (uint)(mountPoints?.Count ?? 0), 0));

    /// <summary>
    /// Asks the agent whether the file systems of the guest are frozen (virDomainQemuAgentCommand, libvirt-qemu.h, with the command
    /// <c>guest-fsfreeze-status</c> of the QEMU Guest Agent Protocol). What an agent says is the guest's word and may be anything.
    /// </summary>
    /// <param name="timeoutSeconds">Seconds to wait; -2 waits for ever, -1 takes the default of five seconds, 0 does not wait.</param>
    /// <returns>What it said; <see cref="GuestFsFreezeStatus.Unknown"/> where that is no answer to the question.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public GuestFsFreezeStatus GetFsFreezeStatus(int timeoutSeconds = -1) =>
        GuestAgentAnswers.ReadFsFreezeStatus(QemuAgentCommand("""{"execute":"guest-fsfreeze-status"}""", timeoutSeconds));

    /// <summary>The file systems mounted in the guest, as its agent tells (virDomainGetFSInfo, libvirt-domain.h).</summary>
    /// <returns>The file systems.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public IReadOnlyList<DomainFileSystem> GetFsInfo()
    {
        var count = Check(Native.virDomainGetFSInfo(Handle, out var info, 0));
        return NativeReader.TakeFileSystems(info, count);
    }

    /// <summary>What the guest agent tells about its guest (virDomainGetGuestInfo, libvirt-domain.h).</summary>
    /// <param name="types">What to ask; none means all the agent knows.</param>
    /// <returns>The answers, such as <c>os.pretty-name</c>.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public TypedParameters GetGuestInfo(DomainGuestInfoTypes types = DomainGuestInfoTypes.None)
    {
        Check(Native.virDomainGetGuestInfo(Handle, types, out var parameters, out var count, 0));
        return TypedParameterInterop.Take(parameters, count);
    }

    /// <summary>The clock of the guest, as its agent tells (virDomainGetTime, libvirt-domain.h).</summary>
    /// <returns>The time in the guest.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DateTimeOffset GetTime()
    {
        Check(Native.virDomainGetTime(Handle, out var seconds, out var nanoseconds, 0));
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / 100);
    }

    /// <summary>Sets the clock of the guest through its agent (virDomainSetTime, libvirt-domain.h).</summary>
    /// <param name="time">The time; ignored when the flags ask to follow the guest's hardware clock.</param>
    /// <param name="flags">Where the time comes from.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetTime(DateTimeOffset time, DomainSetTimeFlags flags = DomainSetTimeFlags.None) =>
        Check(Native.virDomainSetTime(Handle, time.ToUnixTimeSeconds(), (uint)(time.UtcTicks % TimeSpan.TicksPerSecond * 100), flags));

    /// <summary>Sends a command to the guest agent (virDomainQemuAgentCommand, libvirt-qemu.h).</summary>
    /// <param name="json">The command.</param>
    /// <param name="timeoutSeconds">Seconds to wait; -2 waits for ever, -1 takes the default of five seconds, 0 does not wait.</param>
    /// <param name="flags">Must be 0.</param>
    /// <returns>The answer, JSON.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string QemuAgentCommand(string json, int timeoutSeconds = -1, uint flags = 0) =>
        Check(NativeQemu.virDomainQemuAgentCommand(Handle, json, timeoutSeconds, flags));

    /// <summary>Sends a command to the monitor of QEMU (virDomainQemuMonitorCommand, libvirt-qemu.h). libvirt then marks the domain as tainted.</summary>
    /// <param name="command">The command.</param>
    /// <param name="flags">Its language.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string QemuMonitorCommand(string command, QemuMonitorCommandFlags flags = QemuMonitorCommandFlags.None)
    {
        Check(NativeQemu.virDomainQemuMonitorCommand(Handle, command, out var result, flags));
        return result ?? "";
    }

    /// <summary>The size of a disk (virDomainGetBlockInfo, libvirt-domain.h).</summary>
    /// <param name="disk">Its target or path.</param>
    /// <returns>The sizes.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainBlockInfo GetBlockInfo(string disk)
    {
        Check(Native.virDomainGetBlockInfo(Handle, disk, out var info, 0));
        return new DomainBlockInfo(info.Capacity, info.Allocation, info.Physical);
    }

    /// <summary>Begins to copy a disk of the running guest (virDomainBlockCopy, libvirt-domain.h).</summary>
    /// <param name="disk">Its target.</param>
    /// <param name="destinationXml">The new disk.</param>
    /// <param name="parameters">Such as <c>bandwidth</c> (ulong, bytes per second); null for none.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BlockCopy(
        string disk, string destinationXml, TypedParameters? parameters = null, DomainBlockCopyFlags flags = DomainBlockCopyFlags.None) =>
        DomainQueries.BlockCopy(Handle, disk, destinationXml, parameters ?? new TypedParameters(), flags);

    /// <summary>How the block job of a disk stands (virDomainGetBlockJobInfo, libvirt-domain.h).</summary>
    /// <param name="disk">Its target.</param>
    /// <param name="flags">The unit of the bandwidth.</param>
    /// <returns>The job, or null when none is running.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainBlockJobInfo? GetBlockJobInfo(string disk, DomainBlockJobInfoFlags flags = DomainBlockJobInfoFlags.None) =>
        CheckBool(Native.virDomainGetBlockJobInfo(Handle, disk, out var info, flags))
            ? new DomainBlockJobInfo((DomainBlockJobType)info.Type, info.Bandwidth, info.Current, info.End)
            : null;

    /// <summary>How the running job stands (virDomainGetJobInfo, libvirt-domain.h).</summary>
    /// <returns>The job; its type says if there is none.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainJobInfo GetJobInfo()
    {
        Check(Native.virDomainGetJobInfo(Handle, out var info));
        return new DomainJobInfo(
            (DomainJobType)info.Type,
            TimeSpan.FromMilliseconds(info.TimeElapsed),
            TimeSpan.FromMilliseconds(info.TimeRemaining),
            info.DataTotal,
            info.DataProcessed,
            info.DataRemaining,
            info.MemoryTotal,
            info.MemoryProcessed,
            info.MemoryRemaining,
            info.FileTotal,
            info.FileProcessed,
            info.FileRemaining);
    }

    /// <summary>The statistics of the running or the last completed job (virDomainGetJobStats, libvirt-domain.h).</summary>
    /// <param name="flags">Which of them.</param>
    /// <returns>The statistics.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public DomainJobStats GetJobStats(DomainGetJobStatsFlags flags = DomainGetJobStatsFlags.None)
    {
        Check(Native.virDomainGetJobStats(Handle, out var type, out var parameters, out var count, flags));
        return new DomainJobStats((DomainJobType)type, TypedParameterInterop.Take(parameters, count));
    }

    /// <summary>Takes a snapshot (virDomainSnapshotCreateXML, libvirt-domain-snapshot.h).</summary>
    /// <param name="xml">The definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The snapshot; dispose it.</returns>
    /// <exception cref="LibvirtException">The call failed. After a failure over several disks read the domain's XML again.</exception>
    public VirDomainSnapshot CreateSnapshot(string xml, DomainSnapshotCreateFlags flags = DomainSnapshotCreateFlags.None) =>
        new(Check(Native.virDomainSnapshotCreateXML(Handle, xml, flags)));

    /// <summary>Lists snapshots that libvirt keeps a record of (virDomainListAllSnapshots, libvirt-domain-snapshot.h).</summary>
    /// <param name="flags">Which; none means all.</param>
    /// <returns>The snapshots; dispose each.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public IReadOnlyList<VirDomainSnapshot> ListAllSnapshots(DomainSnapshotListFlags flags = DomainSnapshotListFlags.None)
    {
        var count = Check(Native.virDomainListAllSnapshots(Handle, out var items, flags));
        return Array.ConvertAll(NativeReader.TakeHandles<DomainSnapshotHandle>(items, count), handle => new VirDomainSnapshot(handle));
    }

    /// <summary>Finds a snapshot (virDomainSnapshotLookupByName, libvirt-domain-snapshot.h).</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The snapshot; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoDomainSnapshot"/>.</exception>
    public VirDomainSnapshot LookupSnapshotByName(string name) => new(Check(Native.virDomainSnapshotLookupByName(Handle, name, 0)));

    /// <summary>The current snapshot (virDomainSnapshotCurrent, libvirt-domain-snapshot.h).</summary>
    /// <returns>The snapshot; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoDomainSnapshot"/>.</exception>
    public VirDomainSnapshot CurrentSnapshot() => new(Check(Native.virDomainSnapshotCurrent(Handle, 0)));

    /// <summary>Removes the persistent definition (virDomainUndefineFlags, libvirt-domain.h).</summary>
    /// <param name="flags">What to remove with it.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Undefine(DomainUndefineFlags flags = DomainUndefineFlags.None) =>
        Check(Native.virDomainUndefineFlags(Handle, flags));

    /// <summary>Starts the domain (virDomainCreateWithFlags, libvirt-domain.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Create(DomainCreateFlags flags = DomainCreateFlags.None) =>
        Check(Native.virDomainCreateWithFlags(Handle, flags));

    /// <summary>Ends the domain at once, as if the power failed (virDomainDestroyFlags, libvirt-domain.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Destroy(DomainDestroyFlags flags = DomainDestroyFlags.None) =>
        Check(Native.virDomainDestroyFlags(Handle, flags));

    /// <summary>Asks the guest to shut down; it may take long or refuse (virDomainShutdownFlags, libvirt-domain.h).</summary>
    /// <param name="flags">By which way.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Shutdown(DomainShutdownFlags flags = DomainShutdownFlags.None) =>
        Check(Native.virDomainShutdownFlags(Handle, flags));

    /// <summary>Asks the guest to reboot (virDomainReboot, libvirt-domain.h).</summary>
    /// <param name="flags">By which way.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Reboot(DomainRebootFlags flags = DomainRebootFlags.None) => Check(Native.virDomainReboot(Handle, flags));

    /// <summary>Resets the domain at once, as the button does (virDomainReset, libvirt-domain.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Reset() => Check(Native.virDomainReset(Handle, 0));

    /// <summary>Pauses the virtual CPUs (virDomainSuspend, libvirt-domain.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Suspend() => Check(Native.virDomainSuspend(Handle));

    /// <summary>Lets the virtual CPUs run again (virDomainResume, libvirt-domain.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Resume() => Check(Native.virDomainResume(Handle));

    /// <summary>Sends a non-maskable interrupt to the guest (virDomainInjectNMI, libvirt-domain.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void InjectNmi() => Check(Native.virDomainInjectNMI(Handle, 0));

    /// <summary>The definition of the domain (virDomainGetXMLDesc, libvirt-domain.h).</summary>
    /// <param name="flags">Which.</param>
    /// <returns>XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string GetXmlDescription(DomainXmlFlags flags = DomainXmlFlags.None) =>
        Check(Native.virDomainGetXMLDesc(Handle, flags));

    /// <summary>Reads a title, a description or an element of metadata (virDomainGetMetadata, libvirt-domain.h).</summary>
    /// <param name="type">Which.</param>
    /// <param name="uri">The namespace of the element; null for the others.</param>
    /// <param name="flags">Of the running domain or of its definition.</param>
    /// <returns>The text or XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string GetMetadata(DomainMetadataType type, string? uri = null, DomainModificationImpact flags = DomainModificationImpact.Current) =>
        Check(Native.virDomainGetMetadata(Handle, type, uri, flags));

    /// <summary>Changes or removes a title, a description or an element of metadata (virDomainSetMetadata, libvirt-domain.h).</summary>
    /// <param name="type">Which.</param>
    /// <param name="metadata">The text or XML; null removes it.</param>
    /// <param name="key">The prefix for the namespace of an element.</param>
    /// <param name="uri">The namespace of an element.</param>
    /// <param name="flags">In the running domain, its definition, or both.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetMetadata(DomainMetadataType type, string? metadata, string? key = null, string? uri = null, DomainModificationImpact flags = DomainModificationImpact.Current) =>
        Check(Native.virDomainSetMetadata(Handle, type, metadata, key, uri, flags));

    /// <summary>Renames the domain, which must be off (virDomainRename, libvirt-domain.h).</summary>
    /// <param name="newName">The new name.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Rename(string newName) => Check(Native.virDomainRename(Handle, newName, 0));

    /// <summary>Changes the number of virtual CPUs (virDomainSetVcpusFlags, libvirt-domain.h).</summary>
    /// <param name="count">How many, from 1 to the maximum.</param>
    /// <param name="flags">Of what.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetVcpus(int count, DomainVcpuFlags flags = DomainVcpuFlags.Current) =>
        Check(Native.virDomainSetVcpusFlags(Handle, (uint)count, flags));

    /// <summary>The number of virtual CPUs (virDomainGetVcpusFlags, libvirt-domain.h).</summary>
    /// <param name="flags">Of what.</param>
    /// <returns>How many.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public int GetVcpus(DomainVcpuFlags flags = DomainVcpuFlags.Current) => Check(Native.virDomainGetVcpusFlags(Handle, flags));

    /// <summary>Changes the memory of the domain, up to its maximum (virDomainSetMemoryFlags, libvirt-domain.h).</summary>
    /// <param name="kibibytes">KiB.</param>
    /// <param name="flags">Of what.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetMemory(ulong kibibytes, DomainMemoryFlags flags = DomainMemoryFlags.Current) =>
        Check(Native.virDomainSetMemoryFlags(Handle, kibibytes, flags));

    /// <summary>Changes the maximum memory of the domain (virDomainSetMaxMemory, libvirt-domain.h).</summary>
    /// <param name="kibibytes">KiB.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetMaxMemory(ulong kibibytes) => Check(Native.virDomainSetMaxMemory(Handle, kibibytes));

    /// <summary>Sets how often the memory balloon gathers statistics (virDomainSetMemoryStatsPeriod, libvirt-domain.h).</summary>
    /// <param name="seconds">Seconds between two; 0 switches it off.</param>
    /// <param name="flags">Of what.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetMemoryStatsPeriod(int seconds, DomainMemoryFlags flags = DomainMemoryFlags.Current) =>
        Check(Native.virDomainSetMemoryStatsPeriod(Handle, seconds, flags));

    /// <summary>Adds a device (virDomainAttachDeviceFlags, libvirt-domain.h).</summary>
    /// <param name="xml">Its definition.</param>
    /// <param name="flags">Where.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void AttachDevice(string xml, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Check(Native.virDomainAttachDeviceFlags(Handle, xml, flags));

    /// <summary>Removes a device. From a running guest it goes when the guest lets go; see <see cref="DomainDeviceRemovedEvent"/> (virDomainDetachDeviceFlags, libvirt-domain.h).</summary>
    /// <param name="xml">Its definition.</param>
    /// <param name="flags">Where.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void DetachDevice(string xml, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Check(Native.virDomainDetachDeviceFlags(Handle, xml, flags));

    /// <summary>Removes a device (virDomainDetachDeviceAlias, libvirt-domain.h).</summary>
    /// <param name="alias">Its alias.</param>
    /// <param name="flags">Where.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void DetachDeviceAlias(string alias, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Check(Native.virDomainDetachDeviceAlias(Handle, alias, flags));

    /// <summary>Changes a device (virDomainUpdateDeviceFlags, libvirt-domain.h).</summary>
    /// <param name="xml">Its new definition.</param>
    /// <param name="flags">Where.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void UpdateDevice(string xml, DomainDeviceModifyFlags flags = DomainDeviceModifyFlags.Current) =>
        Check(Native.virDomainUpdateDeviceFlags(Handle, xml, flags));

    /// <summary>Connects a stream with a console of the running guest (virDomainOpenConsole, libvirt-domain.h).</summary>
    /// <param name="device">The alias of the console; null for the first.</param>
    /// <param name="stream">A fresh stream.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void OpenConsole(string? device, VirStream stream, DomainConsoleFlags flags = DomainConsoleFlags.None)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(Native.virDomainOpenConsole(Handle, device, stream.Handle, flags));
    }

    /// <summary>Connects a stream with a channel of the running guest (virDomainOpenChannel, libvirt-domain.h).</summary>
    /// <param name="name">The alias or target of the channel; null for the first.</param>
    /// <param name="stream">A fresh stream.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void OpenChannel(string? name, VirStream stream, DomainChannelFlags flags = DomainChannelFlags.None)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(Native.virDomainOpenChannel(Handle, name, stream.Handle, flags));
    }

    /// <summary>The host name the guest has given itself (virDomainGetHostname, libvirt-domain.h).</summary>
    /// <param name="flags">From where.</param>
    /// <returns>The host name.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string GetHostname(DomainGetHostnameFlags flags = DomainGetHostnameFlags.None) =>
        Check(Native.virDomainGetHostname(Handle, flags));

    /// <summary>Has the guest discard unused blocks, through its agent (virDomainFSTrim, libvirt-domain.h).</summary>
    /// <param name="mountPoint">One file system; null for all.</param>
    /// <param name="minimum">The shortest run worth discarding, in bytes.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void FsTrim(string? mountPoint = null, ulong minimum = 0) =>
        Check(Native.virDomainFSTrim(Handle, mountPoint, minimum, 0));

    /// <summary>Limits how long calls wait for the guest agent (virDomainAgentSetResponseTimeout, libvirt-domain.h).</summary>
    /// <param name="seconds">Seconds; -2 waits for ever, -1 takes the default of five seconds, 0 does not wait.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void AgentSetResponseTimeout(int seconds) => Check(Native.virDomainAgentSetResponseTimeout(Handle, seconds, 0));

    /// <summary>Sets a password in the guest, through its agent (virDomainSetUserPassword, libvirt-domain.h).</summary>
    /// <param name="user">The user.</param>
    /// <param name="password">The password.</param>
    /// <param name="flags">How it is given.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetUserPassword(string user, string password, DomainSetUserPasswordFlags flags = DomainSetUserPasswordFlags.None) =>
        Check(Native.virDomainSetUserPassword(Handle, user, password, flags));

    /// <summary>Changes the size of a disk of the running guest (virDomainBlockResize, libvirt-domain.h).</summary>
    /// <param name="disk">Its target or path.</param>
    /// <param name="size">The new size in KiB, or in bytes if the flags say so.</param>
    /// <param name="flags">The unit.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BlockResize(string disk, ulong size, DomainBlockResizeFlags flags = DomainBlockResizeFlags.None) =>
        Check(Native.virDomainBlockResize(Handle, disk, size, flags));

    /// <summary>Begins to merge layers of a disk of the running guest downwards (virDomainBlockCommit, libvirt-domain.h).</summary>
    /// <param name="disk">Its target.</param>
    /// <param name="baseImage">The layer to merge into, by path or by index such as <c>vda[2]</c>; null for the lowest, or the next with a shallow commit.</param>
    /// <param name="topImage">The highest layer to merge; null for the active one.</param>
    /// <param name="bandwidth">The limit in MiB per second, or in bytes per second if the flags say so; 0 for none.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BlockCommit(string disk, string? baseImage, string? topImage, ulong bandwidth = 0, DomainBlockCommitFlags flags = DomainBlockCommitFlags.None) =>
        Check(Native.virDomainBlockCommit(Handle, disk, baseImage, topImage, bandwidth, flags));

    /// <summary>Begins to merge all layers of a disk of the running guest into the active one (virDomainBlockPull, libvirt-domain.h).</summary>
    /// <param name="disk">Its target.</param>
    /// <param name="bandwidth">The limit in MiB per second, or in bytes per second if the flags say so; 0 for none.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BlockPull(string disk, ulong bandwidth = 0, DomainBlockPullFlags flags = DomainBlockPullFlags.None) =>
        Check(Native.virDomainBlockPull(Handle, disk, bandwidth, flags));

    /// <summary>Begins to merge the layers above a base into the active one (virDomainBlockRebase, libvirt-domain.h).</summary>
    /// <param name="disk">Its target.</param>
    /// <param name="baseImage">The layer that becomes the backing file; null merges all.</param>
    /// <param name="bandwidth">The limit in MiB per second, or in bytes per second if the flags say so; 0 for none.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BlockRebase(string disk, string? baseImage, ulong bandwidth = 0, DomainBlockRebaseFlags flags = DomainBlockRebaseFlags.None) =>
        Check(Native.virDomainBlockRebase(Handle, disk, baseImage, bandwidth, flags));

    /// <summary>Ends the block job of a disk: cancels it, or switches the disk over (virDomainBlockJobAbort, libvirt-domain.h).</summary>
    /// <param name="disk">Its target.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BlockJobAbort(string disk, DomainBlockJobAbortFlags flags = DomainBlockJobAbortFlags.None) =>
        Check(Native.virDomainBlockJobAbort(Handle, disk, flags));

    /// <summary>Limits the speed of a block job (virDomainBlockJobSetSpeed, libvirt-domain.h).</summary>
    /// <param name="disk">Its target.</param>
    /// <param name="bandwidth">The limit in MiB per second, or in bytes per second if the flags say so; 0 for none.</param>
    /// <param name="flags">The unit.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BlockJobSetSpeed(string disk, ulong bandwidth, DomainBlockJobSetSpeedFlags flags = DomainBlockJobSetSpeedFlags.None) =>
        Check(Native.virDomainBlockJobSetSpeed(Handle, disk, bandwidth, flags));

    /// <summary>Asks the running job to stop. The call that began it then fails with <see cref="LibvirtErrorCode.OperationAborted"/> (virDomainAbortJobFlags, libvirt-domain.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void AbortJob(DomainAbortJobFlags flags = DomainAbortJobFlags.None) =>
        Check(Native.virDomainAbortJobFlags(Handle, flags));

    /// <summary>Begins a backup of the running guest; it goes on as a job (virDomainBackupBegin, libvirt-domain.h).</summary>
    /// <param name="backupXml">What to copy where.</param>
    /// <param name="checkpointXml">A checkpoint to make with it; null for none.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void BackupBegin(string backupXml, string? checkpointXml = null, DomainBackupBeginFlags flags = DomainBackupBeginFlags.None) =>
        Check(Native.virDomainBackupBegin(Handle, backupXml, checkpointXml, flags));

    /// <summary>The backup that is going on (virDomainBackupGetXMLDesc, libvirt-domain.h).</summary>
    /// <returns>XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string BackupGetXmlDescription() => Check(Native.virDomainBackupGetXMLDesc(Handle, 0));

    /// <summary>Writes the memory of the domain to a file on its host and ends the domain (virDomainSaveFlags, libvirt-domain.h).</summary>
    /// <param name="path">The file.</param>
    /// <param name="domainXml">A changed definition to keep in the file; null for the domain's own.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Save(string path, string? domainXml = null, DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) =>
        Check(Native.virDomainSaveFlags(Handle, path, domainXml, flags));

    /// <summary>Writes the memory of the domain to a file that libvirt manages, and ends the domain; the next start continues there (virDomainManagedSave, libvirt-domain.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void ManagedSave(DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) =>
        Check(Native.virDomainManagedSave(Handle, flags));

    /// <summary>Removes the managed save image (virDomainManagedSaveRemove, libvirt-domain.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void ManagedSaveRemove() => Check(Native.virDomainManagedSaveRemove(Handle, 0));

    /// <summary>The definition in the managed save image (virDomainManagedSaveGetXMLDesc, libvirt-domain.h).</summary>
    /// <param name="flags">What to include.</param>
    /// <returns>XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string ManagedSaveGetXmlDescription(DomainSaveImageXmlFlags flags = DomainSaveImageXmlFlags.None) =>
        Check(Native.virDomainManagedSaveGetXMLDesc(Handle, flags));

    /// <summary>Changes the definition in the managed save image (virDomainManagedSaveDefineXML, libvirt-domain.h).</summary>
    /// <param name="domainXml">The changed definition.</param>
    /// <param name="flags">Which state to continue in.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void ManagedSaveDefineXml(string domainXml, DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) =>
        Check(Native.virDomainManagedSaveDefineXML(Handle, domainXml, flags));

    /// <summary>Whether there is a managed save image (virDomainHasManagedSaveImage, libvirt-domain.h).</summary>
    /// <returns>True if there is.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public bool HasManagedSave() => CheckBool(Native.virDomainHasManagedSaveImage(Handle, 0));

    /// <summary>Whether a snapshot is the current one (virDomainHasCurrentSnapshot, libvirt-domain.h).</summary>
    /// <returns>True if there is.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public bool HasCurrentSnapshot() => CheckBool(Native.virDomainHasCurrentSnapshot(Handle, 0));

    /// <summary>Gives up this reference (virDomainFree, libvirt-domain.h).</summary>
    public void Dispose() => Handle.Dispose();
}
