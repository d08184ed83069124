using Bunit;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Components.Home;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class MyVmsTests : ComponentTest
{
    private static IReadOnlyList<string> Names(IRenderedComponent<MyVms> page)
        => [.. page.FindAll(".card-name").Select(static e => e.TextContent.Trim())];

    [Fact]
    public void MyVms_BeforeTheStateIsRead_ShowsThatItLoads()
    {
        var page = Show<MyVms>();

        Assert.NotNull(page.Find("[aria-busy='true']"));
    }

    [Fact]
    public void MyVms_WithoutAny_SaysWhatToDoNext()
    {
        var page = Show<MyVms>();

        page.WaitForAssertion(() => Assert.Contains("Ask an administrator", page.Find(Id("empty")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void MyVms_WithSome_LeadsToANewOne()
    {
        Portal.Vms.Add(Sample.Vm("mine"));

        var page = Show<MyVms>();

        page.WaitForAssertion(() => Assert.Equal("/templates", page.Find(Id("new-vm")).GetAttribute("href")));
    }

    [Fact]
    public void MyVms_WithoutAnyForAnAdministrator_LeadsToAdoption()
    {
        Actor.Actor = Sample.Ada;

        var page = Show<MyVms>();

        page.WaitForAssertion(() => Assert.Equal("/admin", page.Find(Id("empty") + " a").GetAttribute("href")));
    }

    [Fact]
    public void MyVms_OthersMachines_AreNotShown()
    {
        Portal.Vms.AddRange([Sample.Vm("mine"), Sample.Vm("theirs", Sample.Sam)]);

        var page = Show<MyVms>();

        page.WaitForAssertion(() => Assert.Equal(["mine"], Names(page)));
        Assert.Empty(page.FindAll(Id("everybodys")));
    }

    [Fact]
    public void MyVms_AdministratorAskingForEverybodys_SeesOwners()
    {
        Actor.Actor = Sample.Ada;
        Portal.Vms.AddRange([Sample.Vm("mine", Sample.Ada), Sample.Vm("theirs", Sample.Sam)]);

        var page = Show<MyVms>(static p => p.Add(static c => c.Everybodys, value: true));

        page.WaitForAssertion(() => Assert.Equal(["mine", "theirs"], Names(page)));
        Assert.Contains("Sam Student", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void MyVms_Search_NarrowsDownAndSaysWhereNothingIsFound()
    {
        Portal.Vms.AddRange([Sample.Vm("web-1"), Sample.Vm("db-1")]);
        var page = Show<MyVms>(static p => p.Add(static c => c.Search, "WEB"));
        page.WaitForAssertion(() => Assert.Equal(["web-1"], Names(page)));

        page.Render(static p => p.Add(static c => c.Search, "<b>nothing</b>"));

        page.WaitForAssertion(() => Assert.Contains("<b>nothing</b>", page.Find(Id("empty")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void MyVms_MoreThanAPage_GoesPageByPage()
    {
        Portal.Vms.AddRange(Enumerable.Range(0, 130).Select(static i => Sample.Vm($"vm-{i:000}")));
        var page = Show<MyVms>();
        page.WaitForAssertion(() => Assert.Equal(60, Names(page).Count));
        Assert.Contains("1–60 of 130", page.Find(Id("pages")).TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(Id("page-before")));
        Assert.EndsWith("page=2", page.Find(Id("page-after")).GetAttribute("href"), StringComparison.Ordinal);

        page.Render(static p => p.Add(static c => c.Page, 3));

        page.WaitForAssertion(() => Assert.Equal(Enumerable.Range(120, 10).Select(static i => $"vm-{i:000}"), Names(page)));
        Assert.Empty(page.FindAll(Id("page-after")));
    }

    [Fact]
    public void MyVms_PageThatIsNoMore_LeadsToTheFirst()
    {
        Portal.Vms.Add(Sample.Vm("mine"));

        var page = Show<MyVms>(static p => p.Add(static c => c.Page, 9));

        page.WaitForAssertion(() => Assert.Contains("no such page", page.Find(Id("empty")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void MyVms_StateThatCannotBeRead_SaysSoAndReadsAgainOnRequest()
    {
        Portal.IsBroken = true;
        var page = Show<MyVms>();
        page.WaitForAssertion(() => Assert.Contains("Nothing was changed", page.Find("[role='alert']").TextContent, StringComparison.Ordinal));

        Portal.IsBroken = false;
        Portal.Vms.Add(Sample.Vm("web-1"));
        page.Find("[role='alert'] button").Click();

        page.WaitForAssertion(() => Assert.Equal(["web-1"], Names(page)));
    }

    [Fact]
    public void MyVms_MachineThatChanges_IsShownAsItIsNow()
    {
        var vm = Sample.Vm("web-1", power: PowerState.ShutOff);
        Portal.Vms.Add(vm);
        var page = Show<MyVms>();
        page.WaitForAssertion(() => Assert.Equal("ShutOff", page.Find(Id("vm-state")).GetAttribute("data-power")));

        Portal.Put(vm with { Power = PowerState.Running });
        Portal.PublishVmChanged(vm.Id);

        page.WaitForAssertion(() => Assert.Equal("Running", page.Find(Id("vm-state")).GetAttribute("data-power")));
    }

    [Fact]
    public void MyVms_MachineThatComesAndGoes_AppearsAndDisappears()
    {
        var page = Show<MyVms>();
        page.WaitForAssertion(() => page.Find(Id("empty")));

        var vm = Sample.Vm("new");
        Portal.Vms.Add(vm);
        Portal.PublishVmChanged(vm.Id);
        page.WaitForAssertion(() => Assert.Equal(["new"], Names(page)));

        Portal.Vms.Clear();
        Portal.PublishVmChanged(vm.Id);
        page.WaitForAssertion(() => page.Find(Id("empty")));
    }

    [Fact]
    public void MyVms_MachineOfAnother_IsNotShownWhenItChanges()
    {
        Portal.Vms.Add(Sample.Vm("mine"));
        var page = Show<MyVms>();
        page.WaitForAssertion(() => Assert.Equal(["mine"], Names(page)));
        var theirs = Sample.Vm("theirs", Sample.Sam);
        Portal.Vms.Add(theirs);

        Portal.PublishVmChanged(theirs.Id);
        var mine = Portal.Vms[0];
        Portal.Put(mine with { Drift = "x" });
        Portal.PublishVmChanged(mine.Id);

        page.WaitForAssertion(() => Assert.Contains("Differs from its host", page.Markup, StringComparison.Ordinal));
        Assert.Equal(["mine"], Names(page));
    }

    [Fact]
    public void MyVms_Gap_MakesItReadEverythingAgain()
    {
        var vm = Sample.Vm("web-1");
        Portal.Vms.Add(vm);
        var page = Show<MyVms>();
        page.WaitForAssertion(() => Assert.Equal(["web-1"], Names(page)));

        Portal.Vms.Add(Sample.Vm("web-2"));
        Portal.Publish(new EventBatch([], Gap: true));

        page.WaitForAssertion(() => Assert.Equal(["web-1", "web-2"], Names(page)));
    }

    [Fact]
    public void MyVms_AThousandEventsInASecond_AreReadBatchByBatchAndTrueAtTheEnd()
    {
        var vms = Enumerable.Range(0, 50).Select(static i => Sample.Vm($"vm-{i:00}")).ToList();
        Portal.Vms.AddRange(vms);
        var page = Show<MyVms>();
        page.WaitForAssertion(() => Assert.Equal(50, Names(page).Count));
        var read = Portal.VmReads;

        for (var batch = 0; batch < 10; batch++)
        {
            Portal.Put(vms[batch] with { Power = PowerState.Paused });
            Portal.Publish(new EventBatch([.. Enumerable.Range(0, 100).Select(i => Portal.Event("VmChanged", vms[i % 50].Id, null, "Changed"))], Gap: false));
        }

        page.WaitForAssertion(() => Assert.Equal(10, page.FindAll("[data-power='Paused']").Count));
        Assert.InRange(Portal.VmReads - read, 1, 10);
    }

    [Fact]
    public async Task MyVms_Left_GivesItsPlaceInTheStreamBack()
    {
        var page = Show<MyVms>();
        page.WaitForAssertion(() => Assert.NotEqual(0, Portal.Subscribers));

        await DisposeComponentsAsync();

        Assert.Equal(0, Portal.Subscribers);
    }

    [Fact]
    public void VmCard_TakeSnapshot_AsksOnceHoweverOftenItIsClicked()
    {
        Portal.Vms.Add(Sample.Vm("web-1"));
        Portal.Gate = new TaskCompletionSource();
        var page = Show<MyVms>();
        page.WaitForAssertion(() => page.Find(Id("take-snapshot")));

        page.Find(Id("take-snapshot")).Click();
        page.WaitForAssertion(() => Assert.True(page.Find(Id("take-snapshot")).HasAttribute("disabled")));
        page.Find(Id("take-snapshot")).Click();
        Portal.Gate.SetResult();

        page.WaitForAssertion(() => Assert.False(page.Find(Id("take-snapshot")).HasAttribute("disabled")));
        Assert.Equal("Snapshot 23 Nov, 13:02", Assert.IsType<TakeSnapshotRequest>(Assert.Single(Portal.Requests)).Name);
    }

    [Fact]
    public void VmCard_NameTakenThisMinute_ProposesAnother()
    {
        var vm = Sample.Vm("web-1");
        Portal.Vms.Add(vm);
        Portal.AllSnapshots.Add(Sample.Snapshot(vm, "Snapshot 23 Nov, 13:02"));
        var page = Show<MyVms>();
        page.WaitForAssertion(() => page.Find(Id("take-snapshot")));

        page.Find(Id("take-snapshot")).Click();

        page.WaitForAssertion(() => Assert.Equal("Snapshot 23 Nov, 13:02 (2)", Assert.IsType<TakeSnapshotRequest>(Assert.Single(Portal.Requests)).Name));
    }

    [Fact]
    public void VmCard_Refused_SaysWhy()
    {
        Portal.Vms.Add(Sample.Vm("web-1"));
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.VmBusy, "web-1 is being restored. Wait until that is over.");
        var page = Show<MyVms>();
        page.WaitForAssertion(() => page.Find(Id("take-snapshot")));

        page.Find(Id("take-snapshot")).Click();

        page.WaitForAssertion(() => Assert.Equal(["web-1 is being restored. Wait until that is over."], Snackbars));
        Assert.Empty(Mine.Open);
    }

    [Fact]
    public void VmCard_HostThatDoesNotAnswer_DisablesWhatNeedsItAndSaysWhy()
    {
        Portal.Vms.Add(Sample.Vm("web-1") with { HostReachable = false, HostMessage = "Connection refused." });
        var page = Show<MyVms>();

        page.WaitForAssertion(() => Assert.True(page.Find(Id("take-snapshot")).HasAttribute("disabled")));
        Assert.Contains("local does not answer", page.Find(Id("take-snapshot")).GetAttribute("title"), StringComparison.Ordinal);
        Assert.Contains("Connection refused.", page.Find(Id("host-notice")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void VmMenu_RunningMachine_OffersWhatARunningMachineCanDo()
    {
        var vm = Sample.Vm("web-1");
        Portal.Vms.Add(vm);
        var page = Show<MyVms>();
        page.WaitForAssertion(() => page.Find(Id("vm-menu")));

        page.Find(Id("vm-menu")).Click();

        page.WaitForAssertion(() => Assert.True(page.Find(Id("vm-start")).HasAttribute("disabled")));
        page.Find(Id("vm-shutdown")).Click();
        page.WaitForAssertion(() => Assert.Equal(PowerAction.Shutdown, Assert.IsType<PowerRequest>(Assert.Single(Portal.Requests)).Action));
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("[role='menu']")));
    }

    [Fact]
    public void VmMenu_ForceOff_SaysWhatIsLostBeforeItIsDone()
    {
        Portal.Vms.Add(Sample.Vm("web-1"));
        var page = Show<MyVms>();
        page.WaitForAssertion(() => page.Find(Id("vm-menu")));
        page.Find(Id("vm-menu")).Click();

        page.WaitForElement(Id("vm-stop")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("as if its plug were pulled", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(Portal.Requests);
        Dialogs.Find(Id("confirm")).Click();
        page.WaitForAssertion(() => Assert.Equal(PowerAction.Stop, Assert.IsType<PowerRequest>(Assert.Single(Portal.Requests)).Action));
    }
}
