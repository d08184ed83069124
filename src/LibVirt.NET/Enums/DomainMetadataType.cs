namespace LibVirt;

/// <summary>Kinds of metadata a domain carries.</summary>
/// <remarks>C: <c>virDomainMetadataType</c>, libvirt-domain.h.</remarks>
public enum DomainMetadataType
{
    /// <summary>Description. C: <c>VIR_DOMAIN_METADATA_DESCRIPTION</c>.</summary>
    Description = 0,

    /// <summary>Title. C: <c>VIR_DOMAIN_METADATA_TITLE</c>.</summary>
    Title = 1,

    /// <summary>Element. C: <c>VIR_DOMAIN_METADATA_ELEMENT</c>.</summary>
    Element = 2,
}
