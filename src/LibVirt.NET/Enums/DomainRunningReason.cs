namespace LibVirt;

/// <summary>Why a domain is running.</summary>
/// <remarks>C: <c>virDomainRunningReason</c>, libvirt-domain.h.</remarks>
public enum DomainRunningReason
{
    /// <summary>Unknown. C: <c>VIR_DOMAIN_RUNNING_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>Booted. C: <c>VIR_DOMAIN_RUNNING_BOOTED</c>.</summary>
    Booted = 1,

    /// <summary>Migrated. C: <c>VIR_DOMAIN_RUNNING_MIGRATED</c>.</summary>
    Migrated = 2,

    /// <summary>Restored. C: <c>VIR_DOMAIN_RUNNING_RESTORED</c>.</summary>
    Restored = 3,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_RUNNING_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 4,

    /// <summary>Unpaused. C: <c>VIR_DOMAIN_RUNNING_UNPAUSED</c>.</summary>
    Unpaused = 5,

    /// <summary>Migration canceled. C: <c>VIR_DOMAIN_RUNNING_MIGRATION_CANCELED</c>.</summary>
    MigrationCanceled = 6,

    /// <summary>Save canceled. C: <c>VIR_DOMAIN_RUNNING_SAVE_CANCELED</c>.</summary>
    SaveCanceled = 7,

    /// <summary>Wakeup. C: <c>VIR_DOMAIN_RUNNING_WAKEUP</c>.</summary>
    Wakeup = 8,

    /// <summary>Crashed. C: <c>VIR_DOMAIN_RUNNING_CRASHED</c>.</summary>
    Crashed = 9,

    /// <summary>Post copy. C: <c>VIR_DOMAIN_RUNNING_POSTCOPY</c>.</summary>
    PostCopy = 10,

    /// <summary>Post copy failed. C: <c>VIR_DOMAIN_RUNNING_POSTCOPY_FAILED</c>.</summary>
    PostCopyFailed = 11,
}
