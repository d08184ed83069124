using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Usage;

namespace SnapshotPortal.Operations.Tests.Usage;

/// <summary>How often hosts are asked, and what becomes of their answers: round by round.</summary>
public sealed class UsageSamplerTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly HostRef Host = new(Guid.CreateVersion7(), "host-a", "test:///default", []);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeEngine _engine;
    private readonly HostRegistry _hosts = new();
    private readonly UsageHistory _history;
    private readonly UsageWatchers _watchers;
    private readonly HostLoads _loads;
    private readonly UsageSampler _sampler;

    public UsageSamplerTests()
    {
        _engine = new FakeEngine(_time);
        _history = new UsageHistory(_time);
        var signal = new UsageSignal();
        _watchers = new UsageWatchers(signal);
        _loads = new HostLoads(_time);
        _sampler = new UsageSampler(_engine, _hosts, _history, _loads, _watchers, signal, _time, NullLogger<UsageSampler>.Instance);
        _hosts.Set(Host, connected: true);
    }

    public void Dispose() => _sampler.Dispose();

    [Fact]
    public async Task Sampler_WhileNobodyLooks_AsksEachHostEveryHalfMinute()
    {
        await RoundsAsync(60);

        Assert.Equal(10, _engine.Looks);
    }

    [Fact]
    public async Task Sampler_WhileSomebodyLooks_AsksEveryFiveSecondsOnceForAllMachines()
    {
        using var one = _watchers.Begin(Host.Id, Guid.CreateVersion7());
        using var other = _watchers.Begin(Host.Id, Guid.CreateVersion7());

        await RoundsAsync(12);

        Assert.Equal(12, _engine.Looks);
    }

    [Fact]
    public async Task Sampler_WhileSomebodyLooksAtAnotherHost_AsksThisOneSeldom()
    {
        using var watch = _watchers.Begin(Guid.CreateVersion7(), Guid.CreateVersion7());

        await RoundsAsync(12);

        Assert.Equal(2, _engine.Looks);
    }

    [Fact]
    public async Task Sampler_AfterTheLastOneLookedAway_AsksSeldomAgain()
    {
        _watchers.Begin(Host.Id, Guid.CreateVersion7()).Dispose();

        await RoundsAsync(12);

        Assert.Equal(2, _engine.Looks);
    }

    [Fact]
    public async Task Sampler_WithManyWhoComeAtOnce_DoesNotAskForEachOfThem()
    {
        for (var i = 0; i < 20; i++)
        {
            _ = _watchers.Begin(Host.Id, Guid.CreateVersion7());
            await _sampler.LookAroundAsync(None);
        }

        Assert.Equal(1, _engine.Looks);
    }

    [Fact]
    public async Task Watch_WhenTheHostWasAsked_TellsOnceAndTheNumbersAreThere()
    {
        var (vm, cpu) = (Guid.CreateVersion7(), 0UL);
        _engine.Counters = () => [new VmCounters(vm, 1, cpu += 1_000_000_000, null, null, null)];
        using var watch = _watchers.Begin(Host.Id, vm);

        await RoundsAsync(3);

        Assert.True(await watch.NextAsync(None));
        Assert.False(watch.NextAsync(None).IsCompleted);
        Assert.Equal([20, 20], _history.Read(Host.Id, vm).Select(static s => Math.Round(s.CpuPercent!.Value, 6)));
    }

    [Fact]
    public async Task Watch_Disposed_EndsTheWait()
    {
        var watch = _watchers.Begin(Host.Id, Guid.CreateVersion7());
        var waiting = watch.NextAsync(None);

        watch.Dispose();

        Assert.False(await waiting);
    }

    [Fact]
    public async Task Sampler_OfAHostThatHangs_GoesOnWithTheOthersAndAsksItNoSecondTime()
    {
        var gate = _engine.Block("Counters");
        var first = _sampler.LookAroundAsync(None);
        await gate.EnteredAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await first;

        _engine.Forget("Counters");
        _hosts.Set(Host with { Id = Guid.CreateVersion7() }, connected: true);
        await RoundsAsync(12);
        Assert.Equal(1 + 2, _engine.Looks);

        gate.Open();
        await Wait.UntilAsync(
            async () =>
            {
                await RoundsAsync(1);
                return _engine.Looks > 20;
            },
            "both are asked again");
    }

    [Fact]
    public async Task Sampler_OfAHostThatRefuses_GoesOnAsking()
    {
        _engine.Fail("Counters", FailureCodes.HypervisorError, "Not supported.");

        await RoundsAsync(12);

        Assert.Equal(2, _engine.Looks);
    }

    [Fact]
    public async Task Sampler_OfAHostThatIsLost_DoesNotAskIt()
    {
        _hosts.Set(Host, connected: false);

        await RoundsAsync(12);

        Assert.Equal(0, _engine.Looks);
    }

    [Fact]
    public async Task Sampler_OfMachinesThatAreLookedAt_LetsOnlyTheirGuestsTellTheirMemory()
    {
        var (looked, alone) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var memory = new MemoryReading(1_000, 900, 800, 200, 1);
        _engine.Counters = () => [new VmCounters(looked, 1, 1, memory, null, null), new VmCounters(alone, 1, 1, memory, null, null)];
        using var watch = _watchers.Begin(Host.Id, looked);

        await RoundsAsync(12);

        Assert.Equal([looked], _engine.AskedForMemory);
    }

    [Fact]
    public async Task Sampler_InThePortal_HasNumbersForWhoeverLooksAndWritesNothing()
    {
        await using var portal = await Portal.StartAsync();
        var (vm, cpu) = (await portal.AddVmAsync("web"), 0UL);
        var events = (await portal.EventsAsync()).Count;
        portal.Engine.Counters = () => [new VmCounters(vm, 1, cpu += 1_000, null, null, null)];
        using var watch = (await portal.Usage.WatchAsync(Portal.Anna, vm, None)).Value!;

        await portal.UntilWhileTimePassesAsync(async () => (await portal.Usage.GetAsync(Portal.Anna, vm, None)).Value!.Samples.Count > 2, "there are numbers");

        Assert.True(await watch.NextAsync(None));
        Assert.Equal(events, (await portal.EventsAsync()).Count);
    }

    [Fact]
    public async Task Usage_OfSomebodyWhoLosesTheMachine_IsRefusedThoughTheyStillWatch()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        using var watch = (await portal.Usage.WatchAsync(Portal.Anna, vm, None)).Value!;

        await portal.WriteAsync(async db => (await db.Vms.FindAsync(vm))!.OwnerId = Portal.Ben.UserId);

        Assert.Equal(FailureCodes.NotFound, (await portal.Usage.GetAsync(Portal.Anna, vm, None)).Failure!.Code);
        Assert.True((await portal.Usage.GetAsync(Portal.Ben, vm, None)).IsSuccess);
    }

    /// <summary>Rounds as the portal makes them, five seconds apart.</summary>
    private async Task RoundsAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _sampler.LookAroundAsync(None);
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }
}
