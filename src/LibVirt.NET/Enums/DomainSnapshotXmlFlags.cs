namespace LibVirt;

/// <summary>What the description of a snapshot includes.</summary>
/// <remarks>C: <c>virDomainSnapshotXMLFlags</c>, libvirt-domain-snapshot.h.</remarks>
[Flags]
public enum DomainSnapshotXmlFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Secure. C: <c>VIR_DOMAIN_SNAPSHOT_XML_SECURE</c>.</summary>
    Secure = 1,
}
