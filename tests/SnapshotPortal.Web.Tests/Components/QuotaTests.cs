using Bunit;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Pages;
using SnapshotPortal.Web.Components.Quotas;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class QuotaTests : ComponentTest
{
    [Fact]
    public void Home_NothingLimited_ShowsNoBar()
    {
        var bars = Show<OwnQuota>();

        bars.WaitForAssertion(() => Assert.Empty(bars.FindAll(Id("own-quota"))));
    }

    [Fact]
    public void Bars_SayHowMuchOfEachLimitIsUsed_AndWhatIsFull()
    {
        Quotas.Own = new QuotaStateView(new QuotaLimits { Vms = 5, MemoryBytes = 4L << 30 }, new QuotaUsage { Vms = 5, MemoryBytes = 1L << 30, Snapshots = 99 });

        var bars = Show<OwnQuota>();

        bars.WaitForAssertion(() => Assert.Equal(["VMs", "Memory"], bars.FindAll(Id("quota-line")).Select(static l => l.GetAttribute("data-name"))));
        Assert.Contains("5 of 5, full", bars.FindAll(Id("quota-line"))[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("1 GiB of 4 GiB", bars.FindAll(Id("quota-line"))[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Account_NothingLimited_SaysSo()
    {
        var bars = Show<OwnQuota>(static p => p.Add(static c => c.ShowAlways, true));

        bars.WaitForAssertion(() => Assert.Contains("Nothing is limited.", bars.Find(Id("own-quota")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Admin_SetAQuota_NeedsAReasonAndShowsIt()
    {
        Actor.Actor = Sample.Ada;
        var page = Show<AdminQuotas>();
        page.WaitForAssertion(() => page.Find(Id("no-quotas")));

        page.Find(Id("quota-new")).Click();
        Dialogs.WaitForAssertion(() => Assert.True(Dialogs.Find(Id("quota-save")).HasAttribute("disabled")));
        Dialogs.Find(Id("quota-subject")).Change("Role");
        Dialogs.Find(Id("quota-vms")).Change("40");
        Dialogs.Find(Id("quota-memory")).Change("1.5");
        Dialogs.Find(Id("quota-reason")).Input("Labs of 30");
        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("quota-save")).HasAttribute("disabled")));
        Dialogs.Find(Id("quota-save")).Click();

        page.WaitForAssertion(() => Assert.Contains("Labs of 30", page.Find(Id("quota")).TextContent, StringComparison.Ordinal));
        Assert.Contains("VMs: 40 · Memory: 1.5 GiB", page.Find(Id("quota")).TextContent, StringComparison.Ordinal);
        Assert.Equal(
            new SetQuotaRequest(QuotaSubject.Role, null, "Teacher", new QuotaLimits { Vms = 40, MemoryBytes = 3L << 29 }, "Labs of 30"),
            Assert.Single(Quotas.Requests));
    }

    [Fact]
    public void Admin_RemoveAQuota_Asks()
    {
        Actor.Actor = Sample.Ada;
        Quotas.All.Add(FakeQuotas.Quota());
        var page = Show<AdminQuotas>();
        page.WaitForAssertion(() => page.Find(Id("quota-remove")));

        page.Find(Id("quota-remove")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("confirm")));
        Assert.Empty(Quotas.Requests);
        Dialogs.Find(Id("confirm")).Click();

        page.WaitForAssertion(() => page.Find(Id("no-quotas")));
    }

    [Fact]
    public void Admin_MakesATeacherAtOnce_AndAnAdministratorOnlyAfterAsking()
    {
        Actor.Actor = Sample.Ada;
        var page = Show<AdminView>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Id("person")).Count));
        Assert.True(page.Find("[data-email='admin@demo.test'] " + Id("person-administrator")).HasAttribute("disabled"));

        page.Find("[data-email='dev@demo.test'] " + Id("person-teacher")).Change(true);
        page.WaitForAssertion(() => Assert.Equal(["Teacher"], People.People[1].Roles));
        page.Find("[data-email='dev@demo.test'] " + Id("person-administrator")).Change(true);
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("confirm")));
        Assert.Equal(["Teacher"], People.People[1].Roles);
        Dialogs.Find(Id("confirm")).Click();

        page.WaitForAssertion(() => Assert.Equal(["Teacher", "Administrator"], People.People[1].Roles));
    }

    [Fact]
    public void Admin_RoleRefused_SaysWhy()
    {
        Actor.Actor = Sample.Ada;
        People.Refusal = new Failure(FailureKind.Conflict, FailureCodes.LastAdministrator, "This is the last administrator.");
        var page = Show<AdminView>();
        page.WaitForAssertion(() => page.Find(Id("person")));

        page.Find("[data-email='dev@demo.test'] " + Id("person-teacher")).Change(true);

        page.WaitForAssertion(() => Assert.Contains("This is the last administrator.", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Admin_LimitThatNobodyCanCount_IsRefusedAndNotMadeAnotherNumber()
    {
        Actor.Actor = Sample.Ada;
        var page = Show<AdminQuotas>();
        page.WaitForAssertion(() => page.Find(Id("no-quotas")));
        page.Find(Id("quota-new")).Click();
        Dialogs.WaitForElement(Id("quota-vms")).Change("99999999999999999999");
        Dialogs.Find(Id("quota-reason")).Input("Labs of 30");
        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("quota-save")).HasAttribute("disabled")));

        Dialogs.Find(Id("quota-save")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("“VMs” is more than can be counted", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(Id("quota")));
    }
}
