namespace LibVirt;

/// <summary>Which domains to list; several groups may be combined, and none means all.</summary>
/// <remarks>C: <c>virConnectListAllDomainsFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum ListDomainsFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Active. C: <c>VIR_CONNECT_LIST_DOMAINS_ACTIVE</c>.</summary>
    Active = 1,

    /// <summary>Inactive. C: <c>VIR_CONNECT_LIST_DOMAINS_INACTIVE</c>.</summary>
    Inactive = 2,

    /// <summary>Persistent. C: <c>VIR_CONNECT_LIST_DOMAINS_PERSISTENT</c>.</summary>
    Persistent = 4,

    /// <summary>Transient. C: <c>VIR_CONNECT_LIST_DOMAINS_TRANSIENT</c>.</summary>
    Transient = 8,

    /// <summary>Running. C: <c>VIR_CONNECT_LIST_DOMAINS_RUNNING</c>.</summary>
    Running = 0x10,

    /// <summary>Paused. C: <c>VIR_CONNECT_LIST_DOMAINS_PAUSED</c>.</summary>
    Paused = 0x20,

    /// <summary>Shut off. C: <c>VIR_CONNECT_LIST_DOMAINS_SHUTOFF</c>.</summary>
    ShutOff = 0x40,

    /// <summary>Other. C: <c>VIR_CONNECT_LIST_DOMAINS_OTHER</c>.</summary>
    Other = 0x80,

    /// <summary>Managed save. C: <c>VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE</c>.</summary>
    ManagedSave = 0x100,

    /// <summary>No managed save. C: <c>VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE</c>.</summary>
    NoManagedSave = 0x200,

    /// <summary>Autostart. C: <c>VIR_CONNECT_LIST_DOMAINS_AUTOSTART</c>.</summary>
    Autostart = 0x400,

    /// <summary>No autostart. C: <c>VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART</c>.</summary>
    NoAutostart = 0x800,

    /// <summary>Has snapshot. C: <c>VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT</c>.</summary>
    HasSnapshot = 0x1000,

    /// <summary>No snapshot. C: <c>VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT</c>.</summary>
    NoSnapshot = 0x2000,

    /// <summary>Has checkpoint. C: <c>VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT</c>.</summary>
    HasCheckpoint = 0x4000,

    /// <summary>No checkpoint. C: <c>VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT</c>.</summary>
    NoCheckpoint = 0x8000,
}
