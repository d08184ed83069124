namespace SnapshotPortal.Domain.Quotas;

/// <summary>Whom a quota is for.</summary>
public enum QuotaSubject
{
    /// <summary>Everybody who has none of their own.</summary>
    Everybody,

    /// <summary>Everybody with a role.</summary>
    Role,

    /// <summary>A class: all machines made for it together.</summary>
    Class,

    /// <summary>One person.</summary>
    User,
}

/// <summary>What somebody may have at the most. A limit that is not set does not limit.</summary>
public sealed class Quota
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required QuotaSubject Subject { get; init; }

    /// <summary>The person or the class; <see langword="null"/> for the others.</summary>
    public Guid? SubjectId { get; init; }

    /// <summary>The role's name; <see langword="null"/> for the others.</summary>
    public string? Role { get; init; }

    public QuotaLimits Limits { get; set; } = new();

    /// <summary>Why it was set.</summary>
    public required string Reason { get; set; }

    public required string SetByName { get; set; }

    public required DateTimeOffset SetAt { get; set; }

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }
}

/// <summary>The limits themselves; <see langword="null"/> = no limit.</summary>
public sealed record QuotaLimits
{
    public long? Vms { get; init; }

    public long? RunningVms { get; init; }

    /// <summary>Processors of all machines together.</summary>
    public long? VCpus { get; init; }

    /// <summary>Memory of all machines together, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    public long? Snapshots { get; init; }

    /// <summary>Bytes on disk that are charged to this holder; see <see cref="QuotaUsage.UniqueBytes"/>.</summary>
    public long? UniqueBytes { get; init; }

    /// <summary>These, and where one is not set that of <paramref name="other"/>.</summary>
    public QuotaLimits Or(QuotaLimits? other) => other is null ? this : new QuotaLimits
    {
        Vms = Vms ?? other.Vms,
        RunningVms = RunningVms ?? other.RunningVms,
        VCpus = VCpus ?? other.VCpus,
        MemoryBytes = MemoryBytes ?? other.MemoryBytes,
        Snapshots = Snapshots ?? other.Snapshots,
        UniqueBytes = UniqueBytes ?? other.UniqueBytes,
    };

    /// <summary>The more generous of two, limit by limit: somebody with two roles may have what either may.</summary>
    public QuotaLimits Wider(QuotaLimits other) => new()
    {
        Vms = Max(Vms, other.Vms),
        RunningVms = Max(RunningVms, other.RunningVms),
        VCpus = Max(VCpus, other.VCpus),
        MemoryBytes = Max(MemoryBytes, other.MemoryBytes),
        Snapshots = Max(Snapshots, other.Snapshots),
        UniqueBytes = Max(UniqueBytes, other.UniqueBytes),
    };

    private static long? Max(long? a, long? b) => a is { } x && b is { } y ? Math.Max(x, y) : null;
}

/// <summary>What somebody has, or what something would add to it.</summary>
public sealed record QuotaUsage
{
    public long Vms { get; init; }

    public long RunningVms { get; init; }

    public long VCpus { get; init; }

    /// <summary>In bytes.</summary>
    public long MemoryBytes { get; init; }

    public long Snapshots { get; init; }

    /// <summary>
    /// Bytes of the layers that the holder's machines write to and the holder's snapshots keep. A layer that several stand on is
    /// charged once, to whoever keeps it: a class of linked clones costs what the students changed.
    /// </summary>
    public long UniqueBytes { get; init; }

    public static QuotaUsage operator +(QuotaUsage a, QuotaUsage b) => Add(a, b);

    /// <summary>Both together.</summary>
    public static QuotaUsage Add(QuotaUsage a, QuotaUsage b) => new()
    {
        Vms = a.Vms + b.Vms,
        RunningVms = a.RunningVms + b.RunningVms,
        VCpus = a.VCpus + b.VCpus,
        MemoryBytes = a.MemoryBytes + b.MemoryBytes,
        Snapshots = a.Snapshots + b.Snapshots,
        UniqueBytes = a.UniqueBytes + b.UniqueBytes,
    };
}

/// <summary>One limit that a request would go beyond.</summary>
/// <param name="What">What is limited, as a property of <see cref="QuotaLimits"/>.</param>
/// <param name="Used">What is used now.</param>
/// <param name="Wanted">What the request adds.</param>
/// <param name="Limit">What is allowed.</param>
public sealed record QuotaExcess(string What, long Used, long Wanted, long Limit);

/// <summary>Compares usage with limits.</summary>
public static class QuotaCheck
{
    /// <summary>The first limit that <paramref name="wanted"/> on top of <paramref name="used"/> goes beyond; <see langword="null"/> if none.</summary>
    /// <remarks>What is not asked for is not refused: somebody over a limit may still do what does not add to it.</remarks>
    public static QuotaExcess? Find(QuotaLimits limits, QuotaUsage used, QuotaUsage wanted)
        => Check(nameof(QuotaLimits.Vms), limits.Vms, used.Vms, wanted.Vms)
        ?? Check(nameof(QuotaLimits.RunningVms), limits.RunningVms, used.RunningVms, wanted.RunningVms)
        ?? Check(nameof(QuotaLimits.VCpus), limits.VCpus, used.VCpus, wanted.VCpus)
        ?? Check(nameof(QuotaLimits.MemoryBytes), limits.MemoryBytes, used.MemoryBytes, wanted.MemoryBytes)
        ?? Check(nameof(QuotaLimits.Snapshots), limits.Snapshots, used.Snapshots, wanted.Snapshots)
        ?? Check(nameof(QuotaLimits.UniqueBytes), limits.UniqueBytes, used.UniqueBytes, wanted.UniqueBytes);

    private static QuotaExcess? Check(string what, long? limit, long used, long wanted)
        => limit is { } most && wanted > 0 && used + wanted > most ? new QuotaExcess(what, used, wanted, most) : null;
}
