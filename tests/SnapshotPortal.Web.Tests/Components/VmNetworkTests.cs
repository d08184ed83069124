using Bunit;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>What a person reads of where a machine is reached.</summary>
public sealed class VmNetworkTests : ComponentTest
{
    private IRenderedComponent<VmNetwork> Open(VmView vm)
    {
        Portal.Vms.Add(vm);
        return Show<VmNetwork>(p => p.Add(c => c.Vm, vm));
    }

    private void Tell(VmView vm, AddressSource source, params NetworkCard[] cards) => Portal.Networks[vm.Id] = new VmNetworkView(Sample.Start, source, cards);

    private static NetworkCard Card(params string[] addresses) => new("52:54:00:12:34:56", "a private network behind the host's address", "eth0", addresses);

    [Fact]
    public void Network_OfARunningMachine_ShowsEachAddressToCopyAndItsCard()
    {
        var vm = Sample.Vm();
        Tell(vm, AddressSource.Guest, Card("10.0.2.15", "2001:db8::7"));

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.Equal(["10.0.2.15", "2001:db8::7"], page.FindAll(Id("address")).Select(static a => a.TextContent)));
        Assert.Equal(2, page.FindAll(".address button").Count);
        Assert.Contains("MAC 52:54:00:12:34:56 · eth0 · a private network behind the host's address", page.Find(Id("network-card")).TextContent, StringComparison.Ordinal);
        Assert.Contains("As its guest says", page.Find(Id("network-source")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_Address_IsCopiedWithOneClick()
    {
        JSInterop.Setup<bool>("portal.copy", "10.0.2.15").SetResult(true);
        var vm = Sample.Vm();
        Tell(vm, AddressSource.Guest, Card("10.0.2.15"));
        var page = Open(vm);

        page.WaitForAssertion(() => page.Find(".address button"));
        page.Find(".address button").Click();

        page.WaitForAssertion(() => Assert.Contains("Copied", page.Find(".address button").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Network_WhatAGuestCallsItsCard_IsTextAndNothingElse()
    {
        var vm = Sample.Vm();
        Tell(vm, AddressSource.Guest, Card("10.0.2.15") with { GuestName = "<img src=x onerror=alert(1)>" });

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.Contains("<img src=x", page.Find(Id("network-card")).TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("img"));
    }

    [Theory]
    [InlineData(PowerState.ShutOff, false, AddressSource.Unknown, "while it runs")]
    [InlineData(PowerState.Running, false, AddressSource.Unknown, "no guest agent answers")]
    [InlineData(PowerState.Running, true, AddressSource.Unknown, "has not told")]
    [InlineData(PowerState.Running, true, AddressSource.Guest, "has no address")]
    public void Network_WithoutAnAddress_SaysWhyAndShowsTheMac(PowerState power, bool agent, AddressSource source, string why)
    {
        var vm = Sample.Vm(power: power) with { AgentConnected = agent };
        Tell(vm, source, Card());

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.Contains(why, page.Find(Id("network-source")).TextContent, StringComparison.Ordinal));
        Assert.Contains("52:54:00:12:34:56", page.Find(Id("network-card")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Network_ThatTheHostTold_SaysSo()
    {
        var vm = Sample.Vm() with { AgentConnected = false };
        Tell(vm, AddressSource.Leases, Card("192.168.122.9"));

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.Contains("handed them out", page.Find(Id("network-source")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Network_OfAMachineWithoutACard_SaysSo()
    {
        var vm = Sample.Vm();
        Tell(vm, AddressSource.Unknown);

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.Contains("No network card", page.Find(Id("network")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Network_OfAHostThatDoesNotAnswer_SaysSo()
    {
        var vm = Sample.Vm();
        Portal.Networks[vm.Id] = new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer.");

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.Contains("does not answer", page.Find(Id("network")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Network_WhileSomebodyLooks_IsLookedAtAgain()
    {
        var vm = Sample.Vm();
        Tell(vm, AddressSource.Guest, Card());
        var page = Open(vm);
        page.WaitForAssertion(() => Assert.Contains("has no address", page.Find(Id("network-source")).TextContent, StringComparison.Ordinal));

        Tell(vm, AddressSource.Guest, Card("10.0.2.15"));
        Clock.Advance(TimeSpan.FromSeconds(15));

        page.WaitForAssertion(() => Assert.Equal("10.0.2.15", page.Find(Id("address")).TextContent));
    }
}
