namespace LibVirt;

/// <summary>Where to learn the host name of a guest from.</summary>
/// <remarks>C: <c>virDomainGetHostnameFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainGetHostnameFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Lease. C: <c>VIR_DOMAIN_GET_HOSTNAME_LEASE</c>.</summary>
    Lease = 1,

    /// <summary>Agent. C: <c>VIR_DOMAIN_GET_HOSTNAME_AGENT</c>.</summary>
    Agent = 2,
}
