namespace LibVirt;

/// <summary>What a domain job does.</summary>
/// <remarks>C: <c>virDomainJobOperation</c>, libvirt-domain.h.</remarks>
public enum DomainJobOperation
{
    /// <summary>Unknown. C: <c>VIR_DOMAIN_JOB_OPERATION_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary>Start. C: <c>VIR_DOMAIN_JOB_OPERATION_START</c>.</summary>
    Start = 1,

    /// <summary>Save. C: <c>VIR_DOMAIN_JOB_OPERATION_SAVE</c>.</summary>
    Save = 2,

    /// <summary>Restore. C: <c>VIR_DOMAIN_JOB_OPERATION_RESTORE</c>.</summary>
    Restore = 3,

    /// <summary>Migration in. C: <c>VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN</c>.</summary>
    MigrationIn = 4,

    /// <summary>Migration out. C: <c>VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT</c>.</summary>
    MigrationOut = 5,

    /// <summary>Snapshot. C: <c>VIR_DOMAIN_JOB_OPERATION_SNAPSHOT</c>.</summary>
    Snapshot = 6,

    /// <summary>Snapshot revert. C: <c>VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT</c>.</summary>
    SnapshotRevert = 7,

    /// <summary>Dump. C: <c>VIR_DOMAIN_JOB_OPERATION_DUMP</c>.</summary>
    Dump = 8,

    /// <summary>Backup. C: <c>VIR_DOMAIN_JOB_OPERATION_BACKUP</c>.</summary>
    Backup = 9,

    /// <summary>Snapshot delete. C: <c>VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_DELETE</c>.</summary>
    SnapshotDelete = 10,
}
