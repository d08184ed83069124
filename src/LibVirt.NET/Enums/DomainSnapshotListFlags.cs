namespace LibVirt;

/// <summary>Which snapshots to list; none means all.</summary>
/// <remarks>C: <c>virDomainSnapshotListFlags</c>, libvirt-domain-snapshot.h.</remarks>
[Flags]
public enum DomainSnapshotListFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Descendants. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS</c>.</summary>
    Descendants = 1,

    /// <summary>Roots. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_ROOTS</c>.</summary>
    Roots = Descendants,

    /// <summary>Metadata. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_METADATA</c>.</summary>
    Metadata = 2,

    /// <summary>Leaves. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_LEAVES</c>.</summary>
    Leaves = 4,

    /// <summary>No leaves. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES</c>.</summary>
    NoLeaves = 8,

    /// <summary>No metadata. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA</c>.</summary>
    NoMetadata = 0x10,

    /// <summary>Inactive. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE</c>.</summary>
    Inactive = 0x20,

    /// <summary>Active. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE</c>.</summary>
    Active = 0x40,

    /// <summary>Disk only. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY</c>.</summary>
    DiskOnly = 0x80,

    /// <summary>Internal. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL</c>.</summary>
    Internal = 0x100,

    /// <summary>External. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL</c>.</summary>
    External = 0x200,

    /// <summary>Topological. C: <c>VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL</c>.</summary>
    Topological = 0x400,
}
