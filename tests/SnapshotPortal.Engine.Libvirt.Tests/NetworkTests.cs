using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What a real guest is reached at, and what its host is busy with.</summary>
public sealed class NetworkTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private PortalUnderTest Portal => booted.Portal;

    private Guest Guest => booted.Guest;

    [Fact]
    public async Task Network_OfARunningGuest_IsItsMacAndWhatItsAgentSays()
    {
        await booted.ReadyAsync();
        var told = await Eventually.GetAsync(
            async () => await NetworkAsync() is { Source: AddressSource.Guest, Cards: [{ Addresses.Count: > 0 }] } network ? network : null,
            "the guest has an address",
            Patience);

        var card = Assert.Single(told!.Cards);
        Assert.Equal((Guest.MacAddress, "a private network behind the host's address", "eth0"), (card.Mac, card.Network, card.GuestName));
        Assert.Contains("10.0.2.15", card.Addresses);
        Assert.DoesNotContain(card.Addresses, static a => a.StartsWith("127.", StringComparison.Ordinal) || a.StartsWith("fe80", StringComparison.Ordinal) || a == "::1");
        Assert.Equal(FailureCodes.NotFound, (await Portal.Vms.NetworkAsync(Portal.Stranger, Guest.Id, None)).Failure!.Code);
    }

    [Fact]
    public async Task Network_OfAGuestWhoseAgentHangs_IsItsCardsAndTheNextSnapshotSucceeds()
    {
        await booted.ReadyAsync();
        var engine = Portal.Services.GetRequiredService<IHypervisorEngine>();
        var host = Portal.Services.GetRequiredService<HostRegistry>().All.Single().Reference;
        // It answers first that it has begun.
        await Guest.ShAsync("(sleep 1; kill -STOP $(pidof qemu-ga); sleep 12; kill -CONT $(pidof qemu-ga)) >/dev/null 2>&1 &");
        var silent = await Eventually.GetAsync(
            async () => await engine.ReadNetworkAsync(host, Guest.Id, askGuest: true, None) is { Source: AddressSource.Unknown } network ? network : null,
            "the agent does not answer",
            Patience);

        Assert.Empty(Assert.Single(silent!.Cards).Addresses);
        await Guest.BootedAsync();
        var snapshot = await Portal.TakeAsync(Guest.Id, $"after {Guid.NewGuid():N}");
        Assert.NotNull(snapshot.FreezeWindow);
    }

    [Fact]
    public async Task Network_OfAMachineThatIsOff_IsItsCards()
    {
        var id = booted.Host.Define(booted.Host.NewName("off"), start: false);
        await Portal.AdoptAsync(id);

        var network = (await Portal.Vms.NetworkAsync(Portal.Owner, id, None)).Value!;

        Assert.Equal(AddressSource.Unknown, network.Source);
        Assert.Empty(Assert.Single(network.Cards).Addresses);
    }

    [Fact]
    public async Task HostLoad_OfARealHost_CountsItsProcessorsMemoryAndMachines()
    {
        await booted.ReadyAsync();
        var loads = Portal.Services.GetRequiredService<IHostLoad>();

        var load = await Eventually.GetAsync(
            () => Task.FromResult(loads.Read(Portal.Administrator).Value!.Values.SingleOrDefault(static l => l is { ProcessorPercent: not null, RunningMachines: > 0 })),
            "the host was looked at twice",
            Patience);

        Assert.Equal((booted.Host.Connection.GetNodeInfo().Cpus, (long)booted.Host.Connection.GetMemoryStats()["total"] * 1024), (load!.Processors, load.MemoryBytes));
        Assert.InRange(load.ProcessorPercent!.Value, 0, 100);
        Assert.InRange(load.FreeMemoryBytes!.Value, 1, load.MemoryBytes);
        Assert.True(load.PromisedMemoryBytes >= 128L << 20);
        Assert.StartsWith("libvirt ", load.Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhoseDiskIsGone_SaysWhichAndWhatToDo()
    {
        var name = booted.Host.NewName("gone");
        var id = booted.Host.Define(name, start: false);
        await Portal.AdoptAsync(id);
        var file = booted.Host.Guest(id).DiskFile("vda");
        File.Move(file, file + ".away");
        try
        {
            var ended = await Portal.EndAsync(await Portal.Vms.PowerAsync(Portal.Owner, id, new PowerRequest(PowerAction.Start), None));

            Assert.Equal(FailureCodes.StartFailed, ended.ErrorCode);
            Assert.StartsWith($"The machine could not be started: A file that the machine needs is not on the host: {file}. Ask an administrator to put it back, then start the machine again. The hypervisor said: ", ended.ErrorMessage, StringComparison.Ordinal);
        }
        finally
        {
            File.Move(file + ".away", file);
        }
    }

    [Fact]
    public async Task Start_OfMoreMemoryThanTheHostHas_SaysSo()
    {
        var id = booted.Host.Define(booted.Host.NewName("large"), start: false, change: static xml => xml.Replace("<memory unit='MiB'>128</memory>", "<memory unit='GiB'>512</memory>", StringComparison.Ordinal));
        await Portal.AdoptAsync(id);

        var ended = await Portal.EndAsync(await Portal.Vms.PowerAsync(Portal.Owner, id, new PowerRequest(PowerAction.Start), None));

        Assert.Equal(FailureCodes.StartFailed, ended.ErrorCode);
        Assert.Contains("The host has too little free memory for this machine.", ended.ErrorMessage, StringComparison.Ordinal);
    }

    private async Task<VmNetworkView> NetworkAsync() => (await Portal.Vms.NetworkAsync(Portal.Owner, Guest.Id, None)).Value!;
}
