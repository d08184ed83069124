using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Hosts;

/// <summary>What hosts have and are busy with, as administrators see it.</summary>
public sealed class HostLoadTests
{
    private const long Gib = 1L << 30;

    private static readonly HostRef Host = new(Guid.CreateVersion7(), "host-a", "test:///default", []);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly HostRegistry _hosts = new();
    private readonly HostLoads _loads;
    private readonly HostLoadRequests _requests;

    public HostLoadTests()
    {
        _loads = new HostLoads(_time);
        _requests = new HostLoadRequests(_loads, _hosts, _time);
        _hosts.Set(Host, connected: true);
    }

    [Fact]
    public void Load_AfterTwoLooks_SaysHowBusyTheProcessorsWereInBetween()
    {
        Note(new ProcessorTime(1_000, 9_000));
        Assert.Null(Read()!.ProcessorPercent);

        Note(new ProcessorTime(1_300, 9_100));

        Assert.Equal(75, Read()!.ProcessorPercent);
        Assert.Equal((8, 24 * Gib, 6 * Gib, 3, 12 * Gib, "libvirt 9.0.0, QEMU 7.2.0"), (Read()!.Processors, Read()!.MemoryBytes, Read()!.FreeMemoryBytes, Read()!.RunningMachines, Read()!.PromisedMemoryBytes, Read()!.Version));
    }

    [Theory]
    [InlineData(900UL, 9_500UL)]
    [InlineData(1_500UL, 8_000UL)]
    [InlineData(1_000UL, 9_000UL)]
    public void Load_OfCountersThatWentBackOrStoodStill_SaysNothingOfTheProcessors(ulong busy, ulong idle)
    {
        Note(new ProcessorTime(1_000, 9_000));

        Note(new ProcessorTime(busy, idle));

        Assert.Null(Read()!.ProcessorPercent);
    }

    [Fact]
    public void Load_OfAHostThatDoesNotCount_SaysNothingOfTheProcessors()
    {
        Note(null);
        Note(null);

        Assert.Null(Read()!.ProcessorPercent);
    }

    [Fact]
    public void Load_OfAHostThatDoesNotAnswer_IsNotShownAsIfItWereNews()
    {
        Note(null);
        _hosts.Set(Host, connected: false);
        Assert.Null(Read());

        _hosts.Set(Host, connected: true);
        _time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));

        Assert.Null(Read());
    }

    [Fact]
    public void Load_ForAnybodyWhoIsNoAdministrator_IsForbidden()
    {
        Note(null);

        Assert.Equal((FailureKind.Forbidden, FailureCodes.AdministratorsOnly), (_requests.Read(Portal.Tess).Failure!.Kind, _requests.Read(Portal.Tess).Failure!.Code));
    }

    [Fact]
    public async Task Load_OfTheHostsOfARunningPortal_ComesWithItsOwnRounds()
    {
        await using var portal = await Portal.StartAsync();
        portal.Engine.Host = static () => new HostReading("fake 1.0", 8, 24 * Gib, null, null, 0, 0);
        var loads = portal.Services.GetRequiredService<IHostLoad>();

        await portal.UntilWhileTimePassesAsync(
            () => Task.FromResult(loads.Read(Portal.Admin).Value!.TryGetValue(portal.HostId, out var load) && load.Processors == 8),
            "the host was looked at");

        Assert.Equal(8, loads.Read(Portal.Admin).Value![portal.HostId].Processors);
    }

    private void Note(ProcessorTime? time) => _loads.Note(Host.Id, new HostReading("libvirt 9.0.0, QEMU 7.2.0", 8, 24 * Gib, 6 * Gib, time, 3, 12 * Gib));

    private HostLoadView? Read() => _requests.Read(Portal.Admin).Value!.GetValueOrDefault(Host.Id);
}
