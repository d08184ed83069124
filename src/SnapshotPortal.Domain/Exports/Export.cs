namespace SnapshotPortal.Domain.Exports;

/// <summary>The life of an export.</summary>
public enum ExportState
{
    /// <summary>Its files are being written.</summary>
    InProgress,

    /// <summary>Its files are complete and can be downloaded until it expires.</summary>
    Ready,

    /// <summary>It holds no file; its entry tells why.</summary>
    Failed,

    /// <summary>Expired or deleted: its files are being removed.</summary>
    Removing,
}

/// <summary>
/// A copy of a snapshot's or a machine's disks in files that share nothing with anything. Its id is that of the operation
/// that makes it.
/// </summary>
public sealed class Export
{
    /// <summary>The shortest time that an export is kept.</summary>
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromHours(1);

    /// <summary>The longest time that an export is kept.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);

    /// <summary>How long an export is kept where nothing is said.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);

    public required Guid Id { get; init; }

    public required Guid HostId { get; init; }

    /// <summary>The machine; it may be gone since.</summary>
    public required Guid VmId { get; init; }

    /// <summary>The machine's name at that time.</summary>
    public required string VmName { get; init; }

    /// <summary>The snapshot; <see langword="null"/> for the present state. It may be gone since.</summary>
    public Guid? SnapshotId { get; init; }

    /// <summary>The snapshot's name at that time.</summary>
    public string? SnapshotName { get; init; }

    /// <summary>Who may see and download it.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The name of whoever asked for it.</summary>
    public required string RequestedByName { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>How long it is kept once it is complete.</summary>
    public required TimeSpan Lifetime { get; init; }

    /// <summary>It is removed at this instant; a failed one goes then too.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    public ExportState State { get; private set; }

    public string? FailureCode { get; private set; }

    /// <summary>Why it failed, or why its files are still there.</summary>
    public string? FailureMessage { get; set; }

    public List<ExportDisk> Disks { get; } = [];

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>Its files are complete.</summary>
    /// <exception cref="IllegalTransitionException">It is not in progress.</exception>
    public void Complete(DateTimeOffset at)
    {
        Move(ExportState.InProgress, ExportState.Ready);
        CompletedAt = at;
        ExpiresAt = at + Lifetime;
    }

    /// <summary>It came to nothing; whatever had been written is removed already.</summary>
    /// <exception cref="IllegalTransitionException">It is not in progress.</exception>
    public void Fail(DateTimeOffset at, string code, string message)
    {
        Move(ExportState.InProgress, ExportState.Failed);
        CompletedAt = at;
        ExpiresAt = at + Lifetime;
        FailureCode = code;
        FailureMessage = message;
    }

    /// <summary>Its files go.</summary>
    /// <exception cref="IllegalTransitionException">It is still being written, or going already.</exception>
    public void BeginRemoval()
    {
        if (State is not (ExportState.Ready or ExportState.Failed))
        {
            throw IllegalTransitionException.Between("An export", State, ExportState.Removing);
        }

        State = ExportState.Removing;
    }

    private void Move(ExportState expected, ExportState next)
    {
        if (State != expected)
        {
            throw IllegalTransitionException.Between("An export", State, next);
        }

        State = next;
    }
}
