namespace LibVirt;

/// <summary>Why a domain was suspended.</summary>
/// <remarks>C: <c>virDomainEventSuspendedDetailType</c>, libvirt-domain.h.</remarks>
public enum DomainEventSuspendedDetail
{
    /// <summary>Paused. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_PAUSED</c>.</summary>
    Paused = 0,

    /// <summary>Migrated. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED</c>.</summary>
    Migrated = 1,

    /// <summary>Io error. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_IOERROR</c>.</summary>
    IoError = 2,

    /// <summary>Watchdog. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG</c>.</summary>
    Watchdog = 3,

    /// <summary>Restored. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_RESTORED</c>.</summary>
    Restored = 4,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 5,

    /// <summary>Api error. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_API_ERROR</c>.</summary>
    ApiError = 6,

    /// <summary>Post copy. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY</c>.</summary>
    PostCopy = 7,

    /// <summary>Post copy failed. C: <c>VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY_FAILED</c>.</summary>
    PostCopyFailed = 8,
}
