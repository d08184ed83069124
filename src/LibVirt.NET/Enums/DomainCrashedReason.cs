namespace LibVirt;

/// <summary>Why a domain has crashed.</summary>
/// <remarks>C: <c>virDomainCrashedReason</c>, libvirt-domain.h.</remarks>
public enum DomainCrashedReason
{
    /// <summary>Unknown. C: <c>VIR_DOMAIN_CRASHED_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>Panicked. C: <c>VIR_DOMAIN_CRASHED_PANICKED</c>.</summary>
    Panicked = 1,
}
