using Bunit;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>A machine's name, description and boot order on its settings.</summary>
public sealed class VmSettingsTests : ComponentTest
{
    [Fact]
    public void Rename_OfAMachineThatIsOff_IsAskedForAndFollowed()
    {
        var vm = Add(Sample.Vm(power: PowerState.ShutOff));
        var page = Naming(vm);
        Assert.True(page.Find(Id("vm-rename")).HasAttribute("disabled"));

        page.Find(Id("vm-name-input")).Input("shop-1");
        page.FindAll("form")[0].Submit();

        page.WaitForAssertion(() => Assert.Equal(new ConfigureVmRequest("shop-1"), Assert.Single(Portal.Requests)));
        page.WaitForAssertion(() => Assert.Single(Mine.Open));
    }

    [Fact]
    public void Rename_ToWhatIsNoHostName_SaysWhyAndCannotBeSent()
    {
        var page = Naming(Add(Sample.Vm(power: PowerState.ShutOff)));

        page.Find(Id("vm-name-input")).Input("Shop 1");

        Assert.Contains("only a–z", page.Find(Id("vm-name-note")).TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.Find(Id("vm-name-input")).GetAttribute("aria-invalid"));
        page.FindAll("form")[0].Submit();
        Assert.Empty(Portal.Requests);
    }

    [Fact]
    public void Rename_Refused_SaysWhyAboveTheField()
    {
        var page = Naming(Add(Sample.Vm(power: PowerState.ShutOff)));
        Portal.Refusal = new Failure(FailureKind.Conflict, FailureCodes.NameTaken, "A virtual machine named “shop-1” exists already. Choose another name.", "name");

        page.Find(Id("vm-name-input")).Input("shop-1");
        page.FindAll("form")[0].Submit();

        page.WaitForAssertion(() => Assert.Contains("exists already", page.Find(Id("form-error")).TextContent, StringComparison.Ordinal));
        page.Find(Id("vm-name-input")).Input("shop-2");
        Assert.Empty(page.FindAll(Id("form-error")));
    }

