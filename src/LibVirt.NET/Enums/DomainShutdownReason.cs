namespace LibVirt;

/// <summary>Why a domain is shutting down.</summary>
/// <remarks>C: <c>virDomainShutdownReason</c>, libvirt-domain.h.</remarks>
public enum DomainShutdownReason
{
    /// <summary>Unknown. C: <c>VIR_DOMAIN_SHUTDOWN_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>User. C: <c>VIR_DOMAIN_SHUTDOWN_USER</c>.</summary>
    User = 1,
}
