namespace LibVirt;

/// <summary>How to merge layers of a disk upwards.</summary>
/// <remarks>C: <c>virDomainBlockPullFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockPullFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>The bandwidth is in bytes per second instead of MiB per second. C: <c>VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES</c>.</summary>
    BandwidthBytes = 0x40,
}
