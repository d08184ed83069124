namespace LibVirt;

/// <summary>Why a domain stopped.</summary>
/// <remarks>C: <c>virDomainEventStoppedDetailType</c>, libvirt-domain.h.</remarks>
public enum DomainEventStoppedDetail
{
    /// <summary>Shutdown. C: <c>VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN</c>.</summary>
    Shutdown = 0,

    /// <summary>Destroyed. C: <c>VIR_DOMAIN_EVENT_STOPPED_DESTROYED</c>.</summary>
    Destroyed = 1,

    /// <summary>Crashed. C: <c>VIR_DOMAIN_EVENT_STOPPED_CRASHED</c>.</summary>
    Crashed = 2,

    /// <summary>Migrated. C: <c>VIR_DOMAIN_EVENT_STOPPED_MIGRATED</c>.</summary>
    Migrated = 3,

    /// <summary>Saved. C: <c>VIR_DOMAIN_EVENT_STOPPED_SAVED</c>.</summary>
    Saved = 4,

    /// <summary>Failed. C: <c>VIR_DOMAIN_EVENT_STOPPED_FAILED</c>.</summary>
    Failed = 5,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 6,
}
