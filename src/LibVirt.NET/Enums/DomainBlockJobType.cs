namespace LibVirt;

/// <summary>Kinds of block jobs.</summary>
/// <remarks>C: <c>virDomainBlockJobType</c>, libvirt-domain.h.</remarks>
public enum DomainBlockJobType
{
    /// <summary>Unknown. C: <c>VIR_DOMAIN_BLOCK_JOB_TYPE_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>Pull. C: <c>VIR_DOMAIN_BLOCK_JOB_TYPE_PULL</c>.</summary>
    Pull = 1,

    /// <summary>Copy. C: <c>VIR_DOMAIN_BLOCK_JOB_TYPE_COPY</c>.</summary>
    Copy = 2,

    /// <summary>Commit. C: <c>VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT</c>.</summary>
    Commit = 3,

    /// <summary>Active commit. C: <c>VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT</c>.</summary>
    ActiveCommit = 4,

    /// <summary>Backup. C: <c>VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP</c>.</summary>
    Backup = 5,
}
