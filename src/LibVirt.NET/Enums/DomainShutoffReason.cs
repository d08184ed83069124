namespace LibVirt;

/// <summary>Why a domain is off.</summary>
/// <remarks>C: <c>virDomainShutoffReason</c>, libvirt-domain.h.</remarks>
public enum DomainShutoffReason
{
    /// <summary>Unknown. C: <c>VIR_DOMAIN_SHUTOFF_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>Shutdown. C: <c>VIR_DOMAIN_SHUTOFF_SHUTDOWN</c>.</summary>
    Shutdown = 1,

    /// <summary>Destroyed. C: <c>VIR_DOMAIN_SHUTOFF_DESTROYED</c>.</summary>
    Destroyed = 2,

    /// <summary>Crashed. C: <c>VIR_DOMAIN_SHUTOFF_CRASHED</c>.</summary>
    Crashed = 3,

    /// <summary>Migrated. C: <c>VIR_DOMAIN_SHUTOFF_MIGRATED</c>.</summary>
    Migrated = 4,

    /// <summary>Saved. C: <c>VIR_DOMAIN_SHUTOFF_SAVED</c>.</summary>
    Saved = 5,

    /// <summary>Failed. C: <c>VIR_DOMAIN_SHUTOFF_FAILED</c>.</summary>
    Failed = 6,

    /// <summary>From snapshot. C: <c>VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT</c>.</summary>
    FromSnapshot = 7,

    /// <summary>Daemon. C: <c>VIR_DOMAIN_SHUTOFF_DAEMON</c>.</summary>
    Daemon = 8,
}
