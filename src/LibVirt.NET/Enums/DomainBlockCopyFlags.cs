namespace LibVirt;

/// <summary>How to copy a disk.</summary>
/// <remarks>C: <c>virDomainBlockCopyFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockCopyFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Shallow. C: <c>VIR_DOMAIN_BLOCK_COPY_SHALLOW</c>.</summary>
    Shallow = 1,

    /// <summary>Reuse external. C: <c>VIR_DOMAIN_BLOCK_COPY_REUSE_EXT</c>.</summary>
    ReuseExternal = 2,

    /// <summary>Transient job. C: <c>VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB</c>.</summary>
    TransientJob = 4,

    /// <summary>Synchronous writes. C: <c>VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES</c>.</summary>
    SynchronousWrites = 8,
}
