namespace LibVirt;

/// <summary>Kinds of domain jobs, told by how much is known about their end.</summary>
/// <remarks>C: <c>virDomainJobType</c>, libvirt-domain.h.</remarks>
public enum DomainJobType
{
    /// <summary>No job is running. C: <c>VIR_DOMAIN_JOB_NONE</c>.</summary>
    None = 0,

    /// <summary>A job with a known amount of work. C: <c>VIR_DOMAIN_JOB_BOUNDED</c>.</summary>
    Bounded = 1,

    /// <summary>A job whose end is not known. C: <c>VIR_DOMAIN_JOB_UNBOUNDED</c>.</summary>
    Unbounded = 2,

    /// <summary>Completed. C: <c>VIR_DOMAIN_JOB_COMPLETED</c>.</summary>
    Completed = 3,

    /// <summary>Failed. C: <c>VIR_DOMAIN_JOB_FAILED</c>.</summary>
    Failed = 4,

    /// <summary>Cancelled. C: <c>VIR_DOMAIN_JOB_CANCELLED</c>.</summary>
    Cancelled = 5,
}
