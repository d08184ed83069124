namespace LibVirt;

/// <summary>Which networks to list; none means all.</summary>
/// <remarks>C: <c>virConnectListAllNetworksFlags</c>, libvirt-network.h.</remarks>
[Flags]
public enum ListNetworksFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Inactive. C: <c>VIR_CONNECT_LIST_NETWORKS_INACTIVE</c>.</summary>
    Inactive = 1,

    /// <summary>Active. C: <c>VIR_CONNECT_LIST_NETWORKS_ACTIVE</c>.</summary>
    Active = 2,

    /// <summary>Persistent. C: <c>VIR_CONNECT_LIST_NETWORKS_PERSISTENT</c>.</summary>
    Persistent = 4,

    /// <summary>Transient. C: <c>VIR_CONNECT_LIST_NETWORKS_TRANSIENT</c>.</summary>
    Transient = 8,

    /// <summary>Autostart. C: <c>VIR_CONNECT_LIST_NETWORKS_AUTOSTART</c>.</summary>
    Autostart = 0x10,

    /// <summary>No autostart. C: <c>VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART</c>.</summary>
    NoAutostart = 0x20,
}
