namespace LibVirt;

/// <summary>Why a domain started.</summary>
/// <remarks>C: <c>virDomainEventStartedDetailType</c>, libvirt-domain.h.</remarks>
public enum DomainEventStartedDetail
{
    /// <summary>Booted. C: <c>VIR_DOMAIN_EVENT_STARTED_BOOTED</c>.</summary>
    Booted = 0,

    /// <summary>Migrated. C: <c>VIR_DOMAIN_EVENT_STARTED_MIGRATED</c>.</summary>
    Migrated = 1,

    /// <summary>Restored. C: <c>VIR_DOMAIN_EVENT_STARTED_RESTORED</c>.</summary>
    Restored = 2,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 3,

    /// <summary>Wakeup. C: <c>VIR_DOMAIN_EVENT_STARTED_WAKEUP</c>.</summary>
    Wakeup = 4,
}
