using Bunit;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Consoles;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>What the page asks for, offers and says; the connection itself is the browser's.</summary>
public sealed class ConsoleTests : ComponentTest
{
    private static readonly VmView Own = Sample.Vm();

    private readonly BunitJSModuleInterop _display;
    private readonly BunitJSModuleInterop _serial;

    public ConsoleTests()
    {
        (_display, _) = Module("display");
        (_serial, _) = Module("serial");
    }

    [Fact]
    public void Console_OfOnesOwnMachine_ConnectsWithItsScreenAtOnce()
    {
        var page = Open(Own);

        page.WaitForAssertion(() => Assert.Single(_display.Invocations["open"]));
        Assert.Equal([new ConsoleRequest(ConsoleKind.Display)], Consoles.Admitted);
    }

    [Fact]
    public async Task Console_OfSomebodyElsesMachine_AsksFirstAndSaysThatItIsSeen()
    {
        Consoles.Seen = new ConsolesView(null, null, Own: false);
        var page = Open(Sample.Vm("theirs", Sample.Sam));
        page.WaitForAssertion(() => page.Find(Id("console-watch")));
        Assert.Empty(Consoles.Admitted);
        Assert.Contains("sees that you are", page.Markup, StringComparison.Ordinal);

        Act(page, () => page.Find(Id("console-watch")).Click());
        page.WaitForAssertion(() => Assert.Single(_display.Invocations["open"]));
        await page.InvokeAsync(page.Instance.ConnectedAsync);
        Act(page, () => page.Find(Id("console-take-part")).Click());

        page.WaitForAssertion(() => Assert.Equal([new ConsoleRequest(ConsoleKind.Display, WatchOnly: true), new ConsoleRequest(ConsoleKind.Display)], Consoles.Admitted));
    }

    [Fact]
    public void Console_WithoutADisplay_OpensTheSerialOneAndSaysWhyNot()
    {
        Consoles.Seen = new ConsolesView("The machine has no display.", null, Own: true);

        var page = Open(Own);

        page.WaitForAssertion(() => Assert.Single(_serial.Invocations["open"]));
        Assert.Equal([ConsoleKind.Serial], Consoles.Admitted.Select(static a => a.Kind));
        Assert.Equal("The machine has no display.", page.Find(Id("console-Display")).GetAttribute("title"));
        Assert.True(page.Find(Id("console-Display")).HasAttribute("disabled"));
    }

    [Fact]
    public void Console_WithNeither_SaysWhyForBoth()
    {
        Consoles.Seen = new ConsolesView("The machine has no display.", "The machine has no serial console.", Own: true);

        var page = Open(Own);

        page.WaitForAssertion(() => Assert.Contains("no display. The machine has no serial console.", page.Markup, StringComparison.Ordinal));
        Assert.Empty(Consoles.Admitted);
    }

    [Fact]
    public void Console_OfAMachineThatIsOff_SaysSoAndComesWhenItRuns()
    {
        var off = Own with { Power = PowerState.ShutOff };
        var page = Open(off);
        Assert.Contains("does not run", page.Markup, StringComparison.Ordinal);
        Assert.Empty(Consoles.Admitted);

        page.Render(p => p.Add(static c => c.Vm, off with { Power = PowerState.Running }));

        page.WaitForAssertion(() => Assert.Single(Consoles.Admitted));
    }

