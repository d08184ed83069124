namespace LibVirt;

/// <summary>Why a domain was resumed.</summary>
/// <remarks>C: <c>virDomainEventResumedDetailType</c>, libvirt-domain.h.</remarks>
public enum DomainEventResumedDetail
{
    /// <summary>Unpaused. C: <c>VIR_DOMAIN_EVENT_RESUMED_UNPAUSED</c>.</summary>
    Unpaused = 0,

    /// <summary>Migrated. C: <c>VIR_DOMAIN_EVENT_RESUMED_MIGRATED</c>.</summary>
    Migrated = 1,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 2,

    /// <summary>Post copy. C: <c>VIR_DOMAIN_EVENT_RESUMED_POSTCOPY</c>.</summary>
    PostCopy = 3,

    /// <summary>Post copy failed. C: <c>VIR_DOMAIN_EVENT_RESUMED_POSTCOPY_FAILED</c>.</summary>
    PostCopyFailed = 4,
}
