using Bunit;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Controls;
using SnapshotPortal.Web.Components.Layout;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class ActivityTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm();

    private OperationView Take(OperationState state, params StepView[] steps)
        => Sample.Operation(_vm, OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Nightly"), state, steps);

    [Fact]
    public void OperationList_Nothing_SaysWhatWillBeHere()
    {
        var list = Show<OperationList>();

        list.WaitForAssertion(() => Assert.Contains("Nothing has happened yet", list.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void OperationList_NewOperation_AppearsOnTopAndFollowsItsSteps()
    {
        Portal.Put(Take(OperationState.Succeeded) with { RequestedAt = Sample.Start.AddHours(-1) });
        var list = Show<OperationList>();
        list.WaitForAssertion(() => Assert.Single(list.FindAll(Id("operation"))));

        var operation = Take(OperationState.Running, Sample.Running("Inspect"));
        Portal.Publish(operation);
        list.WaitForAssertion(() => Assert.Equal(["Running", "Succeeded"], list.FindAll(Id("operation")).Select(static o => o.GetAttribute("data-state"))));

        Portal.Publish(operation with { Steps = [Sample.Done("Inspect", 12), Sample.Running("Freeze")] });
        list.WaitForAssertion(() => Assert.Equal(["Inspect", "Freeze"], list.FindAll(Id("operation-step")).Select(static s => s.GetAttribute("data-step"))));
    }

    [Fact]
    public void OperationList_OfWhatHasEnded_SaysWhatItsStepsFound()
    {
        Portal.Put(Sample.Operation(_vm, OperationKind.ImportVm, null, OperationState.Succeeded, Sample.Done("Check", 12) with { Detail = "This machine is emulated." }, Sample.Done("Copy", 12)));

        var list = Show<OperationList>();

        list.WaitForAssertion(() => Assert.Equal("This machine is emulated.", Assert.Single(list.FindAll(Id("operation-note"))).TextContent));
    }

    [Fact]
    public void OperationList_ActiveOnly_DropsWhatHasEnded()
    {
        var operation = Take(OperationState.Running, Sample.Running("Inspect"));
        Portal.Put(operation);
        var list = Show<OperationList>(static p => p.Add(static c => c.ActiveOnly, value: true));
        list.WaitForAssertion(() => Assert.Single(list.FindAll(Id("operation"))));

        Portal.Publish(operation with { State = OperationState.Succeeded });

        list.WaitForAssertion(() => Assert.Contains("Nothing is running", list.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void OperationList_OfOneMachine_LeavesOthersOut()
    {
        var other = Sample.Operation(Sample.Vm("other"));
        Portal.Put(other);
        Portal.Put(Take(OperationState.Succeeded));

        var list = Show<OperationList>(p => p.Add(c => c.VmId, _vm.Id));

        list.WaitForAssertion(() => Assert.Single(list.FindAll(Id("operation"))));
    }

    [Fact]
    public void OperationRow_Cancel_AsksAndShowsThatItWasAsked()
    {
        var operation = Take(OperationState.Running, Sample.Running("Inspect"));
        Portal.Put(operation);
        var list = Show<OperationList>();
        list.WaitForAssertion(() => list.Find(Id("cancel")));

        list.Find(Id("cancel")).Click();

        list.WaitForAssertion(() => Assert.Contains("Cancelling", list.Find(Id("cancel")).TextContent, StringComparison.Ordinal));
        Assert.Equal(("Cancel", operation.Id), Assert.Single(Portal.Requests));
    }

    [Fact]
    public void OperationRow_CancelRefused_SaysWhy()
    {
        Portal.Put(Take(OperationState.Running, Sample.Running("Redefine")));
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.NotCancellable, "It is past the point of no return.");
        var list = Show<OperationList>();
        list.WaitForAssertion(() => list.Find(Id("cancel")));

        list.Find(Id("cancel")).Click();

        list.WaitForAssertion(() => Assert.Equal(["It is past the point of no return."], Snackbars));
    }

    [Fact]
    public void OperationRow_Ended_OffersNoCancelAndItsStepsOnRequest()
    {
        Portal.Put(Take(OperationState.Succeeded, Sample.Done("Inspect", 12), Sample.Done("Capture", 44)));
        var list = Show<OperationList>();
        list.WaitForAssertion(() => list.Find(Id("operation")));
        Assert.Empty(list.FindAll(Id("cancel")));
        Assert.Empty(list.FindAll(Id("operation-step")));

        list.Find(".row-more").Click();

        list.WaitForAssertion(() => Assert.Equal(2, list.FindAll(Id("operation-step")).Count));
    }

    [Fact]
    public void OperationList_TimePasses_RowsSayHowLongAgo()
    {
        Portal.Put(Take(OperationState.Succeeded, Sample.Done("Inspect", 12)));
        var list = Show<OperationList>();
        list.WaitForAssertion(() => list.Find(Id("operation")));
        var before = list.Find("time").TextContent;

        Clock.Advance(TimeSpan.FromMinutes(5));

        list.WaitForAssertion(() => Assert.NotEqual(before, list.Find("time").TextContent));
        Assert.Contains("5 min", list.Find("time").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void StepBar_Segments_AreAsWideAsTheirTime()
    {
        var bar = Render(StepBar.Of(Take(OperationState.Succeeded, Sample.Done("Freeze", 71), Sample.Done("Capture", 44)), Sample.Start));

        Assert.Equal(["flex-grow:71", "flex-grow:44"], bar.FindAll(".stepbar-part").Select(static p => p.GetAttribute("style")));
    }

    [Fact]
    public void Steps_OfOneNameTwice_AreAllShown()
    {
        var begun = Take(OperationState.Running, Sample.Running("Merge"));
        var ended = Take(OperationState.Succeeded, Sample.Done("Merge", 9), Sample.Done("Remove", 5), Sample.Done("Remove", 5));
        var bar = Render<OperationRow>(p => p.Add(c => c.Operation, begun));
        var strip = Render<StepStrip>(p => p.Add(c => c.Operation, begun));

        bar.Render(p => p.Add(c => c.Operation, ended));
        strip.Render(p => p.Add(c => c.Operation, ended));

        Assert.Equal(3, bar.FindAll(".stepbar-part").Count);
        Assert.Equal(3, strip.FindAll(Id("operation-step")).Count);
    }

    [Fact]
    public void ActivityIndicator_Running_CountsAndShowsStepsInItsDrawer()
    {
        var indicator = Show<ActivityIndicator>();
        indicator.WaitForAssertion(() => Assert.Equal("Nothing is running", indicator.Find(Id("activity-indicator")).GetAttribute("aria-label")));

        var operation = Take(OperationState.Running, Sample.Running("Freeze"));
        Portal.Publish(operation);
        indicator.WaitForAssertion(() => Assert.Equal("1 operation running", indicator.Find(Id("activity-indicator")).GetAttribute("aria-label")));

        indicator.Find(Id("activity-indicator")).Click();
        indicator.WaitForAssertion(() => Assert.Contains("Freezing file systems", indicator.Find("#activity-drawer").TextContent, StringComparison.Ordinal));

        Portal.Publish(operation with { State = OperationState.Succeeded });
        indicator.WaitForAssertion(() => Assert.Contains("Nothing is running", indicator.Find("#activity-drawer").TextContent, StringComparison.Ordinal));

        indicator.Find("#activity-drawer").KeyDown("Escape");
        indicator.WaitForAssertion(() => Assert.Empty(indicator.FindAll("#activity-drawer")));
    }
}
