using Bunit;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Accounts;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Pages;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class AccountAndAdminTests : ComponentTest
{
    [Fact]
    public void Account_NewToken_ShowsItsSecretOnce()
    {
        var page = Show<AccountPage>();
        page.WaitForAssertion(() => page.Find(Id("token-name")));
        page.Find(Id("token-name")).Input("nightly");
        page.Find(Id("token-days")).Change("30");

        page.WaitForAssertion(() => Assert.False(page.Find(Id("token-create")).HasAttribute("disabled")));
        page.Find(".new-token").Submit();

        page.WaitForAssertion(() => Assert.Contains("spt_the-secret", page.Find(Id("token-secret")).TextContent, StringComparison.Ordinal));
        Assert.Equal(new TokenRequest("nightly", TimeSpan.FromDays(30)), Assert.Single(Portal.Requests));
        page.Find(Id("token-secret") + " p button").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("spt_the-secret", page.Markup, StringComparison.Ordinal));
        Assert.Single(page.FindAll(Id("token")));
    }

    [Fact]
    public void Account_NewTokenForLess_IsMadeForWhatIsChosen()
    {
        var page = Show<AccountPage>();
        page.WaitForAssertion(() => page.Find(Id("token-name")));
        page.Find(Id("token-name")).Input("reader");
        foreach (var scope in new[] { "snapshot", "power", "clone", "class", "admin" })
        {
            page.Find(Id($"token-scope-{scope}")).Change(false);
        }

        page.Find(Id("token-rate")).Change("30");
        page.Find(".new-token").Submit();

        page.WaitForAssertion(() => Assert.Equal(new TokenRequest("reader", TimeSpan.FromDays(90), TokenScopes.Read, 30), Assert.Single(Portal.Requests)));
        page.WaitForAssertion(() => Assert.Contains("read; 30 requests a minute", page.Find(Id("token")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Account_Revoke_AsksBeforeAndShowsItAfter()
    {
        Portal.Tokens.Add(new AccessTokenView(Guid.NewGuid(), "old", Sample.Start, Sample.Start.AddDays(9), null, null));
        var page = Show<AccountPage>();
        page.WaitForAssertion(() => page.Find(Id("token-revoke")));

        page.Find(Id("token-revoke")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("confirm")));
        Assert.Empty(Portal.Requests);
        Dialogs.Find(Id("confirm")).Click();

        page.WaitForAssertion(() => Assert.Contains("Revoked", page.Find(Id("token")).TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(Id("token-revoke")));
    }

    [Fact]
    public void Account_Rename_IsSavedAndTheCookieRenewed()
    {
        var page = Show<AccountPage>();
        page.WaitForAssertion(() => page.Find(Id("display-name")));
        Assert.True(page.Find(Id("display-name-save")).HasAttribute("disabled"));

        page.Find(Id("display-name")).Input("Dana D.");
        page.WaitForAssertion(() => Assert.False(page.Find(Id("display-name-save")).HasAttribute("disabled")));
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("/account/refresh", Navigation.Uri, StringComparison.Ordinal));
        Assert.Contains(People.People, static p => p.DisplayName == "Dana D.");
    }

    [Fact]
    public void Account_Security_SaysHowOneSignsInAndWhatHappened()
    {
        People.People[1] = People.People[1] with { SecondFactor = true };
        People.History.Add(new AccountEventView(AccountEventKind.SecondFactorReset, Sample.Start, "Ada", null, null));
        People.History.Add(new AccountEventView(AccountEventKind.SignedIn, Sample.Start, null, "192.0.2.7", "Firefox on Linux"));

        var page = Show<AccountPage>();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Id("account-event")).Count));
        Assert.Contains("On. Signing in needs a code", page.Find(Id("second-factor")).TextContent, StringComparison.Ordinal);
        Assert.Contains("(Ada)", page.FindAll(Id("account-event"))[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Firefox on Linux, 192.0.2.7", page.FindAll(Id("account-event"))[1].TextContent, StringComparison.Ordinal);
        page.Find(Id("sign-out-elsewhere")).Click();
        Assert.Equal("sign-out-elsewhere", JSInterop.VerifyInvoke("portal.submit").Arguments[0]);
    }

    [Fact]
    public void Admin_Hosts_SayHowBusyTheyAreAndWhatTheyHavePromised()
    {
        Actor.Actor = Sample.Ada;
        People.Hosts[0] = People.Hosts[0] with { Load = Load(promised: 26) };

        var page = Show<AdminView>();

        page.WaitForAssertion(() => Assert.Contains("12 % busy", page.Find(Id("host-processors")).TextContent, StringComparison.Ordinal));
        Assert.StartsWith("8", page.Find(Id("host-processors")).TextContent.Trim(), StringComparison.Ordinal);
        Assert.Contains("24 GiB", page.Find(Id("host-memory")).TextContent, StringComparison.Ordinal);
        Assert.Contains("6 GiB free", page.Find(Id("host-memory")).TextContent, StringComparison.Ordinal);
        Assert.Contains("26 GiB promised", page.Find(Id("host-promised")).TextContent, StringComparison.Ordinal);
        Assert.Contains("over", page.Find(Id("host-promised")).ClassList);
        Assert.Equal("3 running on the host", page.Find(Id("host-running")).TextContent);
        Assert.Equal("libvirt 9.0.0, QEMU 7.2.0", page.Find(Id("host-version")).TextContent);
    }

    [Fact]
    public void Admin_Hosts_WhoseLoadIsNotKnown_ShowNone()
    {
        Actor.Actor = Sample.Ada;

        var page = Show<AdminView>();

        page.WaitForAssertion(() => Assert.Equal("–", page.Find(Id("host-memory")).TextContent.Trim()));
        Assert.Empty(page.FindAll(Id("host-version")));
    }

    [Fact]
    public void Admin_Hosts_WhileSomebodyLooks_AreReadAgain()
    {
        Actor.Actor = Sample.Ada;
        People.Hosts[0] = People.Hosts[0] with { Load = Load(promised: 4) };
        var page = Show<AdminView>();
        page.WaitForAssertion(() => Assert.DoesNotContain("over", page.Find(Id("host-promised")).ClassList));

        People.Hosts[0] = People.Hosts[0] with { Load = Load(promised: 26) };
        Clock.Advance(TimeSpan.FromSeconds(30));

        page.WaitForAssertion(() => Assert.Contains("26 GiB promised", page.Find(Id("host-promised")).TextContent, StringComparison.Ordinal));
    }

    private static HostLoadView Load(int promised)
        => new(Sample.Start, "libvirt 9.0.0, QEMU 7.2.0", 8, 12, 24L << 30, 6L << 30, 3, (long)promised << 30);

    [Fact]
    public void Admin_Invite_MakesTheAccountAndShowsItsLinkWithoutAMailServer()
    {
        Actor.Actor = Sample.Ada;
        var page = Show<AdminView>();
        page.WaitForAssertion(() => page.Find(Id("person-name")));
        page.Find(Id("person-name")).Input("Nia Newcomer");
        page.Find(Id("person-email")).Input("nia@example.org");

        page.Find(".add-person").Submit();

        page.WaitForAssertion(() => Assert.Contains("/account/invitation?user=", page.Find(Id("person-link")).TextContent, StringComparison.Ordinal));
        Assert.Contains(page.FindAll(Id("person")), static p => p.GetAttribute("data-email") == "nia@example.org" && p.TextContent.Contains("Invited", StringComparison.Ordinal));
    }

    [Fact]
    public void Admin_Invite_WithAMailServer_SendsIt()
    {
        Actor.Actor = Sample.Ada;
        Classes.CanSend = true;
        People.People.Add(new PersonView(Guid.CreateVersion7(), "Nia", "nia@example.org", [], LockedOut: false, HasPassword: false));
        var page = Show<AdminView>();
        page.WaitForAssertion(() => page.Find(Id("person-invite")));

        page.Find(Id("person-invite")).Click();

        page.WaitForAssertion(() => Assert.Equal(("Send", People.People[^1].Id), Assert.Single(Classes.Requests)));
        Assert.Empty(page.FindAll(Id("person-link")));
    }

    [Fact]
    public void Admin_ResetSecondFactor_AsksBefore()
    {
        Actor.Actor = Sample.Ada;
        People.People[1] = People.People[1] with { SecondFactor = true };
        var page = Show<AdminView>();
        page.WaitForAssertion(() => page.Find(Id("person-reset")));

        page.Find(Id("person-reset")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("reset-confirm")));
        Assert.True(People.People[1].SecondFactor);
        Dialogs.Find(Id("reset-confirm")).Click();

        page.WaitForAssertion(() => Assert.Empty(page.FindAll(Id("person-reset"))));
        Assert.False(People.People[1].SecondFactor);
    }

    [Fact]
    public void Admin_ResetOfSeveral_TakesWhatIsChosen()
    {
        Actor.Actor = Sample.Ada;
        People.People[1] = People.People[1] with { SecondFactor = true, Passkeys = 2, ConnectedWith = "School account" };
        var page = Show<AdminView>();
        page.WaitForAssertion(() => Assert.Equal("Password · Second factor · 2 passkeys · School account", page.FindAll(Id("person-ways"))[1].TextContent.Replace("Reset…", "", StringComparison.Ordinal).Trim()));

        page.Find(Id("person-reset")).Click();
        Dialogs.WaitForAssertion(() => Assert.True(Dialogs.Find(Id("reset-confirm")).HasAttribute("disabled")));
        Dialogs.Find(Id("reset-passkeys")).Change(true);
        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("reset-confirm")).HasAttribute("disabled")));
        Dialogs.Find(Id("reset-confirm")).Click();

        page.WaitForAssertion(() => Assert.DoesNotContain("passkey", page.FindAll(Id("person-ways"))[1].TextContent, StringComparison.Ordinal));
        Assert.Equal((true, 0, "School account"), (People.People[1].SecondFactor, People.People[1].Passkeys, People.People[1].ConnectedWith));
    }

    [Fact]
    public void Admin_ResetThatIsRefused_SaysWhyAndShowsWhatWasDone()
    {
        Actor.Actor = Sample.Ada;
        People.People[1] = People.People[1] with { HasPassword = false, Passkeys = 1, ConnectedWith = "School account" };
        People.Refusal = new Failure(FailureKind.Conflict, FailureCodes.NotConnected, "There is no connection any more.");
        var page = Show<AdminView>();
        page.WaitForAssertion(() => page.Find(Id("person-reset")));

        page.Find(Id("person-reset")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("reset-passkeys")));
        Dialogs.Find(Id("reset-passkeys")).Change(true);
        Dialogs.Find(Id("reset-connection")).Change(true);
        Dialogs.WaitForAssertion(() => Assert.Contains("no way to sign in", Dialogs.Markup, StringComparison.Ordinal));
        Dialogs.Find(Id("reset-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("no connection any more", Dialogs.Markup, StringComparison.Ordinal));
        Dialogs.Find(".mud-dialog-actions .btn").Click();
        page.WaitForAssertion(() => Assert.StartsWith("School account", page.FindAll(Id("person-ways"))[1].TextContent.Trim(), StringComparison.Ordinal));
    }

    [Fact]
    public void Account_OfAProvider_OffersAPasswordAndToDisconnect()
    {
        People.People[1] = People.People[1] with { HasPassword = false, ConnectedWith = "School account" };

        var page = Show<AccountPage>();

        page.WaitForAssertion(() => Assert.Contains("School account", page.Find(Id("connected-with")).TextContent, StringComparison.Ordinal));
        Assert.Equal("/account/connections", page.Find(Id("manage-connections")).GetAttribute("href"));
        Assert.Equal("Set…", page.Find(Id("change-password")).TextContent);
    }

    [Fact]
    public void Admin_Delete_AsksWhoGetsTheMachinesAndForTheAddress()
    {
        Actor.Actor = Sample.Ada;
        var page = Show<AdminView>();
        page.WaitForAssertion(() => Assert.Single(page.FindAll(Id("person-delete"))));

        page.Find(Id("person-delete")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("web, with 2 snapshots", Dialogs.Find(Id("belongings")).TextContent, StringComparison.Ordinal));
        Dialogs.Find(Id("delete-typed")).Input("dev@demo.test");
        Assert.True(Dialogs.Find(Id("delete-account-confirm")).HasAttribute("disabled"));
        Dialogs.Find(Id("heir")).Change("admin@demo.test");
        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("delete-account-confirm")).HasAttribute("disabled")));
        Dialogs.Find(Id("delete-account-confirm")).Click();

        page.WaitForAssertion(() => Assert.Single(page.FindAll(Id("person"))));
        Assert.Equal((Sample.Dana.UserId, new CloseAccountRequest(MachineFate.Give, Sample.Ada.UserId)), Assert.Single(People.Closed));
    }

    [Fact]
    public void Admin_DeleteThatIsRefused_SaysWhyAndKeepsThePerson()
    {
        Actor.Actor = Sample.Ada;
        People.Refusal = new Failure(FailureKind.Conflict, FailureCodes.TemplatePublished, "It is published.");
        var page = Show<AdminView>();
        page.WaitForAssertion(() => page.Find(Id("person-delete")));

        page.Find(Id("person-delete")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("fate-delete")));
        Dialogs.Find(Id("fate-delete")).Change(true);
        Dialogs.Find(Id("delete-typed")).Input("dev@demo.test");
        Dialogs.Find(Id("delete-account-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("It is published.", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(2, page.FindAll(Id("person")).Count);
    }

    [Fact]
    public void Admin_Adopt_GivesTheMachineToTheChosenPerson()
    {
        Actor.Actor = Sample.Ada;
        var unmanaged = new UnmanagedVmView(Guid.NewGuid(), "local", Guid.NewGuid(), "workspace", PowerState.Running, [Sample.Disk()]);
        Portal.Unmanaged.Add(unmanaged);
        var page = Show<AdminView>();
        page.WaitForAssertion(() => page.Find(Id("unmanaged")));
        Assert.True(page.Find(Id("adopt")).HasAttribute("disabled"));

        page.Find(Id("adopt-owner")).Change("dana");
        page.WaitForAssertion(() => Assert.False(page.Find(Id("adopt")).HasAttribute("disabled")));
        page.Find(Id("adopt")).Click();

        page.WaitForAssertion(() => page.Find(Id("no-unmanaged")));
        Assert.Equal(new AdoptRequest(unmanaged.HostId, unmanaged.VmId, Sample.Dana.UserId), Assert.Single(Portal.Requests));
    }

    [Fact]
    public void Admin_HostThatDoesNotAnswer_SaysWhy()
    {
        Actor.Actor = Sample.Ada;
        People.Hosts[0] = People.Hosts[0] with { State = HostState.Unreachable, Message = "Connection refused." };

        var page = Show<AdminView>();

        page.WaitForAssertion(() => Assert.Contains("Connection refused.", page.Find(Id("host")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Admin_MachinesThatDifferFromTheirHost_AreListedWithWhatDiffers()
    {
        var vm = Guid.CreateVersion7();
        People.Hosts[0] = People.Hosts[0] with { Differing = [new DifferingVm(vm, "web-1", "The disk vda lies in /pool/by-hand.qcow2, where the portal left it in /pool/sp-1.qcow2.")] };

        var page = Show<AdminView>();

        page.WaitForAssertion(() => Assert.Contains("/pool/by-hand.qcow2", page.Find(Id("host-check")).TextContent, StringComparison.Ordinal));
        Assert.Equal($"vms/{vm}", page.Find(Id("host-check") + " a").GetAttribute("href"));
    }

    [Fact]
    public void Import_OfAnImageInAPool_AsksForAMachineAroundIt()
    {
        Actor.Actor = Sample.Ada;
        var page = Show<ImportView>();
        page.WaitForAssertion(() => page.Find(Id("import-image")));
        Assert.True(page.Find(Id("import-confirm")).HasAttribute("disabled"));

        page.Find(Id("import-image")).Change("debian.qcow2");
        page.Find(Id("import-name")).Input("debian");
        page.Find(Id("import-owner")).Change("dev@demo.test");
        page.Find(Id("import-network")).Change("default");
        page.Find(Id("import-memory")).Change("1024");
        page.Find(Id("import-confirm")).Click();

        page.WaitForAssertion(() =>
        {
            var request = Assert.IsType<ImportVmRequest>(Assert.Single(Images.Requests));
            Assert.Equal(
                (Images.Host.HostId, "default", "debian.qcow2", "debian", (Guid?)Sample.Dana.UserId, 1L << 30, "default"),
                (request.HostId, request.Pool, request.Volume, request.Name, request.OwnerId, request.MemoryBytes, request.Network));
        });
        Assert.EndsWith("/activity", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_ThatIsRefused_SaysWhyAndStays()
    {
        Actor.Actor = Sample.Ada;
        Images.Refusal = new Failure(FailureKind.Conflict, FailureCodes.NameTaken, "A virtual machine named “debian” exists already.", "name");
        var page = Show<ImportView>();
        page.WaitForAssertion(() => page.Find(Id("import-image")));
        page.Find(Id("import-image")).Change("debian.qcow2");
        page.Find(Id("import-name")).Input("debian");

        page.Find(Id("import-confirm")).Click();

        page.WaitForAssertion(() => Assert.Contains("exists already", page.Find(Id("import-refusal")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Owner_WhoIsNobody_IsToldAtTheField()
    {
        Actor.Actor = Sample.Ada;
        var page = Show<ImportView>();
        page.WaitForAssertion(() => page.Find(Id("import-owner")));

        page.Find(Id("import-owner")).Change("nobody");

        page.WaitForAssertion(() => Assert.Contains("Nobody, or more than one", page.Markup, StringComparison.Ordinal));
    }
}
