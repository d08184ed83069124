namespace SnapshotPortal.Domain.Snapshots;

/// <summary>A snapshot's phase (KubeVirt's terms).</summary>
public enum SnapshotPhase
{
    InProgress,
    Succeeded,
    Failed,

    /// <summary>Gone for its owner; its layers are on their way out.</summary>
    Deleting,
}

/// <summary>Who asked for a snapshot.</summary>
public enum SnapshotOrigin
{
    /// <summary>A person or their script.</summary>
    Manual,

    /// <summary>The portal, before a restore, so that the restore can be undone.</summary>
    Safety,

    /// <summary>A schedule.</summary>
    Schedule,
}

/// <summary>A virtual machine's disks and hardware configuration at one instant.</summary>
public sealed class Snapshot
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid VmId { get; init; }

    /// <summary>The snapshot that the machine's state descended from when this one was taken.</summary>
    public Guid? ParentId { get; set; }

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    public required SnapshotOrigin Origin { get; init; }

    public SnapshotPhase Phase { get; private set; } = SnapshotPhase.InProgress;

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>When it became <see cref="SnapshotPhase.Succeeded"/> or <see cref="SnapshotPhase.Failed"/>.</summary>
    public DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>The instant the disks show: when the capture returned.</summary>
    public DateTimeOffset? CapturedAt { get; set; }

    /// <summary>Measured time between the freeze command and the thaw's answer; <see langword="null"/> where nothing was frozen.</summary>
    public TimeSpan? FreezeWindow { get; set; }

    public string? FailureCode { get; private set; }

    /// <summary>What happened, what is safe, what to do next.</summary>
    public string? FailureMessage { get; private set; }

    /// <summary>The step at which it failed.</summary>
    public string? FailureStep { get; private set; }

    /// <summary>The inactive domain XML at that instant; never sent to a browser.</summary>
    public string? DomainXml { get; set; }

    /// <summary>
    /// The UEFI variables at that instant, compressed with gzip; <see langword="null"/> for a machine with BIOS, or one whose
    /// firmware never ran. A few kilobytes.
    /// </summary>
    public byte[]? FirmwareVariables { get; set; }

    /// <summary>Where the memory lies; <see langword="null"/> for a snapshot of the disks alone.</summary>
    public MemoryImage? Memory { get; set; }

    /// <summary>The edition of the template that the machine was made from or had moved on to at that instant.</summary>
    public Guid? TemplateVersionId { get; set; }

    /// <summary>Never removed by retention or expiry while set.</summary>
    public bool Protected { get; set; }

    public IReadOnlyList<Indication> Indications { get; set; } = [];

    public List<SnapshotDisk> Disks { get; } = [];

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>Completes the snapshot.</summary>
    /// <exception cref="IllegalTransitionException">It is not in progress, or an included disk has no layer.</exception>
    public void Succeed(DateTimeOffset at)
    {
        Require(SnapshotPhase.InProgress, SnapshotPhase.Succeeded);
        if (!Disks.Any(static d => d.Included) || Disks.Any(static d => d.Included && d.LayerId is null))
        {
            throw new IllegalTransitionException("A snapshot succeeds only if every included disk has a layer.");
        }

        Phase = SnapshotPhase.Succeeded;
        CompletedAt = at;
    }

    /// <summary>Fails the snapshot; it stays until its owner deletes it and holds no layer.</summary>
    /// <exception cref="IllegalTransitionException">It is not in progress.</exception>
    public void Fail(DateTimeOffset at, string code, string message, string? step)
    {
        Require(SnapshotPhase.InProgress, SnapshotPhase.Failed);
        Phase = SnapshotPhase.Failed;
        CompletedAt = at;
        FailureCode = code;
        FailureMessage = message;
        FailureStep = step;
        foreach (var disk in Disks)
        {
            disk.LayerId = null;
        }
    }

    /// <summary>Begins the deletion. Always allowed once the snapshot is complete.</summary>
    /// <exception cref="IllegalTransitionException">It is still in progress.</exception>
    public void BeginDelete()
    {
        if (Phase is SnapshotPhase.InProgress)
        {
            throw IllegalTransitionException.Between("A snapshot", Phase, SnapshotPhase.Deleting);
        }

        Phase = SnapshotPhase.Deleting;
    }

    /// <summary>Takes back a deletion of which nothing was done: it is what it was.</summary>
    /// <exception cref="IllegalTransitionException">It is not being deleted.</exception>
    public void TakeBackDelete()
    {
        var before = FailureCode is null ? SnapshotPhase.Succeeded : SnapshotPhase.Failed;
        Require(SnapshotPhase.Deleting, before);
        Phase = before;
    }

    private void Require(SnapshotPhase expected, SnapshotPhase next)
    {
        if (Phase != expected)
        {
            throw IllegalTransitionException.Between("A snapshot", Phase, next);
        }
    }
}

/// <summary>One disk of the machine at the time of a snapshot: held by it, or left out with the reason.</summary>
public sealed class SnapshotDisk
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public Guid SnapshotId { get; init; }

    /// <summary>The disk's name in the machine, for example <c>vda</c>.</summary>
    public required string Target { get; init; }

    public required bool Included { get; init; }

    /// <summary>Why it is left out.</summary>
    public string? ExclusionReason { get; init; }

    /// <summary>The frozen layer that holds the disk's content.</summary>
    public Guid? LayerId { get; set; }

    /// <summary>Size as the guest sees it, in bytes.</summary>
    public long VirtualSize { get; init; }
}
