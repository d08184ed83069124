using LibVirt.Handles;
using LibVirt.Interop;
using static LibVirt.Interop.Checked;

namespace LibVirt;

/// <summary>A virtual network (<c>virNetworkPtr</c>, libvirt-network.h).</summary>
public sealed class VirNetwork : IDisposable
{
    internal VirNetwork(NetworkHandle handle) => Handle = handle;

    /// <summary>The name (virNetworkGetName, libvirt-network.h).</summary>
    public string Name => Check(Native.virNetworkGetName(Handle));

    /// <summary>The UUID (virNetworkGetUUID, libvirt-network.h).</summary>
    public Guid Uuid
    {
        get
        {
            Span<byte> uuid = stackalloc byte[16];
            Check(Native.virNetworkGetUUID(Handle, uuid));
            return new Guid(uuid, bigEndian: true);
        }
    }

    /// <summary>The bridge on the host (virNetworkGetBridgeName, libvirt-network.h).</summary>
    public string BridgeName => Check(Native.virNetworkGetBridgeName(Handle));

    /// <summary>Whether it is running (virNetworkIsActive, libvirt-network.h).</summary>
    public bool IsActive => CheckBool(Native.virNetworkIsActive(Handle));

    /// <summary>Whether it has a definition that outlives its run (virNetworkIsPersistent, libvirt-network.h).</summary>
    public bool IsPersistent => CheckBool(Native.virNetworkIsPersistent(Handle));

    internal NetworkHandle Handle { get; }

    /// <summary>Whether the network starts with its host (virNetworkGetAutostart, libvirt-network.h).</summary>
    /// <returns>True if it does.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public bool GetAutostart()
    {
        Check(Native.virNetworkGetAutostart(Handle, out var autostart));
        return autostart != 0;
    }

    /// <summary>Has the network start with its host, or not (virNetworkSetAutostart, libvirt-network.h).</summary>
    /// <param name="autostart">Whether it should.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void SetAutostart(bool autostart) => Check(Native.virNetworkSetAutostart(Handle, autostart ? 1 : 0));

    /// <summary>The addresses its DHCP server gave out (virNetworkGetDHCPLeases, libvirt-network.h).</summary>
    /// <param name="mac">Only those of one MAC address; null for all.</param>
    /// <returns>The leases.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public IReadOnlyList<NetworkDhcpLease> GetDhcpLeases(string? mac = null)
    {
        var count = Check(Native.virNetworkGetDHCPLeases(Handle, mac, out var leases, 0));
        return NativeReader.TakeLeases(leases, count);
    }

    /// <summary>Starts the network (virNetworkCreate, libvirt-network.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Create() => Check(Native.virNetworkCreate(Handle));

    /// <summary>Stops the network (virNetworkDestroy, libvirt-network.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Destroy() => Check(Native.virNetworkDestroy(Handle));

    /// <summary>Removes the persistent definition (virNetworkUndefine, libvirt-network.h).</summary>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Undefine() => Check(Native.virNetworkUndefine(Handle));

    /// <summary>The definition of the network (virNetworkGetXMLDesc, libvirt-network.h).</summary>
    /// <param name="flags">Which.</param>
    /// <returns>XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string GetXmlDescription(NetworkXmlFlags flags = NetworkXmlFlags.None) =>
        Check(Native.virNetworkGetXMLDesc(Handle, flags));

    /// <summary>Gives up this reference (virNetworkFree, libvirt-network.h).</summary>
    public void Dispose() => Handle.Dispose();
}