    [Fact]
    public void Console_ThatEndsBecauseTheMachineIsRestored_ComesBackByItself()
    {
        var page = Open(Own);
        page.WaitForAssertion(() => Assert.Single(_display.Invocations["open"]));

        _ = page.InvokeAsync(() => page.Instance.EndedAsync(new ConsoleEnding(1000, FailureCodes.VmNotRunning)));
        page.WaitForAssertion(() => Assert.Contains("comes back when it runs", page.Find(Id("console-ended")).TextContent, StringComparison.Ordinal));
        Clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Equal(2, _display.Invocations["open"].Count));
    }

    [Fact]
    public void Console_ThatBreaksBeforeItIsKnownThatTheMachineIsOff_SaysThatItHasStopped()
    {
        var page = Open(Own);
        page.WaitForAssertion(() => Assert.Single(_display.Invocations["open"]));

        _ = page.InvokeAsync(() => page.Instance.EndedAsync(new ConsoleEnding(ConsoleSocket.Broken, "")));
        page.WaitForAssertion(() => Assert.Contains("broke off", page.Find(Id("console-ended")).TextContent, StringComparison.Ordinal));
        page.Render(p => p.Add(static c => c.Vm, Own with { Power = PowerState.ShutOff }));

        page.WaitForAssertion(() => Assert.Contains("has stopped", page.Find(Id("console-ended")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Console_WhoseRightHasEnded_SaysSoAndDoesNotTryAgain()
    {
        var page = Open(Own);
        page.WaitForAssertion(() => Assert.Single(_display.Invocations["open"]));

        await page.InvokeAsync(() => page.Instance.EndedAsync(new ConsoleEnding(ConsoleSocket.RightsEnded, FailureCodes.NotFound)));
        Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Contains("may not see this console any more", page.Find(Id("console-ended")).TextContent, StringComparison.Ordinal);
        Assert.Single(Consoles.Admitted);
    }

    [Fact]
    public async Task Console_ThatAnotherProgramHas_CanBeTakenOver()
    {
        Consoles.Seen = new ConsolesView("The machine has no display.", null, Own: true);
        var page = Open(Own);
        page.WaitForAssertion(() => Assert.Single(_serial.Invocations["open"]));

        await page.InvokeAsync(() => page.Instance.EndedAsync(new ConsoleEnding(ConsoleSocket.Refused, FailureCodes.ConsoleBusy)));
        Act(page, () => page.FindAll(Id("console-ended") + " button").Single(static b => b.TextContent == "Take over").Click());

        page.WaitForAssertion(() => Assert.Equal(new ConsoleRequest(ConsoleKind.Serial, TakeOver: true), Consoles.Admitted[^1]));
    }

    [Fact]
    public void Console_AnotherOfTheTwo_ClosesTheFirst()
    {
        var page = Open(Own);
        page.WaitForAssertion(() => Assert.Single(_display.Invocations["open"]));

        Act(page, () => page.Find(Id("console-Serial")).Click());

        page.WaitForAssertion(() => Assert.Single(_serial.Invocations["open"]));
        Assert.Equal([ConsoleKind.Display, ConsoleKind.Serial], Consoles.Admitted.Select(static a => a.Kind));
    }

    [Fact]
    public void Visitors_Others_AreNamedAndOneselfIsNot()
    {
        Consoles.Visits.Add(new ConsoleVisitView(Sample.Sam.UserId, "Tess", ConsoleKind.Display, WatchOnly: true, Sample.Start));
        Consoles.Visits.Add(new ConsoleVisitView(Sample.Dana.UserId, "Dana", ConsoleKind.Serial, WatchOnly: false, Sample.Start));

        var page = Show<VmVisitors>(p => p.Add(static c => c.VmId, Own.Id));

        page.WaitForAssertion(() => Assert.StartsWith("Tess is watching the screen of this VM.", page.Find(Id("console-visit")).TextContent.Trim(), StringComparison.Ordinal));
    }

    private (BunitJSModuleInterop Module, BunitJSModuleInterop Session) Module(string name)
    {
        var module = JSInterop.SetupModule($"./consoles/{name}.js");
        module.Mode = JSRuntimeMode.Loose;
        var session = module.SetupModule(static invocation => invocation.Identifier == "open");
        session.Mode = JSRuntimeMode.Loose;
        return (module, session);
    }

    private IRenderedComponent<VmConsole> Open(VmView vm) => Show<VmConsole>(p => p.Add(static c => c.Vm, vm));
}
