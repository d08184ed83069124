namespace LibVirt;

/// <summary>What deleting a snapshot includes.</summary>
/// <remarks>C: <c>virDomainSnapshotDeleteFlags</c>, libvirt-domain-snapshot.h.</remarks>
[Flags]
public enum DomainSnapshotDeleteFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Children. C: <c>VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN</c>.</summary>
    Children = 1,

    /// <summary>Metadata only. C: <c>VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY</c>.</summary>
    MetadataOnly = 2,

    /// <summary>Children only. C: <c>VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY</c>.</summary>
    ChildrenOnly = 4,
}
