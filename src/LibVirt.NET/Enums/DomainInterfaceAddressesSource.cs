namespace LibVirt;

/// <summary>Where to learn the addresses of a guest from.</summary>
/// <remarks>C: <c>virDomainInterfaceAddressesSource</c>, libvirt-domain.h.</remarks>
public enum DomainInterfaceAddressesSource
{
    /// <summary>Lease. C: <c>VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE</c>.</summary>
    Lease = 0,

    /// <summary>Agent. C: <c>VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT</c>.</summary>
    Agent = 1,

    /// <summary>Arp. C: <c>VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP</c>.</summary>
    Arp = 2,
}
