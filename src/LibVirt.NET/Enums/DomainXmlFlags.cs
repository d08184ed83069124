namespace LibVirt;

/// <summary>Which description of a domain is wanted.</summary>
/// <remarks>C: <c>virDomainXMLFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainXmlFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Include secrets such as passwords; needs a read-write connection. C: <c>VIR_DOMAIN_XML_SECURE</c>.</summary>
    Secure = 1,

    /// <summary>The persistent definition, even of a running domain. C: <c>VIR_DOMAIN_XML_INACTIVE</c>.</summary>
    Inactive = 2,

    /// <summary>Update the guest CPU to what the host gives. C: <c>VIR_DOMAIN_XML_UPDATE_CPU</c>.</summary>
    UpdateCpu = 4,

    /// <summary>Fit for migration to another host. C: <c>VIR_DOMAIN_XML_MIGRATABLE</c>.</summary>
    Migratable = 8,
}
