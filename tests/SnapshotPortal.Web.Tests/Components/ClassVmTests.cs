using Bunit;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Home;
using SnapshotPortal.Web.Components.Layout;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>What a machine's page says of its template and its class.</summary>
public sealed class ClassVmTests : ComponentTest
{
    internal static VmClassView ClassOf(bool locked = false, DateTimeOffset? ends = null)
        => new(Guid.CreateVersion7(), "Networks 1", Guid.CreateVersion7(), "Week 1", locked, StudentMayDelete: false, ends, ends?.AddDays(14));

    private static VmView Made(bool newer = true) => Sample.Vm("lab-sam", Sample.Sam, PowerState.ShutOff) with { Template = new VmTemplateView(Guid.CreateVersion7(), "Ubuntu lab", 1, newer ? 2 : 1) };

    private IRenderedComponent<VmDetails> Open(VmView vm, string? tab = null)
    {
        Portal.Put(vm);
        var page = Show<VmDetails>(p => p.Add(static c => c.VmId, vm.Id).Add(static c => c.Tab, tab));
        page.WaitForAssertion(() => page.Find("h1"));
        return page;
    }

    public ClassVmTests() => Actor.Actor = Sample.Sam;

    [Theory]
    [InlineData("reset", false)]
    [InlineData("update", true)]
    public void Reset_FromTheTemplate_SaysThatThePresentStateIsKeptAndAsks(string button, bool toNewest)
    {
        var page = Open(Made());
        Assert.Contains("Version 2 is there", page.Find(Id("vm-template")).TextContent, StringComparison.Ordinal);

        page.Find(Id(button)).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("The present state is kept as a snapshot first", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(Portal.Requests);
        Dialogs.Find(Id("reset-confirm")).Click();

        page.WaitForAssertion(() => Assert.Equal(new ResetVmRequest(toNewest), Assert.Single(Portal.Requests)));
    }

    [Fact]
    public void Template_WithoutANewerVersion_OffersOnlyTheReset()
    {
        var page = Open(Made(newer: false));

        Assert.NotNull(page.Find(Id("reset")));
        Assert.Empty(page.FindAll(Id("update")));
    }

    [Fact]
    public void Reset_WhenItIsOver_OffersToUndoIt()
    {
        var vm = Made();
        Portal.Put(vm);
        var notices = Show<RequestNotices>();
        var operation = Sample.Operation(vm, OperationKind.ResetVm);
        Portal.Put(operation);
        Mine.Note(operation);
        Portal.AllSnapshots.Add(Sample.Snapshot(vm, "Before reset", Sample.Start) with { Origin = SnapshotOrigin.Safety });

        Portal.Publish(operation with { State = OperationState.Succeeded, CompletedAt = Sample.Start.AddSeconds(1) });

        notices.WaitForAssertion(() => Assert.Contains(Snackbars, static s => s.Contains("as its template again", StringComparison.Ordinal)));
    }

    [Fact]
    public void LockedMachine_ItsStudent_CannotStartItAndIsToldWhy()
    {
        var page = Open(Sample.Vm("lab-sam", Sample.Sam, PowerState.ShutOff) with { Class = ClassOf(locked: true) });

        Assert.True(page.Find(Id("start")).HasAttribute("disabled"));
        Assert.Contains("locked", page.Find(Id("start")).GetAttribute("title"), StringComparison.Ordinal);
        Assert.Contains("you cannot start it", page.Find(Id("vm-locked")).TextContent, StringComparison.Ordinal);
        page.Find(Id("vm-menu")).Click();
        page.WaitForAssertion(() => Assert.True(page.Find(Id("vm-start")).HasAttribute("disabled")));
    }

    [Fact]
    public void LockedMachine_ATeacher_CanStartItAndSeesWhoseItIs()
    {
        var vm = Sample.Vm("lab-sam", Sample.Sam, PowerState.ShutOff) with { Class = ClassOf(locked: true) };
        Portal.Taught.Add(vm.Class.ClassId);
        Actor.Actor = Sample.Toni;

        var page = Open(vm);

        Assert.False(page.Find(Id("start")).HasAttribute("disabled"));
        Assert.Contains("This is Sam Student's VM.", page.Find(Id("vm-class")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void ClassMachine_WithAnEnd_SaysWhenItEndsAndWhenItIsDeleted()
    {
        var page = Open(Sample.Vm("lab-sam", Sample.Sam) with { Class = ClassOf(ends: new DateTimeOffset(2026, 12, 20, 22, 59, 0, TimeSpan.Zero)) });

        Assert.Contains("ends on 20 Dec 2026", page.Find(Id("vm-class-end")).TextContent, StringComparison.Ordinal);
        Assert.Contains("deleted on 3 Jan 2027", page.Find(Id("vm-class-end")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void ClassMachine_ItsStudent_CannotDeleteItAndIsToldWhy()
    {
        var page = Open(Sample.Vm("lab-sam", Sample.Sam) with { Class = ClassOf() }, "settings");
        page.WaitForAssertion(() => page.Find(Id("delete-vm-name")));

        page.Find(Id("delete-vm-name")).Input("lab-sam");

        page.WaitForAssertion(() => Assert.Contains("only its teachers can delete it", page.Find(".danger .field-error").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find(Id("delete-vm")).HasAttribute("disabled"));
        page.Find(".danger form").Submit();
        Assert.Empty(Portal.Requests);
    }

    [Fact]
    public void Card_MachineOfAClassWithANewerTemplate_SaysBoth()
    {
        var vm = Made() with { Class = ClassOf(locked: true) };

        var card = Show<VmCard>(p => p.Add(static c => c.Vm, vm));

        Assert.Contains("Networks 1 · locked", card.Find(Id("card-class")).TextContent, StringComparison.Ordinal);
        Assert.Contains("Version 2 of Ubuntu lab", card.Find(Id("card-newer")).TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("teacher", true, "Week 1")]
    [InlineData("student", true, "My VMs")]
    [InlineData("administrator", false, "Everybody's VMs")]
    public void WayBack_LeadsToWhereWhoeverLooksFindsTheMachineAgain(string who, bool ofAClass, string expected)
    {
        Actor.Actor = who switch { "teacher" => Sample.Toni, "student" => Sample.Sam, _ => Sample.Ada };
        var taught = ClassOf();
        Portal.Taught.Add(taught.ClassId);
        var page = Open(Made() with { Class = ofAClass ? taught : null, OwnerId = Sample.Sam.UserId });

        page.WaitForAssertion(() => Assert.Equal(expected, page.Find(Id("vm-back")).TextContent.Trim()));
        Assert.Equal(who switch { "teacher" => $"/deployments/{taught.DeploymentId}", "student" => "/", _ => "/?all=1" }, page.Find(Id("vm-back")).GetAttribute("href"));
    }
}
