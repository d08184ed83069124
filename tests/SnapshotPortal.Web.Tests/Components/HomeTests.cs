using Bunit;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Home;
using SnapshotPortal.Web.Components.Layout;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>What stands above the cards: what needs the person, and what runs now.</summary>
public sealed class HomeTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm();

    private AttentionView Failed(string message = "The pool is full. Nothing was changed.")
        => new(AttentionKind.OperationFailed, _vm.Name, _vm.Id, Sample.Start) { Operation = Sample.Operation(_vm, OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Nightly"), OperationState.Failed) with { ErrorMessage = message } };

    [Fact]
    public void Home_NothingOwedAndNothingRunning_ShowsNeither()
    {
        Portal.Put(_vm);

        var page = Show<MyVms>();

        page.WaitForAssertion(() => page.Find(Id("vm-card")));
        Assert.Empty(page.FindAll(Id("needs-you")));
        Assert.Empty(page.FindAll(Id("now")));
    }

    [Fact]
    public void Home_WhileSomebodySearches_ShowsOnlyWhatTheyLookFor()
    {
        Portal.Put(_vm);
        Attention.Items.Add(Failed());

        var page = Show<MyVms>(static p => p.Add(static c => c.Search, "web"));

        page.WaitForAssertion(() => page.Find(Id("vm-card")));
        Assert.Empty(page.FindAll(Id("needs-you")));
    }

    [Fact]
    public void NeedsYou_FailedOperation_SaysWhatHappenedAndLeadsThere()
    {
        Attention.Items.Add(Failed());

        var needs = Show<NeedsYou>();

        needs.WaitForAssertion(() => Assert.Contains("Take snapshot “Nightly” on web-1 failed", needs.Find(Id("need")).TextContent, StringComparison.Ordinal));
        Assert.Contains("The pool is full. Nothing was changed.", needs.Find(Id("need")).TextContent, StringComparison.Ordinal);
        Assert.Equal($"/vms/{_vm.Id}?tab=snapshots", needs.Find(Id("need") + " a").GetAttribute("href"));
    }

    [Fact]
    public void NeedsYou_Dismissed_IsGone()
    {
        var item = Failed();
        Attention.Items.Add(item);
        var needs = Show<NeedsYou>();
        needs.WaitForAssertion(() => needs.Find(Id("dismiss")));

        needs.Find(Id("dismiss")).Click();

        needs.WaitForAssertion(() => Assert.Empty(needs.FindAll(Id("needs-you"))));
        Assert.Equal([item.Operation!.Id], Attention.Dismissed);
    }

    [Fact]
    public void NeedsYou_DismissalRefused_SaysWhyAndKeepsIt()
    {
        Attention.Items.Add(Failed());
        Attention.Refusal = FakePortal.NotFound;
        var needs = Show<NeedsYou>();
        needs.WaitForAssertion(() => needs.Find(Id("dismiss")));

        needs.Find(Id("dismiss")).Click();

        needs.WaitForAssertion(() => Assert.Equal([FakePortal.NotFound.Message], Snackbars));
        Assert.Single(needs.FindAll(Id("need")));
    }

    [Fact]
    public void NeedsYou_WhatIsDismissedElsewhereOrPutRight_LeavesByItself()
    {
        Attention.Items.Add(Failed());
        var needs = Show<NeedsYou>();
        needs.WaitForAssertion(() => needs.Find(Id("need")));

        Attention.Items.Clear();
        Portal.Publish(new EventBatch([Portal.Event("AttentionChanged", _vm.Id, Guid.CreateVersion7(), "Dismissed")], Gap: false));

        needs.WaitForAssertion(() => Assert.Empty(needs.FindAll(Id("need"))));
    }

    [Fact]
    public void NeedsYou_MoreThanAFew_ShowsTheRestOnRequest()
    {
        Attention.Items.AddRange(Enumerable.Range(0, 7).Select(i => new AttentionView(AttentionKind.Drift, $"web-{i}", Guid.CreateVersion7(), null) { Drift = "vda is another file." }));
        var needs = Show<NeedsYou>();
        needs.WaitForAssertion(() => Assert.Equal(4, needs.FindAll(Id("need")).Count));

        needs.Find(Id("needs-all")).Click();

        Assert.Equal(7, needs.FindAll(Id("need")).Count);
    }

    [Fact]
    public void NeedsYou_EveryKind_HasWordsAndAWay()
    {
        var id = _vm.Id;
        Dictionary<AttentionKind, AttentionView> items = new()
        {
            [AttentionKind.MayBeFrozen] = new(AttentionKind.MayBeFrozen, "web-1", id, Sample.Start),
            [AttentionKind.Missing] = new(AttentionKind.Missing, "web-1", id, null),
            [AttentionKind.Drift] = new(AttentionKind.Drift, "web-1", id, null) { Drift = "vda is another file." },
            [AttentionKind.OperationFailed] = Failed(),
            [AttentionKind.ScheduleFailed] = new(AttentionKind.ScheduleFailed, "web-1", id, Sample.Start) { Schedule = new ScheduleStateView(true, null, Sample.Start, ScheduleOutcome.Failed, "x", "The pool was full.", false) },
            [AttentionKind.Quota] = new(AttentionKind.Quota, "", null, null) { Quota = new QuotaFill(nameof(QuotaLimits.UniqueBytes), 9_100_000_000, 10_000_000_000) },
            [AttentionKind.Ending] = new(AttentionKind.Ending, "Lab 1", null, Sample.Start.AddDays(2)) { Ending = new EndingView(id, "Databases", Sample.Start.AddDays(2), Sample.Start.AddDays(16), Taught: true) },
        };
        using var time = new BrowserTime(Clock);

        Assert.Equal(Enum.GetValues<AttentionKind>(), items.Keys);
        Assert.All(items.Values, item =>
        {
            Assert.NotEmpty(AttentionWords.Title(item));
            Assert.EndsWith(".", AttentionWords.Sentence(item, time), StringComparison.Ordinal);
            Assert.StartsWith("/", AttentionWords.Way(item).Address, StringComparison.Ordinal);
        });
        Assert.Equal("Disk space: 9.1 GB of 10 GB", AttentionWords.Title(items[AttentionKind.Quota]));
        Assert.Equal(("Extend or end it", $"/deployments/{id}"), AttentionWords.Way(items[AttentionKind.Ending]));
        Assert.Equal($"/vms/{id}?tab=storage", AttentionWords.Way(new AttentionView(AttentionKind.Ending, "web-1", id, null) { Ending = items[AttentionKind.Ending].Ending! with { Taught = false } }).Address);
    }

    [Fact]
    public void Now_RunningOperation_ShowsItsStepAndGoesWhenItEnds()
    {
        Portal.Put(_vm);
        var now = Show<HappeningNow>();
        var operation = Sample.Operation(_vm, OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Nightly"), OperationState.Running, Sample.Running("Freeze"));

        Portal.Publish(operation);
        now.WaitForAssertion(() => Assert.Contains("Freezing file systems", now.Find(Id("now-item")).TextContent, StringComparison.Ordinal));
        Assert.Equal($"/vms/{_vm.Id}?tab=activity", now.Find(Id("now-item") + " a").GetAttribute("href"));

        Portal.Publish(operation with { State = OperationState.Succeeded });
        now.WaitForAssertion(() => Assert.Empty(now.FindAll(Id("now"))));
    }

    [Fact]
    public void Now_OperationsOfOthers_AreNotMine()
    {
        Actor.Actor = Sample.Ada;
        Portal.Put(_vm);
        var now = Show<HappeningNow>();
        now.WaitForAssertion(() => Assert.NotEqual(0, Portal.Subscribers));

        Portal.Publish(Sample.Operation(_vm, OperationKind.StartVm));
        Portal.Publish(Sample.Operation(Sample.Vm("adas", Sample.Ada), OperationKind.StopVm));

        now.WaitForAssertion(() => Assert.Contains("adas", Assert.Single(now.FindAll(Id("now-item"))).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Title_CountsWhatRuns()
    {
        var indicator = Show<ActivityIndicator>();
        indicator.WaitForAssertion(() => Assert.NotEqual(0, Portal.Subscribers));
        var operation = Sample.Operation(_vm, OperationKind.StartVm);

        Portal.Publish(operation);
        Assert.Equal(1, ToldAfter("1 operation running"));

        Portal.Publish(operation with { State = OperationState.Succeeded });
        Assert.Equal(0, ToldAfter("Nothing is running"));

        object? ToldAfter(string label)
        {
            indicator.WaitForAssertion(() => Assert.Equal(label, indicator.Find(Id("activity-indicator")).GetAttribute("aria-label")));

            // The browser is told after the render that has just been seen.
            indicator.InvokeAsync(static () => { }).GetAwaiter().GetResult();
            return JSInterop.Invocations["portal.busy"][^1].Arguments[0];
        }
    }
}
