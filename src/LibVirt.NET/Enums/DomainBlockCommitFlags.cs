namespace LibVirt;

/// <summary>How to merge layers of a disk downwards.</summary>
/// <remarks>C: <c>virDomainBlockCommitFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockCommitFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>With no base given, merge only into the direct backing file. C: <c>VIR_DOMAIN_BLOCK_COMMIT_SHALLOW</c>.</summary>
    Shallow = 1,

    /// <summary>Delete the files that become invalid. C: <c>VIR_DOMAIN_BLOCK_COMMIT_DELETE</c>.</summary>
    Delete = 2,

    /// <summary>Allow the active layer as top; ends by a pivot or an abort. C: <c>VIR_DOMAIN_BLOCK_COMMIT_ACTIVE</c>.</summary>
    Active = 4,

    /// <summary>Keep backing file names relative. C: <c>VIR_DOMAIN_BLOCK_COMMIT_RELATIVE</c>.</summary>
    Relative = 8,

    /// <summary>The bandwidth is in bytes per second instead of MiB per second. C: <c>VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES</c>.</summary>
    BandwidthBytes = 0x10,
}
