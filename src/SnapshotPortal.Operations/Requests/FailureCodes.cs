namespace SnapshotPortal.Operations.Requests;

/// <summary>The stable codes of expected failures. They are part of the API: never renamed, only added.</summary>
public static class FailureCodes
{
    public const string NotFound = "not-found";
    public const string NameInvalid = "name-invalid";
    public const string NameTaken = "name-taken";
    public const string DescriptionInvalid = "description-invalid";
    public const string DeadlineInvalid = "deadline-invalid";
    public const string PolicyInvalid = "policy-invalid";
    public const string ExpiryInvalid = "expiry-invalid";
    public const string NoEligibleDisk = "no-eligible-disk";
    public const string SnapshotNotReady = "snapshot-not-ready";
    public const string SnapshotInProgress = "snapshot-in-progress";
    public const string SnapshotProtected = "snapshot-protected";
    public const string ScheduleMissing = "schedule-missing";
    public const string ScheduleTooOften = "schedule-too-often";
    public const string CronInvalid = "cron-invalid";
    public const string TimeZoneUnknown = "time-zone-unknown";
    public const string RetentionInvalid = "retention-invalid";
    public const string ProcessorsInvalid = "processors-invalid";
    public const string MemoryInvalid = "memory-invalid";
    public const string DisksInvalid = "disks-invalid";
    public const string NetworkUnknown = "network-unknown";
    public const string IdentityInvalid = "identity-invalid";
    public const string AgentMissing = "agent-missing";
    public const string ImageRefused = "image-refused";
    public const string VmMissing = "vm-missing";
    public const string VmBusy = "vm-busy";
    public const string VmNotRunning = "vm-not-running";
    public const string VmSaved = "vm-saved";
    public const string MemoryImpossible = "memory-impossible";
    public const string VmRunning = "vm-running";
    public const string Drift = "drift";
    public const string HostUnreachable = "host-unreachable";
    public const string HypervisorError = "hypervisor-error";
    public const string NotEnoughSpace = "not-enough-space";
    public const string ChainTooDeep = "chain-too-deep";
    public const string LifetimeInvalid = "lifetime-invalid";
    public const string PoolUnknown = "pool-unknown";
    public const string TooManyExports = "too-many-exports";
    public const string ExportNotReady = "export-not-ready";
    public const string VolumeInUse = "volume-in-use";
    public const string VolumeMissing = "volume-missing";
    public const string DeadlineExceeded = "deadline-exceeded";
    public const string Cancelled = "cancelled";
    public const string Interrupted = "interrupted";
    public const string NotCancellable = "not-cancellable";
    public const string IdempotencyKeyReused = "idempotency-key-reused";
    public const string IdempotencyKeyInvalid = "idempotency-key-invalid";
    public const string AdministratorsOnly = "administrators-only";
    public const string UserUnknown = "user-unknown";
    public const string DatabaseNotEmpty = "database-not-empty";
    public const string StartFailed = "start-failed";
    public const string Internal = "internal-error";
}
