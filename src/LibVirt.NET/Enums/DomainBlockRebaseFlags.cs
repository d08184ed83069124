namespace LibVirt;

/// <summary>How to pull from part of a chain.</summary>
/// <remarks>C: <c>virDomainBlockRebaseFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockRebaseFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Shallow. C: <c>VIR_DOMAIN_BLOCK_REBASE_SHALLOW</c>.</summary>
    Shallow = 1,

    /// <summary>Reuse external. C: <c>VIR_DOMAIN_BLOCK_REBASE_REUSE_EXT</c>.</summary>
    ReuseExternal = 2,

    /// <summary>Copy raw. C: <c>VIR_DOMAIN_BLOCK_REBASE_COPY_RAW</c>.</summary>
    CopyRaw = 4,

    /// <summary>Copy. C: <c>VIR_DOMAIN_BLOCK_REBASE_COPY</c>.</summary>
    Copy = 8,

    /// <summary>Relative. C: <c>VIR_DOMAIN_BLOCK_REBASE_RELATIVE</c>.</summary>
    Relative = 0x10,

    /// <summary>Copy dev. C: <c>VIR_DOMAIN_BLOCK_REBASE_COPY_DEV</c>.</summary>
    CopyDev = 0x20,

    /// <summary>The bandwidth is in bytes per second instead of MiB per second. C: <c>VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES</c>.</summary>
    BandwidthBytes = 0x40,
}
