using Bunit;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class VmDetailsTests : ComponentTest
{
    private IRenderedComponent<VmDetails> Open(VmView vm, string? tab = null)
        => Show<VmDetails>(p => p.Add(c => c.VmId, vm.Id).Add(c => c.Tab, tab));

    [Fact]
    public void VmDetails_MachineOfAnother_LooksLikeOneThatDoesNotExist()
    {
        var theirs = Sample.Vm("theirs", Sample.Sam);
        Portal.Vms.Add(theirs);

        var strange = Open(theirs);
        var missing = Show<VmDetails>(static p => p.Add(static c => c.VmId, Guid.NewGuid()));

        strange.WaitForAssertion(() => strange.Find(Id("not-found")));
        missing.WaitForAssertion(() => missing.Find(Id("not-found")));
        Assert.Equal(missing.Find(Id("not-found")).OuterHtml, strange.Find(Id("not-found")).OuterHtml);
        Assert.DoesNotContain("theirs", strange.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void VmDetails_MachineThatIsDeletedWhileItIsShown_TurnsIntoTheNotFoundPage()
    {
        var vm = Sample.Vm();
        Portal.Vms.Add(vm);
        var page = Open(vm);
        page.WaitForAssertion(() => Assert.Equal("web-1", page.Find("h1").TextContent));

        Portal.Vms.Clear();
        Portal.PublishVmChanged(vm.Id);

        page.WaitForAssertion(() => page.Find(Id("not-found")));
    }

    [Fact]
    public void VmDetails_UnknownTab_ShowsTheSnapshots()
    {
        var vm = Sample.Vm();
        Portal.Vms.Add(vm);

        var page = Open(vm, "<script>");

        page.WaitForAssertion(() => page.Find(Id("snapshot-name")));
        Assert.Equal("page", page.Find(Id("tab-snapshots")).GetAttribute("aria-current"));
    }

    [Fact]
    public void VmDetails_MachineThatIsOff_StartsWithOneClick()
    {
        var vm = Sample.Vm(power: PowerState.ShutOff);
        Portal.Vms.Add(vm);
        var page = Open(vm);
        page.WaitForAssertion(() => page.Find(Id("start")));

        page.Find(Id("start")).Click();

        page.WaitForAssertion(() => Assert.Equal(PowerAction.Start, Assert.IsType<PowerRequest>(Assert.Single(Portal.Requests)).Action));
    }

    [Fact]
    public void VmOverview_Disks_SayWhatIsLeftOutAndWhy()
    {
        var vm = Sample.Vm();
        Portal.Vms.Add(vm);
        Portal.Inspections[vm.Id] = Sample.Inspection(vm) with { Disks = [Sample.Disk(), Sample.Disk("vdb", included: false, "Its pool holds no snapshots.")] };

        var page = Open(vm, "overview");

        page.WaitForAssertion(() => Assert.Equal(["true", "false"], page.FindAll(Id("disk")).Select(static d => d.GetAttribute("data-included"))));
        Assert.Contains("Its pool holds no snapshots.", page.FindAll(Id("disk"))[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void VmOverview_HostThatDoesNotAnswer_StillShowsWhatTheDatabaseKnows()
    {
        var vm = Sample.Vm() with { HostReachable = false, HostMessage = "Connection refused." };
        Portal.Vms.Add(vm);

        var page = Open(vm, "overview");

        page.WaitForAssertion(() => Assert.Contains("local does not answer", page.Find(".section").TextContent, StringComparison.Ordinal));
        Assert.Contains("2 GiB", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void VmSettings_Delete_NeedsTheNameTypedExactly()
    {
        var vm = Sample.Vm("web-1");
        Portal.Vms.Add(vm);
        var page = Open(vm, "settings");
        page.WaitForAssertion(() => page.Find(Id("delete-vm")));
        Assert.True(page.Find(Id("delete-vm")).HasAttribute("disabled"));

        page.Find(Id("delete-vm-name")).Input("Web-1");
        page.WaitForAssertion(() => Assert.Equal("Web-1", page.Find(Id("delete-vm-name")).GetAttribute("value")));
        Assert.True(page.Find(Id("delete-vm")).HasAttribute("disabled"));
        page.Find(".danger form").Submit();
        Assert.Empty(Portal.Requests);

        page.Find(Id("delete-vm-name")).Input("web-1");
        page.WaitForAssertion(() => Assert.False(page.Find(Id("delete-vm")).HasAttribute("disabled")));
        page.Find(".danger form").Submit();

        page.WaitForAssertion(() => Assert.Equal(("DeleteVm", vm.Id), Assert.Single(Portal.Requests)));
        Assert.EndsWith("/", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void VmSettings_DeletionRefused_SaysWhyAndStays()
    {
        var vm = Sample.Vm("web-1");
        Portal.Vms.Add(vm);
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.VmBusy, "A snapshot is being taken.");
        var page = Open(vm, "settings");
        page.WaitForAssertion(() => page.Find(Id("delete-vm-name")));

        page.Find(Id("delete-vm-name")).Input("web-1");
        page.WaitForAssertion(() => Assert.False(page.Find(Id("delete-vm")).HasAttribute("disabled")));
        page.Find(".danger form").Submit();

        page.WaitForAssertion(() => Assert.Contains("A snapshot is being taken.", page.Markup, StringComparison.Ordinal));
    }
}
