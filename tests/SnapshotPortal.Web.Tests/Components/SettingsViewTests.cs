using Bunit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SnapshotPortal.Operations;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Web.Api;
using SnapshotPortal.Web.Components.Pages;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class SettingsViewTests : ComponentTest
{
    private readonly MailOptions _mail = new() { Host = "mail.example.org", UserName = "the-user-name", PasswordFile = "/run/secrets/the-password" };

    public SettingsViewTests()
        => Facts = new PortalFacts(
            Options.Create(new PortalOptions { OperationsPerHost = 9, Hosts = { new HostOptions { Name = "a" }, new HostOptions { Name = "b", Networks = { "lab", "rooms" } } } }),
            Options.Create(new RegistrationOptions()),
            Options.Create(new AccountOptions()),
            Options.Create(new OpenIdConnectSettings()),
            Options.Create(_mail),
            Options.Create(new ApiOptions()),
            Options.Create(new AuditOptions { AnchorFile = "/var/log/portal-anchors" }),
            new ConfigurationBuilder().AddInMemoryCollection([new("ReverseProxy:Trusted:0", "10.0.0.1"), new("Keys:PasswordFile", "/run/secrets/the-password")]).Build());

    [Fact]
    public void Settings_Administrator_SeesWhatHoldsAndWhatWasSet()
    {
        Actor.Actor = Sample.Ada;

        var page = Show<SettingsView>();

        page.WaitForAssertion(() => Assert.Contains("9", page.Find("[data-name='SnapshotPortal:OperationsPerHost']").TextContent, StringComparison.Ordinal));
        Assert.Equal("false", page.Find("[data-name='SnapshotPortal:OperationsPerHost']").GetAttribute("data-default"));
        Assert.Equal("true", page.Find("[data-name='SnapshotPortal:DriftCheck']").GetAttribute("data-default"));
        Assert.Equal("true", page.Find("[data-name='SnapshotPortal:Hosts:0:Networks']").GetAttribute("data-default"));
        Assert.Contains("lab, rooms", page.Find("[data-name='SnapshotPortal:Hosts:1:Networks']").TextContent, StringComparison.Ordinal);
        Assert.Contains("/var/log/portal-anchors", page.Find("[data-name='Audit:AnchorFile']").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", page.Find("[data-name='Keys:CertificateFile']").GetAttribute("data-default"));
        Assert.Contains("10.0.0.1", page.Find("[data-name='ReverseProxy:Trusted']").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_OfTheMailServer_HoldNoSecret()
    {
        Actor.Actor = Sample.Ada;

        var page = Show<SettingsView>();

        page.WaitForAssertion(() => Assert.Contains("mail.example.org", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("the-user-name", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("the-password", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_AnybodyElse_IsRefused()
    {
        var page = Show<SettingsView>();

        page.WaitForAssertion(() => Assert.Contains("Only administrators", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(Id("setting")));
        Assert.Empty(page.FindAll(Id("about")));
    }
}
