namespace LibVirt;

/// <summary>Whether the running or the last completed job is meant.</summary>
/// <remarks>C: <c>virDomainGetJobStatsFlags</c>, libvirt-domain.h.</remarks>
[Flags]
public enum DomainGetJobStatsFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>The last job that completed; reading removes it unless kept. C: <c>VIR_DOMAIN_JOB_STATS_COMPLETED</c>.</summary>
    Completed = 1,

    /// <summary>Do not remove the statistics of the completed job. C: <c>VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED</c>.</summary>
    KeepCompleted = 2,
}