    [Fact]
    public void Rename_OfAMachineThatIsOn_IsDisabledAndSaysWhatToDo()
    {
        var page = Naming(Add(Sample.Vm()));

        Assert.True(page.Find(Id("vm-name-input")).HasAttribute("disabled"));
        Assert.Contains("Shut it down first", page.Find(Id("vm-name-note")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_OfAClass_IsDescribedButNotRenamedByItsStudent()
    {
        Actor.Actor = Sample.Sam;
        var vm = Add(Sample.Vm("lab-sam", Sample.Sam, PowerState.ShutOff) with { Class = ClassVmTests.ClassOf() });
        var page = Naming(vm);

        page.WaitForAssertion(() => Assert.Contains("only its teachers can rename it", page.Find(Id("vm-name-note")).TextContent, StringComparison.Ordinal));
        page.Find(Id("vm-description")).Input("Week 2");
        page.FindAll("form")[1].Submit();

        page.WaitForAssertion(() => Assert.Equal(new ChangeVmRequest(null) { DeadlineStays = true, Description = "Week 2" }, Assert.Single(Portal.Requests)));
    }

    [Fact]
    public void Description_ThatIsTyped_StaysWhenTheNameChangesElsewhere()
    {
        var vm = Add(Sample.Vm(power: PowerState.ShutOff));
        var page = Naming(vm);
        page.Find(Id("vm-description")).Input("Half a sen");

        page.Render(p => p.Add(static c => c.Vm, vm with { Name = "shop-1" }));

        Assert.Equal("shop-1", page.Find(Id("vm-name-input")).GetAttribute("value"));
        Assert.Equal("Half a sen", page.Find(Id("vm-description")).GetAttribute("value"));
    }

    [Fact]
    public void Description_TooLong_SaysSoAndCannotBeSaved()
    {
        var page = Naming(Add(Sample.Vm()));

        page.Find(Id("vm-description")).Input(new string('x', 2_001));

        Assert.Contains("2001 characters", page.Find("#vm-description-note").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find(Id("vm-describe")).HasAttribute("disabled"));
    }

    [Fact]
    public void Boot_OrderMovedAndChosen_IsAskedForAsItStands()
    {
        var page = Boot(Add(Sample.Vm()));
        Assert.True(page.WaitForElement(Id("boot-save")).HasAttribute("disabled"));
        Assert.Contains("from its next start on", page.Find(Id("boot-note")).TextContent, StringComparison.Ordinal);

        page.FindAll(Id("boot-chosen"))[1].Change(true);
        page.FindAll(Id("boot-up"))[1].Click();
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
        {
            var request = Assert.IsType<ConfigureVmRequest>(Assert.Single(Portal.Requests));
            Assert.Equal((null, null, "sda,vda"), (request.Name, request.StartsWithHost, string.Join(',', request.BootOrder!)));
        });
    }

    [Fact]
    public void Boot_StartWithTheHost_IsAskedForAlone()
    {
        var page = Boot(Add(Sample.Vm(power: PowerState.ShutOff)));

        page.WaitForElement(Id("boot-with-host")).Change(true);
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal(new ConfigureVmRequest(StartsWithHost: true), Assert.Single(Portal.Requests)));
    }

    [Fact]
    public void Boot_WithNothingChosen_SaysSoAndCannotBeSaved()
    {
        var page = Boot(Add(Sample.Vm()));

        page.WaitForElement(Id("boot-chosen")).Change(false);

        Assert.Contains("at least one", page.Find(Id("boot-note")).TextContent, StringComparison.Ordinal);
        Assert.True(page.Find(Id("boot-save")).HasAttribute("disabled"));
    }

    [Fact]
    public void Boot_OfAHostThatDoesNotAnswer_SaysSo()
    {
        var vm = Add(Sample.Vm());
        Portal.Boots[vm.Id] = new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer. Try again when it is back.");

        var page = Boot(vm);

        page.WaitForAssertion(() => Assert.Contains("The host does not answer", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("form"));
    }

    [Fact]
    public void Boot_OfAMachineOfAClass_OffersNoStartWithTheHost()
    {
        var page = Boot(Add(Sample.Vm() with { Class = ClassVmTests.ClassOf() }));

        Assert.True(page.WaitForElement(Id("boot-with-host")).HasAttribute("disabled"));
        Assert.Contains("made for a class", page.Find("#boot-host-note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Boot_ChangedElsewhere_IsShownAndWhatIsBeingChosenStaysOtherwise()
    {
        var vm = Add(Sample.Vm());
        var page = Boot(vm);
        page.WaitForElement(Id("boot-with-host")).Change(true);

        Portal.PublishVmChanged(vm.Id);
        page.WaitForAssertion(() => Assert.False(page.Find(Id("boot-save")).HasAttribute("disabled")));

        Portal.Boots[vm.Id] = new BootSettings(false, [new BootDevice("52:54:00:12:34:56", BootDeviceKind.Network, 1), new BootDevice("vda", BootDeviceKind.Disk, null)], HasOwnKernel: true);
        Portal.PublishVmChanged(vm.Id);
        page.WaitForAssertion(() => Assert.Equal(["52:54:00:12:34:56", "vda"], page.FindAll(Id("boot-device")).Select(static d => d.GetAttribute("data-device"))));
        Assert.Contains("gives this VM a kernel", page.Markup, StringComparison.Ordinal);
        Assert.True(page.Find(Id("boot-save")).HasAttribute("disabled"));
    }

    private IRenderedComponent<VmNaming> Naming(VmView vm) => Show<VmNaming>(p => p.Add(static c => c.Vm, vm));

    private IRenderedComponent<VmBoot> Boot(VmView vm) => Show<VmBoot>(p => p.Add(static c => c.Vm, vm));

    private VmView Add(VmView vm)
    {
        Portal.Put(vm);
        return vm;
    }
}
