namespace LibVirt;

/// <summary>What happened in the life of a domain.</summary>
/// <remarks>C: <c>virDomainEventType</c>, libvirt-domain.h.</remarks>
public enum DomainLifecycleEventType
{
    /// <summary>Defined. C: <c>VIR_DOMAIN_EVENT_DEFINED</c>.</summary>
    Defined = 0,

    /// <summary>Undefined. C: <c>VIR_DOMAIN_EVENT_UNDEFINED</c>.</summary>
    Undefined = 1,

    /// <summary>Started. C: <c>VIR_DOMAIN_EVENT_STARTED</c>.</summary>
    Started = 2,

    /// <summary>Suspended. C: <c>VIR_DOMAIN_EVENT_SUSPENDED</c>.</summary>
    Suspended = 3,

    /// <summary>Resumed. C: <c>VIR_DOMAIN_EVENT_RESUMED</c>.</summary>
    Resumed = 4,

    /// <summary>Stopped. C: <c>VIR_DOMAIN_EVENT_STOPPED</c>.</summary>
    Stopped = 5,

    /// <summary>Shutdown. C: <c>VIR_DOMAIN_EVENT_SHUTDOWN</c>.</summary>
    Shutdown = 6,

    /// <summary>Pm suspended. C: <c>VIR_DOMAIN_EVENT_PMSUSPENDED</c>.</summary>
    PmSuspended = 7,

    /// <summary>Crashed. C: <c>VIR_DOMAIN_EVENT_CRASHED</c>.</summary>
    Crashed = 8,
}
