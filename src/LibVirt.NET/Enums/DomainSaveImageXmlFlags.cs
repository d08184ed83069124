namespace LibVirt;

/// <summary>What the description in a saved image includes.</summary>
/// <remarks>C: <c>virDomainSaveImageXMLFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainSaveImageXmlFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Secure. C: <c>VIR_DOMAIN_SAVE_IMAGE_XML_SECURE</c>.</summary>
    Secure = 1,
}
