namespace SnapshotPortal.Domain.Quotas;

/// <summary>One limit and how much of it is used.</summary>
/// <param name="What">What is limited, as a property of <see cref="QuotaLimits"/>.</param>
/// <param name="Used">What is used.</param>
/// <param name="Limit">What is allowed.</param>
public sealed record QuotaFill(string What, long Used, long Limit)
{
    /// <summary>From this percentage on little is left.</summary>
    public const double Near = 80;

    /// <summary>How full it is, 0 to 100.</summary>
    public double Percent => Limit == 0 ? 100 : Math.Clamp(100.0 * Used / Limit, 0, 100);

    /// <summary>Nothing more fits.</summary>
    public bool IsFull => Used >= Limit;

    /// <summary>Little is left.</summary>
    public bool IsNearlyFull => !IsFull && Percent >= Near;

    /// <summary>
    /// Something should be done about it. What grows by being used (bytes, snapshots) is told while there is still room; of
    /// what is simply had (one VM of one) only too much is.
    /// </summary>
    public bool CallsForAction => What is nameof(QuotaLimits.UniqueBytes) or nameof(QuotaLimits.Snapshots)
        ? Used > 0 && Percent >= Near
        : Used > Limit;

    /// <summary>The limits that are set, and what is used of each.</summary>
    public static IReadOnlyList<QuotaFill> Of(QuotaLimits limits, QuotaUsage usage) =>
    [
        .. new (string What, long? Limit, long Used)[]
        {
            (nameof(QuotaLimits.Vms), limits.Vms, usage.Vms),
            (nameof(QuotaLimits.RunningVms), limits.RunningVms, usage.RunningVms),
            (nameof(QuotaLimits.VCpus), limits.VCpus, usage.VCpus),
            (nameof(QuotaLimits.MemoryBytes), limits.MemoryBytes, usage.MemoryBytes),
            (nameof(QuotaLimits.Snapshots), limits.Snapshots, usage.Snapshots),
            (nameof(QuotaLimits.UniqueBytes), limits.UniqueBytes, usage.UniqueBytes),
        }
        .Where(static l => l.Limit is not null)
        .Select(static l => new QuotaFill(l.What, l.Used, l.Limit!.Value)),
    ];
}
