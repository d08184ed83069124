namespace LibVirt;

/// <summary>Which domains to report on and how to gather their statistics.</summary>
/// <remarks>C: <c>virConnectGetAllDomainStatsFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainStatsFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Active. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE</c>.</summary>
    Active = 1,

    /// <summary>Inactive. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE</c>.</summary>
    Inactive = 2,

    /// <summary>Persistent. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT</c>.</summary>
    Persistent = 4,

    /// <summary>Transient. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT</c>.</summary>
    Transient = 8,

    /// <summary>Running. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING</c>.</summary>
    Running = 0x10,

    /// <summary>Paused. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED</c>.</summary>
    Paused = 0x20,

    /// <summary>Shut off. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF</c>.</summary>
    ShutOff = 0x40,

    /// <summary>Other. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER</c>.</summary>
    Other = 0x80,

    /// <summary>No wait. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT</c>.</summary>
    NoWait = 0x20000000,

    /// <summary>Backing. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING</c>.</summary>
    Backing = 0x40000000,

    /// <summary>Enforce stats. C: <c>VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS</c>.</summary>
    EnforceStats = 0x80000000,
}
