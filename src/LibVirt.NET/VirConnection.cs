using LibVirt.Handles;
using LibVirt.Interop;
using static LibVirt.Interop.Checked;

namespace LibVirt;

/// <summary>
/// A connection to a hypervisor (<c>virConnectPtr</c>, libvirt-host.h). All calls block, may be made from any thread and may be
/// made at the same time; the daemon serves five requests of one connection at once, so long and short calls are better
/// kept on connections of their own. A call that fails throws <see cref="LibvirtException"/>; a call after
/// <see cref="Dispose"/> throws <see cref="ObjectDisposedException"/>.
/// </summary>
public sealed class VirConnection : IDisposable
{
    private readonly TaskCompletionSource<ConnectionCloseReason> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<DomainEventSubscription> _subscriptions = [];
    private readonly DomainEventHub _domainEvents = new();
    private readonly bool _watchesClose;
    private IReadOnlyList<int>? _domainEventIds;
    private bool _disposed;

    private VirConnection(ConnectionHandle handle)
    {
        Handle = handle;
        _watchesClose = Opener.WatchClose(handle, _closed);
        _ = EndSubscriptionsWhenClosedAsync();
    }

    /// <summary>
    /// Completes when the connection ends: with <see cref="ConnectionCloseReason.Client"/> on <see cref="Dispose"/>, or with what
    /// happened when the server went away. Drivers inside this process, such as <c>test</c>, know only the former.
    /// </summary>
    public Task<ConnectionCloseReason> Closed => _closed.Task;

    /// <summary>The URI that was opened, in its full form (virConnectGetURI, libvirt-host.h).</summary>
    public string Uri => Check(Native.virConnectGetURI(Handle));

    /// <summary>The name of the driver, such as <c>QEMU</c> (virConnectGetType, libvirt-host.h).</summary>
    public string HypervisorType => Check(Native.virConnectGetType(Handle));

    /// <summary>The version of libvirt at the other end (virConnectGetLibVersion, libvirt-host.h).</summary>
    public Version LibVersion
    {
        get
        {
            Check(Native.virConnectGetLibVersion(Handle, out var version));
            return ToVersion(version);
        }
    }

    /// <summary>The version of the hypervisor (virConnectGetVersion, libvirt-host.h).</summary>
    public Version HypervisorVersion
    {
        get
        {
            Check(Native.virConnectGetVersion(Handle, out var version));
            return ToVersion(version);
        }
    }

    /// <summary>The version of the libvirt library in this process (virGetVersion, libvirt-host.h).</summary>
    public static Version ClientVersion => LibraryVersion.Get();

    /// <summary>The host name of the machine at the other end (virConnectGetHostname, libvirt-host.h).</summary>
    public string Hostname => Check(Native.virConnectGetHostname(Handle));

    /// <summary>Whether the connection still works, as far as this end knows (virConnectIsAlive, libvirt-host.h).</summary>
    public bool IsAlive => CheckBool(Native.virConnectIsAlive(Handle));

    /// <summary>Whether nobody can read along (virConnectIsSecure, libvirt-host.h).</summary>
    public bool IsSecure => CheckBool(Native.virConnectIsSecure(Handle));

    /// <summary>Whether the connection is encrypted (virConnectIsEncrypted, libvirt-host.h).</summary>
    public bool IsEncrypted => CheckBool(Native.virConnectIsEncrypted(Handle));

    internal ConnectionHandle Handle { get; }

