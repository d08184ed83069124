using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Usage;

/// <summary>What is made of counters, honest and hostile.</summary>
public sealed class UsageRatesTests
{
    private static readonly Guid Vm = Guid.CreateVersion7();
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Rates_OfAMachineAtWork_AreWhatItDidInASecond()
    {
        var sample = Between(
            Counters(cpu: 1_000_000_000, disks: new DiskCounters(1_000, 2_000, 10, 20), network: new NetworkCounters(500, 700)),
            Counters(cpu: 6_000_000_000, disks: new DiskCounters(6_000, 12_000, 15, 120), network: new NetworkCounters(1_500, 700)));

        // 5 s of processor time in 5 s, of two processors.
        Assert.Equal(50, sample.CpuPercent!.Value, 6);
        Assert.Equal((1_000, 2_000, 1, 20), (sample.DiskReadBytesPerSecond, sample.DiskWriteBytesPerSecond, sample.DiskReadsPerSecond, sample.DiskWritesPerSecond));
        Assert.Equal((200, 0), (sample.NetworkReceivedBytesPerSecond, sample.NetworkSentBytesPerSecond));
        Assert.Equal(At, sample.At);
    }

    [Fact]
    public void Rates_AfterARestartInBetween_AreUnknownAndNotNegative()
    {
        // Its disks did more since the restart than before: without the processors' counter nobody would notice.
        var sample = Between(Counters(cpu: 9_000_000_000, disks: new DiskCounters(1, 1, 1, 1)), Counters(cpu: 1_000_000, disks: new DiskCounters(90, 90, 90, 90)));

        Assert.Null(sample.CpuPercent);
        Assert.Null(sample.DiskReadBytesPerSecond);
        Assert.Null(sample.DiskWritesPerSecond);
    }

    [Fact]
    public void Rates_OfADiskThatWasTakenAway_AreUnknownWhileTheOthersGoOn()
    {
        var sample = Between(Counters(cpu: 1, disks: new DiskCounters(9_000, 9_000, 9, 9)), Counters(cpu: 5_000_000_001, disks: new DiskCounters(100, 9_500, 9, 9)));

        Assert.Null(sample.DiskReadBytesPerSecond);
        Assert.Equal(100, sample.DiskWriteBytesPerSecond);
        Assert.Equal(50, sample.CpuPercent!.Value, 6);
    }

    [Theory]
    [InlineData(null, 5UL)]
    [InlineData(5UL, null)]
    [InlineData(6UL, 5UL)]
    [InlineData(0UL, ulong.MaxValue)]
    public void PerSecond_OfCountersThatCannotBe_IsUnknown(ulong? before, ulong? now) => Assert.Null(UsageRates.PerSecond(before, now, TimeSpan.FromSeconds(5)));

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void PerSecond_WithoutTimeInBetween_IsUnknown(int seconds) => Assert.Null(UsageRates.PerSecond(1, 5, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Cpu_WithTheHypervisorsOwnWork_IsNeverMoreThanAll()
        => Assert.Equal(100, Between(Counters(cpu: 0), Counters(cpu: 40_000_000_000)).CpuPercent);

    [Fact]
    public void Cpu_OfAMachineWithoutProcessors_IsUnknown()
        => Assert.Null(Between(Counters(cpu: 0), Counters(cpu: 1_000_000) with { VCpus = 0 }).CpuPercent);

    [Theory]
    [InlineData(800UL, 200UL, 600L)]
    [InlineData(800UL, 800UL, 0L)]
    [InlineData(800UL, 900UL, null)] // It cannot have more left than it has.
    [InlineData(ulong.MaxValue, 0UL, 1_000L)] // It cannot use more than it was given.
    [InlineData(null, 200UL, null)]
    [InlineData(800UL, null, null)]
    public void MemoryUsed_AsTheGuestSays_IsBelievedWithinBounds(ulong? available, ulong? usable, long? expected)
    {
        var memory = new MemoryReading(1_000, 1_200, available, usable, 1);

        var sample = UsageRates.Between(Counters(cpu: 0), Counters(cpu: 1) with { Memory = memory }, TimeSpan.FromSeconds(5), At, guestTells: true);

        Assert.Equal((1_000, expected, 1_200), (sample.MemoryAllottedBytes, sample.MemoryUsedBytes, sample.MemoryResidentBytes));
    }

    [Fact]
    public void MemoryUsed_ThatTheGuestSaidLongAgo_IsUnknown()
    {
        var memory = new MemoryReading(1_000, null, 800, 200, 1);

        Assert.Null(UsageRates.Between(Counters(cpu: 0), Counters(cpu: 1) with { Memory = memory }, TimeSpan.FromSeconds(5), At, guestTells: false).MemoryUsedBytes);
    }

    [Fact]
    public void Memory_BeyondAllNumbers_IsUnknown()
    {
        var sample = UsageRates.Between(Counters(cpu: 0), Counters(cpu: 1) with { Memory = new MemoryReading(ulong.MaxValue, ulong.MaxValue, null, null, null) }, TimeSpan.FromSeconds(5), At, guestTells: true);

        Assert.Null(sample.MemoryAllottedBytes);
        Assert.Null(sample.MemoryResidentBytes);
    }

    internal static VmCounters Counters(ulong? cpu, DiskCounters? disks = null, NetworkCounters? network = null) => new(Vm, 2, cpu, null, disks, network);

    private static UsageSample Between(VmCounters before, VmCounters now) => UsageRates.Between(before, now, TimeSpan.FromSeconds(5), At, guestTells: true);
}
