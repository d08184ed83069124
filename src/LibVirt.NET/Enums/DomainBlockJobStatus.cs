namespace LibVirt;

/// <summary>How a block job stands.</summary>
/// <remarks>C: <c>virConnectDomainEventBlockJobStatus</c>, libvirt-domain.h.</remarks>
public enum DomainBlockJobStatus
{
    /// <summary>The job ended well. C: <c>VIR_DOMAIN_BLOCK_JOB_COMPLETED</c>.</summary>
    Completed = 0,

    /// <summary>The job ended with an error. C: <c>VIR_DOMAIN_BLOCK_JOB_FAILED</c>.</summary>
    Failed = 1,

    /// <summary>The job was aborted. C: <c>VIR_DOMAIN_BLOCK_JOB_CANCELED</c>.</summary>
    Canceled = 2,

    /// <summary>Both ends are equal: the job waits for a pivot or an abort. C: <c>VIR_DOMAIN_BLOCK_JOB_READY</c>.</summary>
    Ready = 3,
}