    /// <summary>Opens a connection (virConnectOpenAuth, libvirt-host.h). The first one starts the event loop of the process.</summary>
    /// <param name="uri">Where to, such as <c>qemu:///session</c> or <c>test:///default</c>.</param>
    /// <param name="options">How; null for read-write without credentials or keepalive.</param>
    /// <returns>The connection; dispose it.</returns>
    /// <exception cref="LibvirtException">The connection could not be made.</exception>
    public static VirConnection Open(string uri, ConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        options ??= new ConnectOptions();
        var connection = new VirConnection(Opener.Open(uri, options));
        try
        {
            if (options.KeepAliveIntervalSeconds is { } interval)
            {
                connection.SetKeepAlive(interval, options.KeepAliveCount);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends keepalive messages (virConnectSetKeepAlive, libvirt-host.h).</summary>
    /// <param name="intervalSeconds">Seconds between two; 0 or less switches them off.</param>
    /// <param name="count">How many may go unanswered before the connection is closed; 0 closes at the first.</param>
    /// <returns>False if the other end does not know them.</returns>
    /// <exception cref="LibvirtException">The driver has no keepalive.</exception>
    public bool SetKeepAlive(int intervalSeconds, int count) =>
        !CheckBool(Native.virConnectSetKeepAlive(Handle, intervalSeconds, (uint)count));

    /// <summary>What the host and its hypervisor can do (virConnectGetCapabilities, libvirt-host.h).</summary>
    /// <returns>XML.</returns>
    public string GetCapabilities() => Check(Native.virConnectGetCapabilities(Handle));

    /// <summary>What a domain of some kind may have (virConnectGetDomainCapabilities, libvirt-domain.h).</summary>
    /// <param name="emulator">The path of the emulator; null for the default.</param>
    /// <param name="arch">The architecture; null for the host's.</param>
    /// <param name="machine">The machine type; null for the default.</param>
    /// <param name="virtType">Such as <c>kvm</c> or <c>qemu</c>; null for the best.</param>
    /// <param name="flags">Must be 0.</param>
    /// <returns>XML.</returns>
    public string GetDomainCapabilities(string? emulator = null, string? arch = null, string? machine = null, string? virtType = null, uint flags = 0) =>
        Check(Native.virConnectGetDomainCapabilities(Handle, emulator, arch, machine, virtType, flags));

    /// <summary>What kinds of storage pools there may be (virConnectGetStoragePoolCapabilities, libvirt-storage.h).</summary>
    /// <returns>XML.</returns>
    public string GetStoragePoolCapabilities() => Check(Native.virConnectGetStoragePoolCapabilities(Handle, 0));

    /// <summary>The SMBIOS information of the host (virConnectGetSysinfo, libvirt-host.h).</summary>
    /// <returns>XML.</returns>
    public string GetSysinfo() => Check(Native.virConnectGetSysinfo(Handle, 0));

    /// <summary>How many virtual CPUs a domain may have (virConnectGetMaxVcpus, libvirt-host.h).</summary>
    /// <param name="type">The domain type; null for the default.</param>
    /// <returns>The number.</returns>
    public int GetMaxVcpus(string? type = null) => Check(Native.virConnectGetMaxVcpus(Handle, type));

    /// <summary>The hardware of the host (virNodeGetInfo, libvirt-host.h).</summary>
    /// <returns>The hardware.</returns>
    public NodeInfo GetNodeInfo()
    {
        Check(Native.virNodeGetInfo(Handle, out var info));
        return NativeReader.NodeInfo(info);
    }

    /// <summary>The free memory of the host in bytes (virNodeGetFreeMemory, libvirt-host.h).</summary>
    /// <returns>Bytes.</returns>
    public ulong GetFreeMemory() => Check(Native.virNodeGetFreeMemory(Handle));

    /// <summary>What the CPUs of the host have done since it booted, all together (virNodeGetCPUStats, libvirt-host.h).</summary>
    /// <returns>Nanoseconds by kind, such as <c>kernel</c>, <c>user</c>, <c>idle</c> and <c>iowait</c>; some drivers tell <c>utilization</c> in percent instead.</returns>
    /// <exception cref="LibvirtException">The call failed; not every driver can tell.</exception>
    public IReadOnlyDictionary<string, ulong> GetCpuStats() => NodeQueries.CpuStats(Handle);

    /// <summary>How the memory of the host is used, all cells together (virNodeGetMemoryStats, libvirt-host.h).</summary>
    /// <returns>KiB by kind, such as <c>total</c>, <c>free</c>, <c>buffers</c> and <c>cached</c>.</returns>
    /// <exception cref="LibvirtException">The call failed; not every driver can tell.</exception>
    public IReadOnlyDictionary<string, ulong> GetMemoryStats() => NodeQueries.MemoryStats(Handle);

    /// <summary>Lists domains (virConnectListAllDomains, libvirt-domain.h).</summary>
    /// <param name="flags">Which; none means all.</param>
    /// <returns>The domains; dispose each.</returns>
    public IReadOnlyList<VirDomain> ListAllDomains(ListDomainsFlags flags = ListDomainsFlags.None)
    {
        var count = Check(Native.virConnectListAllDomains(Handle, out var items, flags));
        return Array.ConvertAll(NativeReader.TakeHandles<DomainHandle>(items, count), handle => new VirDomain(this, handle));
    }

    /// <summary>Finds a domain (virDomainLookupByName, libvirt-domain.h).</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The domain; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoDomain"/>.</exception>
    public VirDomain LookupDomainByName(string name) => new(this, Check(Native.virDomainLookupByName(Handle, name)));

    /// <summary>Finds a domain (virDomainLookupByUUID, libvirt-domain.h).</summary>
    /// <param name="uuid">Its UUID.</param>
    /// <returns>The domain; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoDomain"/>.</exception>
    public VirDomain LookupDomainByUuid(Guid uuid) => new(this, Check(Native.virDomainLookupByUUID(Handle, uuid.ToByteArray(bigEndian: true))));

    /// <summary>Finds a running domain (virDomainLookupByID, libvirt-domain.h).</summary>
    /// <param name="id">Its number.</param>
    /// <returns>The domain; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoDomain"/>.</exception>
    public VirDomain LookupDomainById(int id) => new(this, Check(Native.virDomainLookupByID(Handle, id)));

    /// <summary>Defines a persistent domain, or changes its definition (virDomainDefineXMLFlags, libvirt-domain.h).</summary>
    /// <param name="xml">The definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The domain; dispose it.</returns>
    /// <exception cref="LibvirtException">The definition is refused.</exception>
    public VirDomain DefineDomain(string xml, DomainDefineFlags flags = DomainDefineFlags.None) =>
        new(this, Check(Native.virDomainDefineXMLFlags(Handle, xml, flags)));

    /// <summary>Starts a transient domain (virDomainCreateXML, libvirt-domain.h).</summary>
    /// <param name="xml">The definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The domain; dispose it.</returns>
    /// <exception cref="LibvirtException">It could not be started.</exception>
    public VirDomain CreateDomain(string xml, DomainCreateFlags flags = DomainCreateFlags.None) =>
        new(this, Check(Native.virDomainCreateXML(Handle, xml, flags)));

    /// <summary>Starts a domain from saved memory (virDomainRestoreFlags, libvirt-domain.h).</summary>
    /// <param name="path">The file on the host that <see cref="VirDomain.Save"/> made.</param>
    /// <param name="domainXml">A changed definition; null for the one in the file.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">It could not be restored.</exception>
    public void RestoreDomain(string path, string? domainXml = null, DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) =>
        Check(Native.virDomainRestoreFlags(Handle, path, domainXml, flags));

    /// <summary>The definition in a file of saved memory (virDomainSaveImageGetXMLDesc, libvirt-domain.h).</summary>
    /// <param name="path">The file on the host.</param>
    /// <param name="flags">What to include.</param>
    /// <returns>XML.</returns>
    public string SaveImageGetXmlDescription(string path, DomainSaveImageXmlFlags flags = DomainSaveImageXmlFlags.None) =>
        Check(Native.virDomainSaveImageGetXMLDesc(Handle, path, flags));

    /// <summary>Changes the definition in a file of saved memory (virDomainSaveImageDefineXML, libvirt-domain.h).</summary>
    /// <param name="path">The file on the host.</param>
    /// <param name="domainXml">The changed definition.</param>
    /// <param name="flags">Which state to continue in.</param>
    public void SaveImageDefineXml(string path, string domainXml, DomainSaveRestoreFlags flags = DomainSaveRestoreFlags.None) =>
        Check(Native.virDomainSaveImageDefineXML(Handle, path, domainXml, flags));

    /// <summary>The statistics of many domains in one call (virConnectGetAllDomainStats, libvirt-domain.h).</summary>
    /// <param name="stats">Which groups; none means all that are known.</param>
    /// <param name="flags">Which domains; none means all.</param>
    /// <returns>One for each domain.</returns>
    public IReadOnlyList<DomainStats> GetAllDomainStats(
        DomainStatsTypes stats = DomainStatsTypes.None, DomainStatsFlags flags = DomainStatsFlags.None)
    {
        var count = Check(Native.virConnectGetAllDomainStats(Handle, stats, out var records, flags));
        return NativeReader.TakeStats(records, count);
    }

    /// <summary>
    /// Subscribes to the events of all domains (virConnectDomainEventRegisterAny, libvirt-domain.h). Everything that happens after
    /// this method has returned is in the subscription, whenever its enumeration begins.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration of the subscription.</param>
    /// <returns>The subscription; dispose it.</returns>
    /// <exception cref="LibvirtException">The driver has no events.</exception>
    public DomainEventSubscription WatchDomainEvents(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var subscription = new DomainEventSubscription(this, cancellationToken);
            _domainEvents.Add(subscription.Writer);
            try
            {
                _domainEventIds ??= DomainEventRegistration.Add(Handle, _domainEvents);
            }
            catch
            {
                _domainEvents.Remove(subscription.Writer);
                throw;
            }

            _subscriptions.Add(subscription);
            if (_closed.Task.IsCompleted)
            {
                subscription.Complete();
            }

            return subscription;
        }
    }

    /// <summary>Lists storage pools (virConnectListAllStoragePools, libvirt-storage.h).</summary>
    /// <param name="flags">Which; none means all.</param>
    /// <returns>The pools; dispose each.</returns>
    public IReadOnlyList<VirStoragePool> ListAllStoragePools(ListStoragePoolsFlags flags = ListStoragePoolsFlags.None)
    {
        var count = Check(Native.virConnectListAllStoragePools(Handle, out var items, flags));
        return Array.ConvertAll(NativeReader.TakeHandles<StoragePoolHandle>(items, count), handle => new VirStoragePool(this, handle));
    }

    /// <summary>Finds a storage pool (virStoragePoolLookupByName, libvirt-storage.h).</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The pool; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoStoragePool"/>.</exception>
    public VirStoragePool LookupStoragePoolByName(string name) => new(this, Check(Native.virStoragePoolLookupByName(Handle, name)));

    /// <summary>Finds a storage pool (virStoragePoolLookupByUUID, libvirt-storage.h).</summary>
    /// <param name="uuid">Its UUID.</param>
    /// <returns>The pool; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoStoragePool"/>.</exception>
    public VirStoragePool LookupStoragePoolByUuid(Guid uuid) =>
        new(this, Check(Native.virStoragePoolLookupByUUID(Handle, uuid.ToByteArray(bigEndian: true))));

    /// <summary>Finds the storage pool of a volume (virStoragePoolLookupByVolume, libvirt-storage.h).</summary>
    /// <param name="volume">The volume.</param>
    /// <returns>The pool; dispose it.</returns>
    public VirStoragePool LookupStoragePoolByVolume(VirStorageVolume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return new(this, Check(Native.virStoragePoolLookupByVolume(volume.Handle)));
    }

    /// <summary>Finds a storage pool (virStoragePoolLookupByTargetPath, libvirt-storage.h).</summary>
    /// <param name="path">Its directory on the host.</param>
    /// <returns>The pool; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoStoragePool"/>.</exception>
    public VirStoragePool LookupStoragePoolByTargetPath(string path) =>
        new(this, Check(Native.virStoragePoolLookupByTargetPath(Handle, path)));

    /// <summary>Defines a persistent storage pool (virStoragePoolDefineXML, libvirt-storage.h).</summary>
    /// <param name="xml">The definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The pool; dispose it.</returns>
    public VirStoragePool DefineStoragePool(string xml, StoragePoolDefineFlags flags = StoragePoolDefineFlags.None) =>
        new(this, Check(Native.virStoragePoolDefineXML(Handle, xml, flags)));

    /// <summary>Starts a transient storage pool (virStoragePoolCreateXML, libvirt-storage.h).</summary>
    /// <param name="xml">The definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The pool; dispose it.</returns>
    public VirStoragePool CreateStoragePool(string xml, StoragePoolCreateFlags flags = StoragePoolCreateFlags.None) =>
        new(this, Check(Native.virStoragePoolCreateXML(Handle, xml, flags)));

    /// <summary>Finds a volume (virStorageVolLookupByPath, libvirt-storage.h). Only volumes of running pools, as of their last refresh, are found.</summary>
    /// <param name="path">Its path on the host.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoStorageVolume"/>.</exception>
    public VirStorageVolume LookupStorageVolumeByPath(string path) => new(this, Check(Native.virStorageVolLookupByPath(Handle, path)));

    /// <summary>Finds a volume (virStorageVolLookupByKey, libvirt-storage.h).</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The volume; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoStorageVolume"/>.</exception>
    public VirStorageVolume LookupStorageVolumeByKey(string key) => new(this, Check(Native.virStorageVolLookupByKey(Handle, key)));

    /// <summary>Lists networks (virConnectListAllNetworks, libvirt-network.h).</summary>
    /// <param name="flags">Which; none means all.</param>
    /// <returns>The networks; dispose each.</returns>
    public IReadOnlyList<VirNetwork> ListAllNetworks(ListNetworksFlags flags = ListNetworksFlags.None)
    {
        var count = Check(Native.virConnectListAllNetworks(Handle, out var items, flags));
        return Array.ConvertAll(NativeReader.TakeHandles<NetworkHandle>(items, count), handle => new VirNetwork(handle));
    }

    /// <summary>Finds a network (virNetworkLookupByName, libvirt-network.h).</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The network; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoNetwork"/>.</exception>
    public VirNetwork LookupNetworkByName(string name) => new(Check(Native.virNetworkLookupByName(Handle, name)));

    /// <summary>Finds a network (virNetworkLookupByUUID, libvirt-network.h).</summary>
    /// <param name="uuid">Its UUID.</param>
    /// <returns>The network; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoNetwork"/>.</exception>
    public VirNetwork LookupNetworkByUuid(Guid uuid) => new(Check(Native.virNetworkLookupByUUID(Handle, uuid.ToByteArray(bigEndian: true))));

    /// <summary>Defines a persistent network (virNetworkDefineXMLFlags, libvirt-network.h).</summary>
    /// <param name="xml">The definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The network; dispose it.</returns>
    public VirNetwork DefineNetwork(string xml, NetworkDefineFlags flags = NetworkDefineFlags.None) =>
        new(Check(Native.virNetworkDefineXMLFlags(Handle, xml, flags)));

    /// <summary>Starts a transient network (virNetworkCreateXMLFlags, libvirt-network.h).</summary>
    /// <param name="xml">The definition.</param>
    /// <param name="flags">How.</param>
    /// <returns>The network; dispose it.</returns>
    public VirNetwork CreateNetwork(string xml, NetworkCreateFlags flags = NetworkCreateFlags.None) =>
        new(Check(Native.virNetworkCreateXMLFlags(Handle, xml, flags)));

    /// <summary>Makes a stream that a call such as <see cref="VirDomain.OpenConsole"/> can then connect (virStreamNew, libvirt-stream.h).</summary>
    /// <param name="flags">How it behaves.</param>
    /// <returns>The stream; dispose it.</returns>
    public VirStream CreateStream(VirStreamFlags flags = VirStreamFlags.None) =>
        new(Check(Native.virStreamNew(Handle, flags)), flags);

    /// <summary>
    /// Ends all subscriptions and gives up the connection (virConnectClose, libvirt-host.h). The socket closes when the last
    /// object that came from the connection is disposed too.
    /// </summary>
    public void Dispose()
    {
        DomainEventSubscription[] subscriptions;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            subscriptions = [.. _subscriptions];
        }

        // Both kinds of callbacks hold references to the connection, which would otherwise stay open.
        foreach (var subscription in subscriptions)
        {
            subscription.Dispose();
        }

        if (_watchesClose)
        {
            Opener.UnwatchClose(Handle);
        }

        _closed.TrySetResult(ConnectionCloseReason.Client);
        Handle.Dispose();
    }

    internal static Version ToVersion(ulong version) =>
        new((int)(version / 1_000_000), (int)(version / 1_000 % 1_000), (int)(version % 1_000));

    internal void Forget(DomainEventSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
            if (_domainEvents.Remove(subscription.Writer) || _domainEventIds is null || Handle.IsClosed)
            {
                return;
            }

            DomainEventRegistration.Remove(Handle, _domainEventIds);
            _domainEventIds = null;
        }
    }

    private async Task EndSubscriptionsWhenClosedAsync()
    {
        await _closed.Task.ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Complete();
            }
        }
    }
}
