using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Usage;

public sealed class UsageHistoryTests
{
    private static readonly Guid Host = Guid.CreateVersion7();
    private static readonly Guid Vm = Guid.CreateVersion7();

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.Zero };
    private readonly UsageHistory _history;
    private ulong _cpu;

    public UsageHistoryTests() => _history = new UsageHistory(_time);

    private IReadOnlyList<UsageSample> Samples => _history.Read(Host, Vm);

    [Fact]
    public void History_OfOneLook_HasNoRateYet()
    {
        Look();

        Assert.Empty(Samples);
    }

    [Fact]
    public void History_OfManyHours_HoldsTheLastTenMinutes()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Look(after: 5);
        }

        Assert.Equal(120, Samples.Count);
        Assert.Equal(_time.GetUtcNow(), Samples[^1].At);
        Assert.All(Samples, s => Assert.InRange(_time.GetUtcNow() - s.At, TimeSpan.Zero, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void History_LookedAtWithoutEnd_IsBounded()
    {
        for (var i = 0; i < 2_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Look();
        }

        Assert.Equal(UsageHistory.MostSamples, Samples.Count);
    }

    [Fact]
    public void History_AfterTheMachineStopped_GetsNoMoreSamplesAndKeepsWhatWas()
    {
        Look(after: 5);
        Look(after: 5);
        _time.Advance(TimeSpan.FromSeconds(5));
        _history.Note(Host, []);
        Assert.Single(Samples);

        // It starts again, and what it counts has begun anew.
        _cpu = 0;
        Look(after: 5);
        Assert.Single(Samples);
        Look(after: 5);
        Assert.Equal(2, Samples.Count);
    }

    [Fact]
    public void History_TenMinutesAfterTheMachineStopped_IsEmpty()
    {
        Look(after: 5);
        Look(after: 5);
        _history.Note(Host, []);

        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Empty(Samples);
    }

    [Fact]
    public void History_OfAHostThatDidNotAnswerForLong_BeginsAnewInsteadOfAveraging()
    {
        Look(after: 5);
        Look(after: 150);
        Assert.Empty(Samples);

        Look(after: 5);
        Assert.Single(Samples);
    }

    [Fact]
    public void History_OfTwoHostsWithTheSameMachine_IsKeptApart()
    {
        var other = Guid.CreateVersion7();
        Look(after: 5);
        _history.Note(other, [UsageRatesTests.Counters(cpu: 77) with { VmId = Vm }]);
        Look(after: 5);

        Assert.Single(Samples);
        Assert.Empty(_history.Read(other, Vm));

        _history.Note(other, []);
        Assert.Single(Samples);
    }

    [Fact]
    public void History_OfAHostThatNamesAMachineTwice_TakesTheFirst()
    {
        var counters = UsageRatesTests.Counters(cpu: 1) with { VmId = Vm };
        _history.Note(Host, [counters, counters with { CpuNanoseconds = 0 }]);
        _time.Advance(TimeSpan.FromSeconds(5));
        _history.Note(Host, [counters with { CpuNanoseconds = 1_000_000_001 }, counters]);

        Assert.Equal(10, Assert.Single(Samples).CpuPercent!.Value, 6);
    }

    [Fact]
    public void History_AfterTheClockWasSetBack_HoldsNothingFromTheFuture()
    {
        var clock = new SetBackClock(_time);
        var history = new UsageHistory(clock);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            history.Note(Host, [Counters()]);
        }

        clock.Back = TimeSpan.FromHours(1);
        Assert.Empty(history.Read(Host, Vm));

        _time.Advance(TimeSpan.FromSeconds(5));
        history.Note(Host, [Counters()]);
        Assert.Equal(clock.GetUtcNow(), Assert.Single(history.Read(Host, Vm)).At);
    }

    [Fact]
    public void MemoryUsed_OfAGuestThatRepeatsWhatItSaidAtItsBoot_IsUnknown()
    {
        Look(after: 5, toldAt: 1);
        Look(after: 5, toldAt: 1);
        Assert.Null(Samples[^1].MemoryUsedBytes);

        Look(after: 5, toldAt: 2);
        Assert.Equal(600, Samples[^1].MemoryUsedBytes);
        Look(after: 60, toldAt: 2);
        Assert.Equal(600, Samples[^1].MemoryUsedBytes);
        Look(after: 5, toldAt: 2);
        Assert.Null(Samples[^1].MemoryUsedBytes);
    }

    [Fact]
    public void SilentGuest_IsAskedOnceForEachTimeItsMachineRuns()
    {
        Look(after: 5, toldAt: 1);
        Assert.Equal([Vm], _history.TakeSilent(Host, [Vm, Guid.CreateVersion7()]));
        Look(after: 5, toldAt: 1);
        Assert.Empty(_history.TakeSilent(Host, [Vm]));

        _history.Note(Host, []);
        Assert.Empty(_history.TakeSilent(Host, [Vm]));
        _cpu = 0;
        Look(after: 5, toldAt: 9);
        Assert.Equal([Vm], _history.TakeSilent(Host, [Vm]));
    }

    [Fact]
    public void GuestThatTells_IsNotAsked()
    {
        Look(after: 5, toldAt: 1);
        Look(after: 5, toldAt: 2);

        Assert.Empty(_history.TakeSilent(Host, [Vm]));
    }

    private void Look(int after = 0, ulong toldAt = 1)
    {
        _time.Advance(TimeSpan.FromSeconds(after));
        _history.Note(Host, [Counters(toldAt)]);
    }

    private VmCounters Counters(ulong toldAt = 1) => UsageRatesTests.Counters(_cpu += 1_000_000) with { VmId = Vm, Memory = new MemoryReading(1_000, 900, 800, 200, toldAt) };

    private sealed class SetBackClock(TimeProvider clock) : TimeProvider
    {
        public TimeSpan Back { get; set; }

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() - Back;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override long TimestampFrequency => clock.TimestampFrequency;
    }
}
