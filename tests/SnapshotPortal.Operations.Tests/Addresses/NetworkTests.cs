using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Addresses;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Addresses;

/// <summary>What a machine is reached at: how often its guest is asked, and when it is left alone.</summary>
public sealed class NetworkTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private Portal _portal = null!;
    private Guid _vm;

    public async ValueTask InitializeAsync()
    {
        _portal = await Portal.StartAsync();
        _vm = await _portal.AddVmAsync("web");
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Network_OfARunningMachine_IsWhatItsGuestSays()
    {
        var network = await AskAsync();

        Assert.Equal((AddressSource.Guest, _portal.Time.GetUtcNow()), (network.Source, network.At));
        Assert.Equal(["192.168.100.7"], Assert.Single(network.Cards).Addresses);
        Assert.Equal([(_vm, true)], _portal.Engine.AskedForNetwork);
    }

    [Fact]
    public async Task Network_ThatManyLookAt_AsksTheGuestOnceInHalfAMinute()
    {
        for (var second = 0; second < 30; second++)
        {
            await Task.WhenAll(AskAsync(), AskAsync());
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(_portal.Engine.AskedForNetwork);
        await AskAsync();
        Assert.Equal(2, _portal.Engine.AskedForNetwork.Count);
    }

    [Fact]
    public async Task Network_WhileTheGuestThinks_AsksItNoSecondTime()
    {
        var gate = _portal.Engine.Block("ReadNetwork");
        var asked = new[] { AskAsync(), AskAsync() };
        await gate.EnteredAsync();

        gate.Open();

        Assert.All(await Task.WhenAll(asked), static n => Assert.Equal(AddressSource.Guest, n.Source));
        Assert.Single(_portal.Engine.AskedForNetwork);
    }

    [Fact]
    public async Task Network_OfAGuestWithoutAnAddressYet_IsAskedForAgainSoon()
    {
        _portal.Engine.Networks[_vm] = new NetworkReading(AddressSource.Guest, [new NetworkCard("52:54:00:12:34:56", "the network “lab”", "eth0", [])]);
        await AskAsync();
        _portal.Engine.Networks.Clear();
        _portal.Time.Advance(MachineAddresses.FreshWithout);

        Assert.NotEmpty((await AskAsync()).Cards[0].Addresses);
    }

    [Fact]
    public async Task Network_WhenTheAgentComes_IsAskedForAgainAtOnce()
    {
        await WriteAsync(static vm => vm.AgentConnected = false);
        Assert.Equal(AddressSource.Unknown, (await AskAsync()).Source);
        await WriteAsync(static vm => vm.AgentConnected = true);

        Assert.Equal(AddressSource.Guest, (await AskAsync()).Source);
        Assert.Equal([(_vm, false), (_vm, true)], _portal.Engine.AskedForNetwork);
    }

    [Theory]
    [InlineData(PowerState.ShutOff)]
    [InlineData(PowerState.Paused)]
    public async Task Network_OfAMachineWhoseGuestCannotAnswer_AsksTheHostOnly(PowerState power)
    {
        await WriteAsync(vm => vm.Power = power);

        await AskAsync();

        Assert.Equal([(_vm, false)], _portal.Engine.AskedForNetwork);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Network_WhileASnapshotIsTaken_LeavesTheAgentAloneAndTellsWhatWasKnown(bool known)
    {
        if (known)
        {
            await AskAsync();
        }

        var gate = _portal.Engine.Block("Take:Plan");
        await _portal.Snapshots.TakeAsync(Portal.Anna, _vm, new TakeSnapshotRequest("s"), None);
        await gate.EnteredAsync();
        _portal.Time.Advance(TimeSpan.FromMinutes(1));

        var network = await AskAsync();

        Assert.Equal(known ? AddressSource.Guest : AddressSource.Unknown, network.Source);
        Assert.Equal(known ? 1 : 0, _portal.Engine.AskedForNetwork.Count(static a => a.Guest));
        gate.Open();
    }

    [Fact]
    public async Task Network_AfterTheOperationThatNeededTheAgent_IsAskedForAgain()
    {
        var gate = _portal.Engine.Block("Take:Plan");
        var taking = await _portal.Snapshots.TakeAsync(Portal.Anna, _vm, new TakeSnapshotRequest("s"), None);
        await gate.EnteredAsync();
        await AskAsync();
        gate.Open();
        await _portal.EndedAsync(taking.Value!);

        Assert.Equal(AddressSource.Guest, (await AskAsync()).Source);
    }

    [Fact]
    public async Task Network_WhileAFreezeIsOwedAThaw_LeavesTheAgentAlone()
    {
        _portal.Engine.Thaw = static _ => Task.FromResult(new ThawAnswer(false, "silent"));
        await _portal.WriteAsync(db =>
        {
            db.FreezeDebts.Add(new FreezeDebt { VmId = _vm, Since = _portal.Time.GetUtcNow(), NextAttemptAt = _portal.Time.GetUtcNow() });
            return Task.CompletedTask;
        });

        Assert.Equal(AddressSource.Unknown, (await AskAsync()).Source);
        Assert.Equal([(_vm, false)], _portal.Engine.AskedForNetwork);
    }

    [Fact]
    public async Task Network_OfAHostThatDoesNotAnswer_SaysSoAfterAWhile()
    {
        _portal.Engine.Block("ReadNetwork");

        var asked = _portal.Vms.NetworkAsync(Portal.Anna, _vm, None);
        while (!asked.IsCompleted)
        {
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal((FailureKind.Unavailable, FailureCodes.HostUnreachable), ((await asked).Failure!.Kind, (await asked).Failure!.Code));
    }

    [Fact]
    public async Task Network_AfterAFailure_IsAskedForAgain()
    {
        _portal.Engine.Fail("ReadNetwork", FailureCodes.HypervisorError, "No.");
        Assert.Equal(FailureCodes.HypervisorError, (await _portal.Vms.NetworkAsync(Portal.Anna, _vm, None)).Failure!.Code);
        _portal.Engine.Forget("ReadNetwork");

        Assert.Equal(AddressSource.Guest, (await AskAsync()).Source);
    }

    private async Task<VmNetworkView> AskAsync() => (await _portal.Vms.NetworkAsync(Portal.Anna, _vm, None)).Value!;

    private Task WriteAsync(Action<VirtualMachine> change) => _portal.WriteAsync(async db => change(await db.Vms.SingleAsync(v => v.Id == _vm)));
}
