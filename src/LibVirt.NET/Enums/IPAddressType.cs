namespace LibVirt;

/// <summary>The family of an address.</summary>
/// <remarks>C: <c>virIPAddrType</c>, libvirt-network.h.</remarks>
public enum IPAddressType
{
    /// <summary>Ipv4. C: <c>VIR_IP_ADDR_TYPE_IPV4</c>.</summary>
    Ipv4 = 0,

    /// <summary>Ipv6. C: <c>VIR_IP_ADDR_TYPE_IPV6</c>.</summary>
    Ipv6 = 1,
}
