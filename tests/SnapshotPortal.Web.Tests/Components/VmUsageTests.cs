using Bunit;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Usage;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class VmUsageTests : ComponentTest
{
    private IRenderedComponent<VmUsage> Open(VmView? vm = null) => Show<VmUsage>(p => p.Add(c => c.Vm, vm ?? Sample.Vm()));

    private static string Now(IRenderedComponent<VmUsage> page, string chart, int series = 0) => page.Find(Id($"now-{chart}-{series}")).TextContent;

    [Fact]
    public void Charts_OfABusyMachine_SayTheNewestNumbersWithTheirUnits()
    {
        Usage.Samples.AddRange([FakeUsage.At(Sample.Start.AddSeconds(-5), cpu: 3), FakeUsage.At(Sample.Start)]);

        var page = Open();

        page.WaitForAssertion(() => Assert.Equal("34 %", Now(page, "cpu")));
        Assert.Equal("1 GiB", Now(page, "memory"));
        Assert.Equal(("1.2 MB/s", "300 kB/s"), (Now(page, "disk"), Now(page, "disk", 1)));
        Assert.Equal("5 kB/s", Now(page, "network"));
        Assert.Contains("Of 2 GiB, as its guest says", page.Find(Id("chart-memory")).TextContent, StringComparison.Ordinal);
        Assert.Contains("12/s reads, 30/s writes", page.Find(Id("chart-disk")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_WhenTheHostWasAskedAgain_ShowTheNewNumber()
    {
        Usage.Samples.Add(FakeUsage.At(Sample.Start));
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal("34 %", Now(page, "cpu")));

        Usage.Samples.Add(FakeUsage.At(Sample.Start.AddSeconds(5), cpu: 88));
        Usage.Tell();

        page.WaitForAssertion(() => Assert.Equal("88 %", Now(page, "cpu")));
    }

    [Fact]
    public void Charts_OfAGuestThatDoesNotTellItsMemory_ShowWhatTheHostHoldsForItAndSaySo()
    {
        Usage.Samples.Add(FakeUsage.At(Sample.Start, used: null));

        var page = Open();

        page.WaitForAssertion(() => Assert.Equal("1.49 GiB", Now(page, "memory")));
        Assert.Contains("the guest does not say", page.Find(Id("chart-memory")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_OfANetworkThatTheHostDoesNotCount_SayWhy()
    {
        Usage.Samples.Add(FakeUsage.At(Sample.Start, received: null));

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("does not count", page.Find(Id("network-uncounted")).TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(Id("chart-network")));
    }

    [Fact]
    public void Charts_WhereTheNewestNumberIsUnknown_SayNoneInsteadOfZero()
    {
        Usage.Samples.AddRange([FakeUsage.At(Sample.Start.AddSeconds(-5)), FakeUsage.At(Sample.Start, cpu: null, read: null)]);

        var page = Open();

        page.WaitForAssertion(() => Assert.Equal("–", Now(page, "cpu")));
        Assert.Equal("–", Now(page, "disk"));
    }

    [Theory]
    [InlineData(PowerState.Running, true, "first numbers")]
    [InlineData(PowerState.ShutOff, true, "does not run")]
    [InlineData(PowerState.Running, false, "does not answer")]
    public void Charts_WithoutNumbers_SayWhy(PowerState power, bool reachable, string expected)
    {
        var page = Open(Sample.Vm(power: power) with { HostReachable = reachable });

        page.WaitForAssertion(() => Assert.Contains(expected, page.Find(Id("usage-none")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Table_OfTheNumbers_HoldsTheNewestOfEachHalfMinute()
    {
        for (var i = 0; i < 24; i++)
        {
            Usage.Samples.Add(FakeUsage.At(Sample.Start.AddSeconds(-5 * (23 - i)), cpu: i));
        }

        var page = Open();
        page.WaitForElement(Id("usage-table")).Click();

        var rows = page.WaitForElement(Id("usage-numbers")).QuerySelectorAll("tbody tr");
        Assert.InRange(rows.Length, 4, 5);
        Assert.StartsWith("13:02:11", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("23 %", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.Find(Id("usage-table")).GetAttribute("aria-expanded"));
    }

    [Fact]
    public void Charts_UnderThePointer_HaveEachNumberWithItsTime()
    {
        Usage.Samples.AddRange([FakeUsage.At(Sample.Start.AddMinutes(-5)), FakeUsage.At(Sample.Start)]);

        var page = Open();

        page.WaitForAssertion(() => Assert.Equal(
            "500;12:57:11 · 1.2 MB/s read, 300 kB/s written|1000;13:02:11 · 1.2 MB/s read, 300 kB/s written",
            page.Find($"{Id("chart-disk")} [data-chart-tips]").GetAttribute("data-chart-tips")));
    }

    [Fact]
    public async Task Charts_ThatAreLeft_LetGoOfTheHost()
    {
        var page = Open();
        page.WaitForAssertion(() => Assert.Equal(1, Usage.Watching));

        await page.Instance.DisposeAsync();

        Assert.Equal(0, Usage.Watching);
    }

    [Fact]
    public void Charts_OfAMachineThatIsNoLongerTheirs_SayThat()
    {
        Usage.Refusal = new Failure(FailureKind.NotFound, FailureCodes.NotFound, "There is no such virtual machine, or it is not yours.");

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("not yours", page.Markup, StringComparison.Ordinal));
    }
}
