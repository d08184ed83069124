namespace LibVirt;

/// <summary>How to abort a domain job.</summary>
/// <remarks>C: <c>virDomainAbortJobFlagsValues</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainAbortJobFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Post copy. C: <c>VIR_DOMAIN_ABORT_JOB_POSTCOPY</c>.</summary>
    PostCopy = 1,
}
