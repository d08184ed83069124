using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class VmSnapshotsTests : ComponentTest
{
    private IRenderedComponent<VmSnapshots> Open(VmView vm)
    {
        Portal.Put(vm);
        var page = Show<VmSnapshots>(p => p.Add(c => c.Vm, vm));
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".timeline")));
        return page;
    }

    [Fact]
    public void VmSnapshots_None_SaysWhatTheyAreGoodFor()
    {
        var page = Open(Sample.Vm());

        Assert.Contains("come back to this moment", page.Find(Id("no-snapshots")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void VmSnapshots_FindingOne_ShowsOnlyThoseThatAreCalledLikeIt()
    {
        var vm = Sample.Vm();
        for (var i = 0; i < 12; i++)
        {
            Portal.Put(Sample.Snapshot(vm, i % 2 == 0 ? $"Before {i}" : $"After {i}"));
        }

        var page = Open(vm);
        Assert.Equal(12, page.FindAll(Id("snapshot-node")).Count);

        page.Find(Id("snapshot-find")).Input("before");
        page.WaitForAssertion(() => Assert.EndsWith("find=before", Navigation.Uri, StringComparison.Ordinal));
        page.Render(static p => p.Add(static c => c.Find, "before"));

        page.WaitForAssertion(() => Assert.Equal(6, page.FindAll(Id("snapshot-node")).Count));
        Assert.Contains("6 of 12", page.Find(Id("snapshots-found")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void VmSnapshots_Hundreds_AreDrawnAsFarAsTheyAreInSight()
    {
        var vm = Sample.Vm();
        for (var i = 0; i < 500; i++)
        {
            Portal.Put(Sample.Snapshot(vm, $"State {i}"));
        }

        var page = Open(vm);

        var list = page.FindComponent<Microsoft.AspNetCore.Components.Web.Virtualization.Virtualize<SnapshotView>>();
        Assert.Equal(500, list.Instance.Items!.Count);
    }

    [Fact]
    public void VmSnapshots_StepOfOneSnapshot_ReadsOnlyThatOneAgain()
    {
        var vm = Sample.Vm();
        var snapshot = Sample.Snapshot(vm) with { Phase = SnapshotPhase.InProgress };
        Portal.Put(snapshot);
        Portal.Put(Sample.Snapshot(vm, "Another"));
        var page = Open(vm);
        var lists = Portal.SnapshotLists;

        var operation = Sample.Operation(vm, OperationKind.TakeSnapshot, snapshot, OperationState.Running, Sample.Running("Capture"));
        Portal.Put(snapshot with { ActiveOperation = operation });
        Portal.Publish(operation);

        page.WaitForAssertion(() => Assert.Contains("Captur", page.Find(Id("snapshot-node")).TextContent, StringComparison.Ordinal));
        Assert.Equal(lists, Portal.SnapshotLists);
    }

    [Fact]
    public void VmSnapshots_GuestAgentWithHistory_SaysHowLongTheFreezeTakes()
    {
        var page = Open(Sample.Vm());

        page.WaitForAssertion(() => Assert.Equal("Guest agent connected: file systems will be frozen for about 71 ms.", page.Find(Id("expectation")).TextContent));
    }

    [Fact]
    public void VmSnapshots_Always_SaysThatASnapshotIsNoBackup()
        => Assert.Contains("no backup", Open(Sample.Vm()).Markup, StringComparison.Ordinal);

    [Fact]
    public void TakeSnapshot_OneClick_TakesItUnderTheProposedName()
    {
        var page = Open(Sample.Vm());
        Assert.Equal("Snapshot 23 Nov, 13:02", page.Find(Id("snapshot-name")).GetAttribute("value"));

        page.Find(".take-form").Submit();

        page.WaitForAssertion(() => Assert.Equal("InProgress", page.Find(Id("snapshot-node")).GetAttribute("data-phase")));
        var request = Assert.IsType<TakeSnapshotRequest>(Assert.Single(Portal.Requests));
        Assert.Equal("Snapshot 23 Nov, 13:02", request.Name);
        Assert.NotNull(request.IdempotencyKey);
        Assert.Single(Mine.Open);
    }

    [Fact]
    public void TakeSnapshot_WithOptions_AsksForMemoryAndDeadline()
    {
        var page = Open(Sample.Vm());
        page.WaitForAssertion(() => Assert.Contains("71 ms", page.Markup, StringComparison.Ordinal));
        page.Find(Id("take-options")).Click();
        page.WaitForElement(Id("snapshot-description")).Input("Before the upgrade");
        page.Find(Id("take-memory")).Change(true);
        page.WaitForElement(Id("take-deadline")).Input("1,5");

        page.Find(".take-form").Submit();

        page.WaitForAssertion(() =>
        {
            var request = Assert.IsType<TakeSnapshotRequest>(Assert.Single(Portal.Requests));
            Assert.Equal(("Before the upgrade", true, TimeSpan.FromSeconds(90)), (request.Description, request.WithMemory, request.FailureDeadline));
        });
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    [InlineData("1441")]
    [InlineData("-1")]
    public void TakeSnapshot_DeadlineOutOfRange_SaysTheRangeAndAsksNothing(string typed)
    {
        var page = Open(Sample.Vm());
        page.Find(Id("take-options")).Click();
        page.WaitForElement(Id("take-deadline")).Input(typed);

        page.Find(".take-form").Submit();

        page.WaitForAssertion(() => Assert.Contains("between 1 second and 24 hours", page.Find("#take-deadline-note").TextContent, StringComparison.Ordinal));
        Assert.Empty(Portal.Requests);
    }

    [Fact]
    public void TakeSnapshot_OptionsThatWereClosedAgain_AreNotAskedFor()
    {
        var page = Open(Sample.Vm());
        page.Find(Id("take-options")).Click();
        page.WaitForElement(Id("take-deadline")).Input("soon");
        Assert.Equal("true", page.Find(Id("take-options")).GetAttribute("aria-expanded"));

        page.Find(Id("take-options")).Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Id("take-choices"))));
        page.Find(".take-form").Submit();

        page.WaitForAssertion(() => Assert.Null(Assert.IsType<TakeSnapshotRequest>(Assert.Single(Portal.Requests)).FailureDeadline));
    }

    [Fact]
    public void TakeSnapshot_OfAMachineThatIsOff_OffersNoMemory()
    {
        var page = Open(Sample.Vm() with { Power = PowerState.ShutOff, AgentConnected = false });
        page.Find(Id("take-options")).Click();

        page.WaitForElement(Id("take-deadline"));
        Assert.Empty(page.FindAll(Id("take-memory")));
    }

    [Fact]
    public void TakeSnapshot_ProposedName_FollowsTheClockUntilSomebodyTypes()
    {
        var page = Open(Sample.Vm());

        Clock.Advance(TimeSpan.FromMinutes(1));
        page.WaitForAssertion(() => Assert.Equal("Snapshot 23 Nov, 13:03", page.Find(Id("snapshot-name")).GetAttribute("value")));

        page.Find(Id("snapshot-name")).Input("Mine");
        page.WaitForAssertion(() => Assert.Equal("Mine", page.Find(Id("snapshot-name")).GetAttribute("value")));
        Clock.Advance(TimeSpan.FromMinutes(1));
        page.WaitForAssertion(() => Assert.Equal("Mine", page.Find(Id("snapshot-name")).GetAttribute("value")));
    }

    [Fact]
    public void TakeSnapshot_ProposedName_IsInTheBrowsersZone()
    {
        var page = Open(Sample.Vm());

        Services.GetRequiredService<SnapshotPortal.Web.Live.BrowserTime>().SetZone("Europe/Berlin");

        page.WaitForAssertion(() => Assert.Equal("Snapshot 23 Nov, 14:02", page.Find(Id("snapshot-name")).GetAttribute("value")));
    }

    [Fact]
    public void TakeSnapshot_NameThatCannotBe_SaysWhyWithoutAsking()
    {
        var page = Open(Sample.Vm());

        page.Find(Id("snapshot-name")).Input(" ");
        page.Find(".take-form").Submit();

        page.WaitForAssertion(() => Assert.Contains("needs a name", page.Find(Id("take-error")).TextContent, StringComparison.Ordinal));
        Assert.Empty(Portal.Requests);
    }

    [Fact]
    public void TakeSnapshot_Refused_SaysWhyBesideTheButtonAndKeepsWhatWasTyped()
    {
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.NameTaken, "There is a snapshot called “Mine” already. Choose another name.", "name");
        var page = Open(Sample.Vm());

        page.Find(Id("snapshot-name")).Input("Mine");
        page.WaitForAssertion(() => Assert.Equal("Mine", page.Find(Id("snapshot-name")).GetAttribute("value")));
        page.Find(".take-form").Submit();

        page.WaitForAssertion(() => Assert.Contains("Choose another name", page.Find(Id("take-error")).TextContent, StringComparison.Ordinal));
        Assert.Equal("Mine", page.Find(Id("snapshot-name")).GetAttribute("value"));
    }

    [Fact]
    public void TakeSnapshot_ClickedTwice_AsksOnce()
    {
        Portal.Gate = new TaskCompletionSource();
        var page = Open(Sample.Vm());

        page.Find(".take-form").Submit();
        page.WaitForAssertion(() => Assert.True(page.Find(Id("take-snapshot")).HasAttribute("disabled")));
        page.Find(".take-form").Submit();
        Portal.Gate.SetResult();

        page.WaitForAssertion(() => Assert.False(page.Find(Id("take-snapshot")).HasAttribute("disabled")));
        Assert.Single(Portal.Requests);
    }

    [Fact]
    public void TakeSnapshot_NothingToInclude_IsDisabledWithTheReason()
    {
        var vm = Sample.Vm();
        Portal.Inspections[vm.Id] = Sample.Inspection(vm) with { CanTakeSnapshot = false, WhyNot = "No disk of this machine can be part of a snapshot." };

        var page = Open(vm);

        page.WaitForAssertion(() => Assert.True(page.Find(Id("take-snapshot")).HasAttribute("disabled")));
        Assert.Contains("No disk of this machine", page.Find(Id("take-why-not")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeLine_SnapshotInProgress_UnfoldsItsStepsWithTheirTimes()
    {
        var vm = Sample.Vm();
        var snapshot = Sample.Snapshot(vm) with { Phase = SnapshotPhase.InProgress };
        var operation = Sample.Operation(vm, OperationKind.TakeSnapshot, snapshot, OperationState.Running, Sample.Done("Inspect", 12), Sample.Running("Freeze"));
        Portal.Put(snapshot with { ActiveOperation = operation });
        var page = Open(vm);
        page.WaitForAssertion(() => Assert.Equal(["Inspect", "Freeze"], page.FindAll(Id("operation-step")).Select(static s => s.GetAttribute("data-step"))));

        var next = operation with { Steps = [Sample.Done("Inspect", 12), Sample.Done("Freeze", 71), Sample.Running("Capture")], CurrentStep = "Capture" };
        Portal.Put(snapshot with { ActiveOperation = next });
        Portal.Publish(next);

        page.WaitForAssertion(() => Assert.Contains("71 ms", page.FindAll(Id("operation-step"))[1].TextContent, StringComparison.Ordinal));

        Portal.Put(snapshot with { Phase = SnapshotPhase.Succeeded });
        Portal.Publish(next with { State = OperationState.Succeeded });

        page.WaitForAssertion(() => Assert.Equal("Succeeded", page.Find(Id("snapshot-node")).GetAttribute("data-phase")));
        Assert.Contains("froze 71 ms", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeLine_FailedSnapshot_SaysWhatHappenedAndTakesItAgainUnderAFreeName()
    {
        var vm = Sample.Vm();
        Portal.Put(Sample.Snapshot(vm, "Nightly") with { Phase = SnapshotPhase.Failed, FailureMessage = "The pool is full.", FailureStep = "Inspect" });
        var page = Open(vm);
        Assert.Contains("The pool is full.", page.Find(Id("snapshot-failure")).TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(Id("snapshot-restore")));

        page.Find(Id("snapshot-retry")).Click();

        page.WaitForAssertion(() => Assert.Equal("Nightly (2)", Assert.IsType<TakeSnapshotRequest>(Assert.Single(Portal.Requests)).Name));
    }

    [Fact]
    public void TimeLine_PresentPosition_IsMarkedAndOtherBranchesStandAside()
    {
        var vm = Sample.Vm();
        var first = Sample.Snapshot(vm, "first", Sample.Start.AddHours(-3));
        var left = Sample.Snapshot(vm, "left", Sample.Start.AddHours(-2), first.Id);
        Portal.Put(first);
        Portal.Put(left);

        var page = Open(vm with { CurrentSnapshotId = first.Id });

        var nodes = page.FindAll(Id("snapshot-node"));
        Assert.Equal(["left", "first"], nodes.Select(static n => n.GetAttribute("data-name")));
        Assert.Contains("Other branch", nodes[0].TextContent, StringComparison.Ordinal);
        Assert.NotNull(nodes[1].QuerySelector(Id("here")));
    }

    [Fact]
    public void TimeLine_NamesThatLookLikeMarkup_AreShownAsText()
    {
        var vm = Sample.Vm();
        Portal.Put(Sample.Snapshot(vm, "<img src=x onerror=alert(1)>") with { Description = "<b>bold</b>" });

        var page = Open(vm);

        Assert.Empty(page.FindAll(".timeline img, .timeline b"));
        Assert.Contains("<img src=x onerror=alert(1)>", page.Find("h3").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void TimeLine_Indications_AreChipsWithTheirSentence()
    {
        var vm = Sample.Vm();
        Portal.Put(Sample.Snapshot(vm) with { Indications = [new Indication(IndicationKind.NoGuestAgent, "No guest agent answered.")] });

        var chip = Open(vm).Find(".chip-caution");

        Assert.Equal("No guest agent: No guest agent answered.", chip.GetAttribute("aria-label"));
        Assert.Equal("0", chip.GetAttribute("tabindex"));
        Assert.Equal("No guest agent answered.", chip.GetAttribute("data-hint"));
    }

    [Fact]
    public void Restore_RunningGuest_SaysWhatHappensToItAndStopsIt()
    {
        var vm = Sample.Vm();
        var snapshot = Sample.Snapshot(vm);
        Portal.Put(snapshot);
        var page = Open(vm);

        page.Find(Id("snapshot-restore")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("forced off", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Contains("Before restore, ", Dialogs.Markup, StringComparison.Ordinal);
        Dialogs.Find(Id("restore-confirm")).Click();

        page.WaitForAssertion(() => Assert.Single(Portal.Requests));
        var (id, request) = Assert.IsType<ValueTuple<Guid, RestoreSnapshotRequest>>(Portal.Requests[0]);
        Assert.Equal(snapshot.Id, id);
        Assert.Equal(TargetReadinessPolicy.StopTarget, request.Policy);
        Assert.True(request.KeepPresent);
    }

    [Fact]
    public void Restore_OfASnapshotWithMemory_OffersToLeaveTheMemoryAside()
    {
        var vm = Sample.Vm();
        Portal.Put(Sample.Snapshot(vm) with { HasMemory = true });
        var page = Open(vm);
        page.Find(Id("snapshot-restore")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("go on where they were", Dialogs.Markup, StringComparison.Ordinal));

        Dialogs.Find(Id("restore-memory")).Change(false);
        Dialogs.Find(Id("restore-confirm")).Click();

        page.WaitForAssertion(() => Assert.True(Assert.IsType<ValueTuple<Guid, RestoreSnapshotRequest>>(Assert.Single(Portal.Requests)).Item2.DisksOnly));
    }

    [Fact]
    public void Restore_WithoutKeeping_SaysThatItCannotBeUndone()
    {
        var vm = Sample.Vm(power: PowerState.ShutOff);
        Portal.Put(Sample.Snapshot(vm));
        var page = Open(vm);
        page.Find(Id("snapshot-restore")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("restore-keep")));

        Dialogs.Find(Id("restore-keep")).Change(false);

        Dialogs.WaitForAssertion(() => Assert.Contains("cannot be undone", Dialogs.Markup, StringComparison.Ordinal));
        Dialogs.Find(Id("restore-confirm")).Click();
        page.WaitForAssertion(() => Assert.False(Assert.IsType<ValueTuple<Guid, RestoreSnapshotRequest>>(Assert.Single(Portal.Requests)).Item2.KeepPresent));
    }

    [Fact]
    public void NewVm_Name_IsProposedFreeAndCheckedWhileItIsTyped()
    {
        var vm = Sample.Vm("web");
        Portal.Vms.Add(Sample.Vm("web-2"));
        Portal.Put(Sample.Snapshot(vm));
        var page = Open(vm);

        page.Find(Id("snapshot-clone")).Click();
        Dialogs.WaitForAssertion(() => Assert.Equal("web-3", Dialogs.Find(Id("clone-name")).GetAttribute("value")));

        Dialogs.Find(Id("clone-name")).Input("Web 3");
        Dialogs.WaitForAssertion(() => Assert.Contains("only a–z", Dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Dialogs.Find(Id("clone-confirm")).HasAttribute("disabled"));

        Dialogs.Find(Id("clone-name")).Input("web-7");
        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("clone-confirm")).HasAttribute("disabled")));
        Dialogs.Find(Id("clone-start")).Change(false);
        Dialogs.Find(Id("clone-confirm")).Click();
        page.WaitForAssertion(() => Assert.Single(Portal.Requests));
        var request = Assert.IsType<CloneVmRequest>(Portal.Requests[0]);
        Assert.Equal("web-7", request.Name);
        Assert.False(request.Start);
    }

    [Fact]
    public void NewVm_WithOptions_AsksForThem()
    {
        var vm = Sample.Vm("web");
        Portal.Put(Sample.Snapshot(vm));
        var page = Open(vm);
        page.Find(Id("snapshot-clone")).Click();
        Dialogs.WaitForAssertion(() => Assert.True(Dialogs.Find(Id("clone-identity")).HasAttribute("checked")));

        Dialogs.Find(Id("clone-full")).Change(true);
        Dialogs.Find(Id("clone-options")).Click();
        Dialogs.WaitForElement(Id("clone-vcpus")).Input("9");
        Dialogs.WaitForAssertion(() => Assert.Contains("from 1 to 8", Dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Dialogs.Find(Id("clone-confirm")).HasAttribute("disabled"));
        Dialogs.Find(Id("clone-vcpus")).Input("4");
        Dialogs.Find(Id("clone-memory")).Input("1024");
        Dialogs.Find(Id("clone-network")).Change("net:lab");
        Dialogs.Find(Id("clone-disk-vdb")).Change(false);
        Dialogs.Find(Id("clone-script")).Input("echo hello");
        Dialogs.Find(Id("clone-confirm")).Click();

        page.WaitForAssertion(() => Assert.Single(Portal.Requests));
        var request = Assert.IsType<CloneVmRequest>(Portal.Requests[0]);
        Assert.Equal((true, 4, 1L << 30, "lab", "echo hello", "vdb"), (request.Full, request.VCpus, request.MemoryBytes, request.Network?.Name, request.Identity?.Script, Assert.Single(request.DropDisks)));
        Assert.True(Dialogs.Markup.Length == 0 || !Dialogs.Markup.Contains("clone-disk-vda", StringComparison.Ordinal));
    }

    [Fact]
    public void NewVm_OfASnapshotWithMoreMemoryThanTheHostHas_AsksForLessFirst()
    {
        var vm = Sample.Vm("web");
        Portal.Put(Sample.Snapshot(vm));
        Portal.Preview = Portal.Preview with { MemoryBytes = 99L << 30, MostMemoryBytes = 24L << 30 };
        var page = Open(vm);
        page.Find(Id("snapshot-clone")).Click();

        Dialogs.WaitForElement(Id("clone-memory"));
        Dialogs.WaitForAssertion(() => Assert.Contains("to 24576", Dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Dialogs.Find(Id("clone-confirm")).HasAttribute("disabled"));
        Dialogs.Find(Id("clone-memory")).Input("2048");

        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("clone-confirm")).HasAttribute("disabled")));
    }

    [Fact]
    public void NewVm_Several_ShowsTheirNamesAndAsksForEach()
    {
        var vm = Sample.Vm("web");
        Portal.Put(Sample.Snapshot(vm));
        var page = Open(vm);
        page.Find(Id("snapshot-clone")).Click();
        Dialogs.WaitForElement(Id("clone-count")).Input("5");
        Dialogs.WaitForAssertion(() => Assert.Equal("web-01, web-02, … web-05", Dialogs.Find(Id("clone-name-note")).TextContent));

        Dialogs.Find(Id("clone-name")).Input("lab");
        Dialogs.WaitForAssertion(() => Assert.Contains("a name of its own", Dialogs.Find(Id("clone-name-note")).TextContent, StringComparison.Ordinal));
        Dialogs.Find(Id("clone-name")).Input("lab-{n}");
        Dialogs.Find(Id("clone-confirm")).Click();

        page.WaitForAssertion(() => Assert.Equal(["lab-1", "lab-2", "lab-3", "lab-4", "lab-5"], Portal.Requests.Cast<CloneVmRequest>().Select(static r => r.Name)));
        Assert.Equal(5, Portal.Requests.Cast<CloneVmRequest>().Select(static r => r.IdempotencyKey).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void NewVm_SeveralOfWhichOneNameIsSomebodyElses_MakesNone()
    {
        var vm = Sample.Vm("web");
        Portal.Put(Sample.Snapshot(vm));
        Portal.Taken.Add("web-02");
        var page = Open(vm);
        page.Find(Id("snapshot-clone")).Click();
        Dialogs.WaitForElement(Id("clone-count")).Input("3");

        Dialogs.Find(Id("clone-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("Taken already: web-02", Dialogs.Find(Id("clone-name-note")).TextContent, StringComparison.Ordinal));
        Assert.Empty(Portal.Requests);
    }

    [Fact]
    public void NewVm_OfWhatCannotBeCloned_SaysItBeforeTheClick()
    {
        var vm = Sample.Vm("web");
        Portal.Put(Sample.Snapshot(vm));
        Portal.Preview = Sample.ClonePreview() with { HasAgent = false, Dropped = ["The TPM with its state."] };
        var page = Open(vm);
        page.Find(Id("snapshot-clone")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("The TPM with its state.", Dialogs.Find(Id("clone-dropped")).TextContent, StringComparison.Ordinal));
        Assert.Empty(Dialogs.FindAll(Id("clone-identity")));
    }

    [Fact]
    public void NewVm_NameTakenOnTheHost_SaysSoAtTheField()
    {
        var vm = Sample.Vm("web");
        Portal.Put(Sample.Snapshot(vm));
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.NameTaken, "A machine is called “web-2” already.", "name");
        var page = Open(vm);
        page.Find(Id("snapshot-clone")).Click();
        Dialogs.WaitForAssertion(() => Assert.Equal("web-2", Dialogs.Find(Id("clone-name")).GetAttribute("value")));

        Dialogs.Find(Id("clone-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("already", Dialogs.Find("#clone-name-note").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void DeleteSnapshot_SaysWhatGoesAndWhatStays()
    {
        var vm = Sample.Vm();
        var snapshot = Sample.Snapshot(vm);
        Portal.Put(snapshot);
        var page = Open(vm);
        page.Find(Id("snapshot-menu")).Click();

        page.WaitForElement(Id("snapshot-delete")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("Stays", Dialogs.Markup, StringComparison.Ordinal));
        Dialogs.Find(Id("delete-confirm")).Click();
        page.WaitForAssertion(() => Assert.Equal(("DeleteSnapshot", snapshot.Id), Assert.Single(Portal.Requests)));
    }

    [Fact]
    public void Dialog_Refused_StaysOpenAndSaysWhy()
    {
        var vm = Sample.Vm();
        Portal.Put(Sample.Snapshot(vm));
        var page = Open(vm);
        page.Find(Id("snapshot-restore")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("restore-confirm")));
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.VmBusy, "A snapshot is being taken. Wait until it is there.");

        Dialogs.Find(Id("restore-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("Wait until it is there.", Dialogs.Find("[role='alert']").TextContent, StringComparison.Ordinal));
        Assert.Empty(Mine.Open);
    }
}
