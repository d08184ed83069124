namespace LibVirt;

/// <summary>How to end a block job.</summary>
/// <remarks>C: <c>virDomainBlockJobAbortFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainBlockJobAbortFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Only request the end; an event tells when it came. C: <c>VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC</c>.</summary>
    Async = 1,

    /// <summary>Finish by switching the disk to the other end of the copy or commit. C: <c>VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT</c>.</summary>
    Pivot = 2,
}
