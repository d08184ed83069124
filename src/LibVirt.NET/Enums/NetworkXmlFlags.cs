namespace LibVirt;

/// <summary>Which description of a network is wanted.</summary>
/// <remarks>C: <c>virNetworkXMLFlags</c>, libvirt-network.h.</remarks>
[Flags]
public enum NetworkXmlFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Inactive. C: <c>VIR_NETWORK_XML_INACTIVE</c>.</summary>
    Inactive = 1,
}
