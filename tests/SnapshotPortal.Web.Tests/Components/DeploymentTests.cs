using Bunit;
using Microsoft.AspNetCore.Components.Web;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Deployments;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class DeploymentTests : ComponentTest
{
    public DeploymentTests() => Actor.Actor = Sample.Toni;

    private static DeploymentItemView[] Three() =>
    [
        FakeDeployments.Item(1, "Nia New", Sample.Vm("lab-01", power: PowerState.Running)),
        FakeDeployments.Item(2, "Sam Student", Sample.Vm("lab-02", power: PowerState.ShutOff) with { SnapshotCount = 2 }),
        FakeDeployments.Item(3, "Sascha Student", state: DeploymentItemState.Failed, failure: "The pool is full."),
    ];

    private IRenderedComponent<DeploymentGrid> Open(DeploymentView view)
    {
        Deployments.All.Add(view);
        var page = Show<DeploymentGrid>(p => p.Add(static c => c.DeploymentId, view.Deployment.Id));
        page.WaitForAssertion(() => page.Find("h1"));
        return page;
    }

    private static void Choose(IRenderedComponent<DeploymentGrid> page, int tile, bool shift = false)
    {
        page.FindAll(Id("tile"))[tile].Click(new MouseEventArgs { ShiftKey = shift });
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(Id("batch-bar"))));
    }

    private static IEnumerable<string?> Chosen(IRenderedComponent<DeploymentGrid> page)
        => page.FindAll(Id("tile")).Where(static t => t.GetAttribute("data-selected") == "true").Select(static t => t.GetAttribute("data-student"));

    [Fact]
    public void Grid_OfAnother_LooksLikeOneThatDoesNotExist()
    {
        var page = Show<DeploymentGrid>(static p => p.Add(static c => c.DeploymentId, Guid.NewGuid()));

        page.WaitForAssertion(() => page.Find(Id("not-found")));
    }

    [Fact]
    public void Grid_OneTileForEachStudent_SaysHowItsMachineIs()
    {
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));

        Assert.Equal(["Nia New", "Sam Student", "Sascha Student"], page.FindAll(Id("tile")).Select(static t => t.GetAttribute("data-student")));
        Assert.Contains("Running", page.FindAll(Id("tile"))[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("agent", page.FindAll(Id("tile"))[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("The pool is full.", page.Find(Id("tile-failure")).TextContent);
    }

    [Fact]
    public void Tile_WhileItsMachineIsMade_ShowsTheStep()
    {
        var vm = Sample.Vm("lab-01") with { Presence = VmPresence.Creating };
        vm = vm with { ActiveOperation = Sample.Operation(vm, OperationKind.CloneVm, steps: Sample.Running("MakeDisks")) };

        var page = Open(FakeDeployments.Deployment("Week 1", FakeDeployments.Item(1, "Nia New", vm, DeploymentItemState.Creating)));

        Assert.Contains("Making disks", page.Find(Id("tile-doing")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Tile_TryAgain_MakesOnlyThatOne()
    {
        var view = FakeDeployments.Deployment("Week 1", Three());
        var page = Open(view);

        page.Find(Id("tile-again")).Click();

        page.WaitForAssertion(() => Assert.Single(Deployments.Requests));
        var request = Assert.IsType<BatchRequest>(Deployments.Requests[0]);
        Assert.Equal(BatchKind.Deploy, request.Kind);
        Assert.Equal([view.Items[2].Id], request.ItemIds);
        Assert.Empty(Chosen(page));
    }

    [Fact]
    public void Choosing_ClickShiftAndAll_ChoosesWhatIsShown()
    {
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));
        Assert.Empty(page.FindAll(Id("batch-bar")));

        Choose(page, 0);
        page.WaitForAssertion(() => Assert.Equal(["Nia New"], Chosen(page)));
        Choose(page, 2, shift: true);
        page.WaitForAssertion(() => Assert.Equal(3, Chosen(page).Count()));
        page.FindAll(Id("tile"))[1].Click();
        page.WaitForAssertion(() => Assert.Equal(["Nia New", "Sascha Student"], Chosen(page)));
        page.Find(Id("choose-none")).Click();
        page.WaitForAssertion(() => Assert.Empty(Chosen(page)));
        page.Find(Id("tile-search")).Input("student");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Id("tile")).Count));
        page.Find(Id("choose-all")).Change(true);

        page.WaitForAssertion(() => Assert.Equal("2", page.Find(Id("chosen-count")).TextContent));
    }

    [Fact]
    public void Filter_Failed_ShowsOnlyThose()
    {
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));

        page.Find(Id("filter-failed")).Click();

        page.WaitForAssertion(() => Assert.Equal("Sascha Student", Assert.Single(page.FindAll(Id("tile"))).GetAttribute("data-student")));
    }

    [Fact]
    public void Start_OfTheChosen_IsAskedOnceForThoseThatAreThere()
    {
        var view = FakeDeployments.Deployment("Week 1", Three());
        var page = Open(view);
        page.Find(Id("choose-all")).Change(true);
        page.WaitForAssertion(() => page.Find(Id("act-start")));

        page.Find(Id("act-start")).Click();

        page.WaitForAssertion(() => Assert.Single(Deployments.Requests));
        var request = Assert.IsType<BatchRequest>(Deployments.Requests[0]);
        Assert.Equal((BatchKind.Start, 2), (request.Kind, request.ItemIds!.Count));
    }

    [Fact]
    public void Reset_OfTheChosen_SaysWhoLosesWhatAndThatItCanBeUndone()
    {
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));
        Choose(page, 0);

        page.Find(Id("act-reset")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("1 running VM will be forced off", Dialogs.Find(Id("batch-sentence")).TextContent, StringComparison.Ordinal));
        Assert.Contains("kept as a snapshot first", Dialogs.Find(Id("batch-sentence")).TextContent, StringComparison.Ordinal);
        Assert.Empty(Deployments.Requests);
        Dialogs.Find(Id("batch-confirm")).Click();
        page.WaitForAssertion(() => Assert.Equal(BatchKind.Reset, Assert.IsType<BatchRequest>(Assert.Single(Deployments.Requests)).Kind));
    }

    [Fact]
    public void Delete_OfTheChosen_ListsWhatIsLostAndNeedsTheNameTyped()
    {
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));
        Choose(page, 1);

        page.Find(Id("act-delete")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("lab-02", Dialogs.Find(Id("batch-lost")).TextContent, StringComparison.Ordinal));
        Assert.Contains("2 snapshots", Dialogs.Find(Id("batch-lost")).TextContent, StringComparison.Ordinal);
        Assert.True(Dialogs.Find(Id("batch-confirm")).HasAttribute("disabled"));
        Dialogs.Find(Id("batch-typed")).Input("Week 1");
        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("batch-confirm")).HasAttribute("disabled")));
        Dialogs.Find(Id("batch-confirm")).Click();

        page.WaitForAssertion(() => Assert.Equal(BatchKind.Delete, Assert.IsType<BatchRequest>(Assert.Single(Deployments.Requests)).Kind));
    }

    [Fact]
    public void MoveToNewest_IsOfferedOnlyWhereThereIsANewerVersion()
    {
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));
        Choose(page, 0);
        Assert.Empty(page.FindAll(Id("act-update")));

        Deployments.All[0] = Deployments.All[0] with { Deployment = Deployments.All[0].Deployment with { NewestNumber = 2 } };
        Portal.PublishClassChanged(Deployments.All[0].ClassId);

        page.WaitForAssertion(() => Assert.Contains("Move to version 2", page.Find(Id("act-update")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Batch_ThatRuns_ShowsHowFarItIsAndCanBeCancelled()
    {
        var items = Three();
        var batch = FakeDeployments.Batch(BatchKind.Reset, BatchState.Running, (items[0], BatchItemState.Succeeded, null), (items[1], BatchItemState.Running, null));
        var page = Open(FakeDeployments.Deployment("Week 1", items) with { Batches = [batch] });
        Assert.Equal("1 of 2", page.Find(Id("batch-progress")).TextContent);

        page.Find(Id("batch-cancel")).Click();

        page.WaitForAssertion(() => Assert.Equal(("Cancel", batch.Id), Assert.Single(Deployments.Requests)));
    }

    [Fact]
    public void Batch_ThatPartlyFailed_NamesTheStudentsAndTriesOnlyThoseAgain()
    {
        var items = Three();
        var batch = FakeDeployments.Batch(BatchKind.Start, BatchState.Failed, (items[0], BatchItemState.Succeeded, null), (items[1], BatchItemState.Failed, "Its host does not answer."));
        var page = Open(FakeDeployments.Deployment("Week 1", items) with { Batches = [batch] });
        Assert.Contains("Sam Student", page.Find(Id("batch-failure")).TextContent, StringComparison.Ordinal);
        Assert.Contains("Its host does not answer.", page.Find(Id("batch-failure")).TextContent, StringComparison.Ordinal);

        page.Find(Id("batch-again")).Click();

        page.WaitForAssertion(() => Assert.Equal([items[1].Id], Assert.IsType<BatchRequest>(Assert.Single(Deployments.Requests)).ItemIds));
    }

    [Fact]
    public void Batch_WhoseMachinesWereMadeAndWouldNotStart_StartsThemWhenTriedAgain()
    {
        var items = Three();
        var batch = FakeDeployments.Batch(BatchKind.Deploy, BatchState.Failed, (items[0], BatchItemState.Succeeded, null), (items[1], BatchItemState.Failed, "The disks are in place, but the machine could not be started."));
        var page = Open(FakeDeployments.Deployment("Week 1", items) with { Batches = [batch] });

        page.Find(Id("batch-again")).Click();

        page.WaitForAssertion(() => Assert.Equal(BatchKind.Start, Assert.IsType<BatchRequest>(Assert.Single(Deployments.Requests)).Kind));
        Assert.Equal([items[1].Id], Assert.IsType<BatchRequest>(Deployments.Requests[0]).ItemIds);
    }

    [Fact]
    public void Act_Refused_SaysWhy()
    {
        Deployments.Refusal = new Failure(FailureKind.Conflict, FailureCodes.QuotaExceeded, "The class has 4 of 4 running VMs.");
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));
        Choose(page, 1);

        page.Find(Id("act-start")).Click();

        page.WaitForAssertion(() => Assert.Contains("4 of 4 running VMs", page.Find(Id("act-failure")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Lock_AsksAndKeepsTheOtherRules_UnlockDoesNotAsk()
    {
        var ends = Sample.Start.AddDays(20);
        var view = FakeDeployments.Deployment("Week 1", Three());
        var page = Open(view with { Deployment = view.Deployment with { ExpiresAt = ends }, StudentsMayDelete = true });

        page.Find(Id("lock")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("confirm")));
        Dialogs.Find(Id("confirm")).Click();
        page.WaitForAssertion(() => page.Find(Id("locked")));
        Assert.Equal(new DeploymentFields("Week 1", true, true, ends, TimeSpan.FromDays(14)), Deployments.Requests[0]);
        page.WaitForAssertion(() => Assert.False(page.Find(Id("lock")).HasAttribute("disabled")));
        page.Find(Id("lock")).Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Id("locked"))));
    }

    [Fact]
    public void End_MovedByADay_IsTheLastMinuteOfThatDay()
    {
        var page = Open(FakeDeployments.Deployment("Week 1", Three()));

        page.Find(Id("deployment-edit")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("deployment-ends")));
        Dialogs.Find(Id("deployment-ends")).Change("2026-12-20");
        Dialogs.Find(Id("deployment-save")).Click();

        page.WaitForAssertion(() => Assert.Equal(new DateTimeOffset(2026, 12, 20, 23, 59, 0, TimeSpan.Zero), Assert.IsType<DeploymentFields>(Assert.Single(Deployments.Requests)).ExpiresAt));
        page.WaitForAssertion(() => Assert.Contains("Ends 20 Dec 2026", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Grid_ManyEventsAtOnce_AreReadTogether()
    {
        var view = FakeDeployments.Deployment("Week 1", [.. Enumerable.Range(1, 30).Select(static n => FakeDeployments.Item(n, $"Student {n}", Sample.Vm($"lab-{n:00}")))]);
        var page = Open(view);
        var before = Deployments.Reads;

        for (var i = 0; i < 50; i++)
        {
            Portal.Publish(new EventBatch([Portal.Event("CloneVm", view.Items[i % 30].Vm!.Id, Guid.NewGuid(), "Running", classId: view.ClassId)], Gap: false));
        }

        page.WaitForAssertion(() => Assert.Equal(before + 1, Deployments.Reads));
        Assert.Equal(30, page.FindAll(Id("tile")).Count);
    }

    [Fact]
    public void Grid_EventsOfAnotherClass_AreNotRead()
    {
        var view = FakeDeployments.Deployment("Week 1", Three());
        var page = Open(view);
        var before = Deployments.Reads;

        Portal.PublishClassChanged(Guid.NewGuid());
        Deployments.All[0] = view with { Deployment = view.Deployment with { Name = "Week 2" } };
        Portal.PublishClassChanged(view.ClassId);

        page.WaitForAssertion(() => Assert.Equal("Week 2", page.Find("h1").TextContent));
        Assert.Equal(before + 1, Deployments.Reads);
    }
}
