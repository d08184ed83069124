namespace LibVirt;

/// <summary>The state a domain is in.</summary>
/// <remarks>C: <c>virDomainState</c>, libvirt-domain.h.</remarks>
public enum DomainState
{
    /// <summary>No state. C: <c>VIR_DOMAIN_NOSTATE</c>.</summary>
    NoState = 0,

    /// <summary>Running. C: <c>VIR_DOMAIN_RUNNING</c>.</summary>
    Running = 1,

    /// <summary>Blocked. C: <c>VIR_DOMAIN_BLOCKED</c>.</summary>
    Blocked = 2,

    /// <summary>Paused. C: <c>VIR_DOMAIN_PAUSED</c>.</summary>
    Paused = 3,

    /// <summary>Shutdown. C: <c>VIR_DOMAIN_SHUTDOWN</c>.</summary>
    Shutdown = 4,

    /// <summary>Shut off. C: <c>VIR_DOMAIN_SHUTOFF</c>.</summary>
    ShutOff = 5,

    /// <summary>Crashed. C: <c>VIR_DOMAIN_CRASHED</c>.</summary>
    Crashed = 6,

    /// <summary>Power management suspended. C: <c>VIR_DOMAIN_PMSUSPENDED</c>.</summary>
    PowerManagementSuspended = 7,
}
