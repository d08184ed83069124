using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Usage;

/// <summary>Makes rates of counters, and believes none of them blindly.</summary>
internal static class UsageRates
{
    // Faster than any memory: a counter that jumped, not work that was done.
    private const double Unbelievable = 1e13;

    /// <summary>What was used between two looks at one machine.</summary>
    /// <param name="before">The earlier look.</param>
    /// <param name="now">The later look.</param>
    /// <param name="elapsed">The time between them.</param>
    /// <param name="at">When the later look was.</param>
    /// <param name="guestTells">What the guest says of its memory is of these days.</param>
    public static UsageSample Between(VmCounters before, VmCounters now, TimeSpan elapsed, DateTimeOffset at, bool guestTells)
    {
        var began = now.CpuNanoseconds < before.CpuNanoseconds;
        double? Rate(ulong? then, ulong? since) => began ? null : PerSecond(then, since, elapsed);

        return new UsageSample(
            at,
            Percent(Rate(before.CpuNanoseconds, now.CpuNanoseconds), now.VCpus),
            Bytes(now.Memory?.Allotted),
            guestTells ? Used(now.Memory) : null,
            Bytes(now.Memory?.Resident),
            Rate(before.Disks?.ReadBytes, now.Disks?.ReadBytes),
            Rate(before.Disks?.WrittenBytes, now.Disks?.WrittenBytes),
            Rate(before.Disks?.Reads, now.Disks?.Reads),
            Rate(before.Disks?.Writes, now.Disks?.Writes),
            Rate(before.Network?.ReceivedBytes, now.Network?.ReceivedBytes),
            Rate(before.Network?.SentBytes, now.Network?.SentBytes));
    }

    /// <summary>How fast a counter grew; <see langword="null"/> where it is not known, went back, or jumped beyond belief.</summary>
    public static double? PerSecond(ulong? before, ulong? now, TimeSpan elapsed)
        => before is { } then && now >= then && elapsed > TimeSpan.Zero && (now.Value - then) / elapsed.TotalSeconds is var rate and < Unbelievable
            ? rate
            : null;

    // The hypervisor's own threads count too, so that a busy machine can seem to use more than it has.
    private static double? Percent(double? nanosecondsPerSecond, int vCpus)
        => nanosecondsPerSecond is { } used && vCpus > 0 ? Math.Clamp(used / 1e9 / vCpus * 100, 0, 100) : null;

    private static long? Used(MemoryReading? memory) => memory is { Available: { } available, Usable: { } usable } && usable <= available
        ? Bytes(Math.Min(available - usable, memory.Allotted))
        : null;

    private static long? Bytes(ulong? bytes) => bytes <= long.MaxValue ? (long)bytes.Value : null;
}
