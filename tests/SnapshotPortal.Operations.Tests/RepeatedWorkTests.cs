using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>The loop that the portal's background services share.</summary>
public sealed class RepeatedWorkTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly UnnamedSignal _signal = new();

    [Fact]
    public async Task Work_AfterAFailure_IsDoneAgain()
    {
        using var work = new Counting(_time, _signal, first: TimeSpan.Zero) { Fails = true };
        await work.StartAsync(CancellationToken.None);
        await work.RoundsAsync(1);
        work.Fails = false;

        // Not at once, but after the pause for failures, which is shorter than the one between rounds.
        await AdvanceUntilAsync(work, 2, TimeSpan.FromMilliseconds(250), atMost: TimeSpan.FromMinutes(1));
        await work.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Work_ThatIsCalled_DoesNotWaitForItsPause()
    {
        using var work = new Counting(_time, _signal, first: TimeSpan.Zero);
        await work.StartAsync(CancellationToken.None);
        await work.RoundsAsync(1);

        _signal.Wake();

        await work.RoundsAsync(2);
        await work.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Work_WithAPauseBeforeTheFirstRound_WaitsForIt()
    {
        using var work = new Counting(_time, _signal, first: TimeSpan.FromHours(1));
        await work.StartAsync(CancellationToken.None);
        Assert.Equal(0, work.Rounds);

        await AdvanceUntilAsync(work, 1, TimeSpan.FromMinutes(1), atMost: TimeSpan.FromDays(1));

        Assert.True(_time.GetUtcNow() - _time.Start >= TimeSpan.FromHours(1));
        await work.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Work_ThatWaits_StopsAtOnce()
    {
        using var work = new Counting(_time, _signal, first: TimeSpan.Zero);
        await work.StartAsync(CancellationToken.None);
        await work.RoundsAsync(1);

        await work.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(1, work.Rounds);
        Assert.True(work.ExecuteTask!.IsCompletedSuccessfully);
    }

    private async Task AdvanceUntilAsync(Counting work, int rounds, TimeSpan step, TimeSpan atMost)
    {
        var end = _time.GetUtcNow() + atMost;
        await Wait.UntilAsync(
            () =>
            {
                if (work.Rounds < rounds && _time.GetUtcNow() < end)
                {
                    _time.Advance(step);
                }

                return Task.FromResult(work.Rounds >= rounds);
            },
            "the work was done again");
    }

    private sealed class Counting(FakeTimeProvider time, Signal signal, TimeSpan first) : RepeatedWork(time, NullLogger.Instance, signal)
    {
        private int _rounds;

        public int Rounds => Volatile.Read(ref _rounds);

        public bool Fails { get; set; }

        protected override TimeSpan FirstPause { get; } = first;

        protected override Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _rounds);
            return Fails ? throw new InvalidOperationException("A disk is full.") : Task.FromResult(TimeSpan.FromHours(12));
        }

        public Task RoundsAsync(int atLeast) => Wait.UntilAsync(() => Task.FromResult(Rounds >= atLeast), $"{atLeast} rounds");
    }
}
