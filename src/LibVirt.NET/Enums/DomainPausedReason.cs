namespace LibVirt;

/// <summary>Why a domain is paused.</summary>
/// <remarks>C: <c>virDomainPausedReason</c>, libvirt-domain.h.</remarks>
public enum DomainPausedReason
{
    /// <summary>Unknown. C: <c>VIR_DOMAIN_PAUSED_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>User. C: <c>VIR_DOMAIN_PAUSED_USER</c>.</summary>
    User = 1,

    /// <summary>Migration. C: <c>VIR_DOMAIN_PAUSED_MIGRATION</c>.</summary>
    Migration = 2,

    /// <summary>Save. C: <c>VIR_DOMAIN_PAUSED_SAVE</c>.</summary>
    Save = 3,

    /// <summary>Dump. C: <c>VIR_DOMAIN_PAUSED_DUMP</c>.</summary>
    Dump = 4,

    /// <summary>Io error. C: <c>VIR_DOMAIN_PAUSED_IOERROR</c>.</summary>
    IoError = 5,

    /// <summary>Watchdog. C: <c>VIR_DOMAIN_PAUSED_WATCHDOG</c>.</summary>
    Watchdog = 6,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_PAUSED_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 7,

    /// <summary>Shutting down. C: <c>VIR_DOMAIN_PAUSED_SHUTTING_DOWN</c>.</summary>
    ShuttingDown = 8,

    /// <summary>Snapshot. C: <c>VIR_DOMAIN_PAUSED_SNAPSHOT</c>.</summary>
    Snapshot = 9,

    /// <summary>Crashed. C: <c>VIR_DOMAIN_PAUSED_CRASHED</c>.</summary>
    Crashed = 10,

    /// <summary>Starting up. C: <c>VIR_DOMAIN_PAUSED_STARTING_UP</c>.</summary>
    StartingUp = 11,

    /// <summary>Post copy. C: <c>VIR_DOMAIN_PAUSED_POSTCOPY</c>.</summary>
    PostCopy = 12,

    /// <summary>Post copy failed. C: <c>VIR_DOMAIN_PAUSED_POSTCOPY_FAILED</c>.</summary>
    PostCopyFailed = 13,
}
