namespace SnapshotPortal.Operations.Views;

/// <summary>What a machine used in the last minutes.</summary>
/// <param name="From">Where the window begins.</param>
/// <param name="Until">Now.</param>
/// <param name="Samples">The oldest first; none while the machine did not run.</param>
public sealed record UsageView(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<UsageSample> Samples)
{
    /// <summary>A longer pause than this between two samples means that nothing was measured in between.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(75);
}

/// <summary>
/// What a machine used between one look at its counters and the next. What the host does not count, or what began anew in
/// between, is <see langword="null"/>. Nothing is ever negative.
/// </summary>
/// <param name="At">The end of the time it is about.</param>
/// <param name="CpuPercent">Of all its processors together, 0 to 100.</param>
/// <param name="MemoryAllottedBytes">What the machine has.</param>
/// <param name="MemoryUsedBytes">What its guest says it uses, at most all of it.</param>
/// <param name="MemoryResidentBytes">What it holds of the host's memory; with the hypervisor's own it can be more than the machine has.</param>
/// <param name="DiskReadBytesPerSecond">From all disks.</param>
/// <param name="DiskWriteBytesPerSecond">To all disks.</param>
/// <param name="DiskReadsPerSecond">How often it read.</param>
/// <param name="DiskWritesPerSecond">How often it wrote.</param>
/// <param name="NetworkReceivedBytesPerSecond">By all network cards that the host counts.</param>
/// <param name="NetworkSentBytesPerSecond">By all network cards that the host counts.</param>
public sealed record UsageSample(
    DateTimeOffset At,
    double? CpuPercent,
    long? MemoryAllottedBytes,
    long? MemoryUsedBytes,
    long? MemoryResidentBytes,
    double? DiskReadBytesPerSecond,
    double? DiskWriteBytesPerSecond,
    double? DiskReadsPerSecond,
    double? DiskWritesPerSecond,
    double? NetworkReceivedBytesPerSecond,
    double? NetworkSentBytesPerSecond);
