namespace LibVirt;

/// <summary>In which unit to report the bandwidth of a block job.</summary>
/// <remarks>C: <c>virDomainBlockJobInfoFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockJobInfoFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Report the bandwidth in bytes per second instead of MiB per second. C: <c>VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES</c>.</summary>
    BandwidthBytes = 1,
}
