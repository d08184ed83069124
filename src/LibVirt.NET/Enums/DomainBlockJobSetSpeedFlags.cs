namespace LibVirt;

/// <summary>In which unit the bandwidth of a block job is given.</summary>
/// <remarks>C: <c>virDomainBlockJobSetSpeedFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockJobSetSpeedFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>The bandwidth is in bytes per second instead of MiB per second. C: <c>VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES</c>.</summary>
    BandwidthBytes = 1,
}
