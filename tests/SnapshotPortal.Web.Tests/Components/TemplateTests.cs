using Bunit;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Templates;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class TemplateTests : ComponentTest
{
    public TemplateTests() => Actor.Actor = Sample.Toni;

    private IRenderedComponent<TemplateDetails> Open(TemplateDetailView template)
    {
        Templates.All.Add(template);
        var page = Show<TemplateDetails>(p => p.Add(static c => c.TemplateId, template.Template.Id));
        page.WaitForAssertion(() => page.Find("h1"));
        return page;
    }

    [Fact]
    public void Gallery_NoTemplate_SaysWhatOneIsAndHowToPublishOne()
    {
        var page = Show<TemplateGallery>();

        page.WaitForAssertion(() => Assert.Contains("Publish as template…", page.Find(Id("empty")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Gallery_UseIt_MakesTheMachineAndGoesToIt()
    {
        Templates.All.Add(FakeTemplates.Template("Ubuntu lab"));
        var page = Show<TemplateGallery>();
        page.WaitForAssertion(() => page.Find(Id("template-use")));

        page.Find(Id("template-use")).Click();
        Dialogs.WaitForAssertion(() => Assert.Equal("ubuntu-lab", Dialogs.Find(Id("use-name")).GetAttribute("value")));
        Dialogs.Find(Id("use-confirm")).Click();

        page.WaitForAssertion(() => Assert.Contains("/vms/", Navigation.Uri, StringComparison.Ordinal));
        Assert.Equal("ubuntu-lab", Assert.IsType<CloneVmRequest>(Assert.Single(Templates.Requests)).Name);
        Assert.Single(Mine.Open);
    }

    [Fact]
    public void UseIt_Refused_SaysWhyAndStaysOpen()
    {
        Templates.All.Add(FakeTemplates.Template());
        Templates.Refusal = new Failure(FailureKind.Conflict, FailureCodes.QuotaExceeded, "You have 5 of 5 VMs.");
        var page = Show<TemplateGallery>();
        page.WaitForAssertion(() => page.Find(Id("template-use")));

        page.Find(Id("template-use")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("use-confirm")));
        Dialogs.Find(Id("use-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("You have 5 of 5 VMs.", Dialogs.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Description_WithScriptsPicturesAndHeadings_ShowsOnlyWhatIsSafe()
    {
        var page = Open(FakeTemplates.Template(description: "# Lab\n<script>alert(1)</script>\n**bold** [bad](javascript:alert(1)) [good](https://example.org) ![spy](https://spy.example/x.png)"));

        var text = page.Find(".markdown");
        Assert.Equal("Lab", text.QuerySelector("h3")!.TextContent);
        Assert.NotNull(text.QuerySelector("strong"));
        Assert.Null(text.QuerySelector("script"));
        Assert.Null(text.QuerySelector("img"));
        Assert.Equal(["https://example.org"], text.QuerySelectorAll("a[href]").Select(static a => a.GetAttribute("href")));
        Assert.Equal("nofollow noopener noreferrer", text.QuerySelector("a[href]")!.GetAttribute("rel"));
    }

    [Fact]
    public void Template_WithAScript_ShowsItToItsPublisher()
    {
        var detail = FakeTemplates.Template(versions: 2);
        var page = Open(detail with { Versions = [detail.Versions[0], detail.Versions[1] with { Script = "adduser pupil" }] });

        Assert.Contains("Version 1 runs a script", page.Find(Id("template-script")).TextContent, StringComparison.Ordinal);
        Assert.Contains("adduser pupil", page.Find(Id("template-script")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Template_OfAnother_CanBeUsedAndNotChanged()
    {
        var page = Open(FakeTemplates.Template(mine: false, versions: 2));

        Assert.NotNull(page.Find(Id("template-use")));
        Assert.Empty(page.FindAll(Id("template-edit")));
        Assert.Empty(page.FindAll(Id("template-unpublish")));
        Assert.Equal(2, page.FindAll(Id("template-version")).Count);
    }

    [Fact]
    public void Template_ThatIsNotTheirs_LooksLikeOneThatDoesNotExist()
    {
        var page = Show<TemplateDetails>(static p => p.Add(static c => c.TemplateId, Guid.NewGuid()));

        page.WaitForAssertion(() => page.Find(Id("not-found")));
    }

    [Fact]
    public void Unpublish_AsksBefore_AndCanBeTakenBack()
    {
        var page = Open(FakeTemplates.Template());

        page.Find(Id("template-unpublish")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("confirm")));
        Assert.Empty(Templates.Requests);
        Dialogs.Find(Id("confirm")).Click();

        page.WaitForAssertion(() => page.Find(Id("unpublished")));
        Assert.Empty(page.FindAll(Id("template-use")));
        page.Find(Id("template-publish")).Click();
        page.WaitForAssertion(() => page.Find(Id("template-use")));
    }

    [Fact]
    public void Edit_SharesWithPeopleFoundByName()
    {
        var sam = new PersonRef(Sample.Sam.UserId, "Sam Student", "sam@school.test");
        Templates.People.Add(sam);
        var page = Open(FakeTemplates.Template());

        page.Find(Id("template-edit")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("people-search")));
        Dialogs.Find(Id("people-search")).Input("sam");
        Clock.Advance(TimeSpan.FromSeconds(1));
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("found-person")));
        Dialogs.Find(Id("found-person")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("chosen-person")));
        Dialogs.Find(Id("template-save")).Click();

        page.WaitForAssertion(() => Assert.Contains("Sam Student", page.Find(Id("template-audience")).TextContent, StringComparison.Ordinal));
        Assert.Equal([sam.Id], Assert.IsType<TemplateFields>(Assert.Single(Templates.Requests)).UserIds);
    }

    [Fact]
    public void Publish_Everybody_IsOfferedToTeachersOnly()
    {
        var vm = Sample.Vm(owner: Sample.Dana);
        Actor.Actor = Sample.Dana;

        OpenPublish(vm);

        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("template-title")));
        Assert.Empty(Dialogs.FindAll(Id("audience-everybody")));
    }

    [Fact]
    public void Publish_NewTemplate_SendsWhatWasTypedAndOffersToOpenIt()
    {
        var vm = Sample.Vm(owner: Sample.Toni);
        OpenPublish(vm);
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("audience-everybody")));
        Assert.True(Dialogs.Find(Id("publish-confirm")).HasAttribute("disabled"));

        Dialogs.Find(Id("template-title")).Input("Ubuntu lab");
        Dialogs.Find(Id("template-description")).Input("User **lab**");
        Dialogs.Find(Id("audience-everybody")).Change(true);
        Dialogs.Find(Id("publish-memory")).Change("1.5");
        Dialogs.WaitForAssertion(() => Assert.False(Dialogs.Find(Id("publish-confirm")).HasAttribute("disabled")));
        Dialogs.Find(Id("template-preview")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("<strong>lab</strong>", Dialogs.Find(Id("template-previewed")).InnerHtml, StringComparison.Ordinal));
        Dialogs.Find(Id("publish-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains(Snackbars, static s => s.Contains("Ubuntu lab", StringComparison.Ordinal)));
        var (_, request) = Assert.IsType<(Guid, PublishTemplateRequest)>(Assert.Single(Templates.Requests));
        Assert.Equal(("Ubuntu lab", "User **lab**", TemplateAudience.Everybody), (request.Fields.Title, request.Fields.Description, request.Fields.Audience));
        Assert.Equal((2, 3L << 29), (request.Version.VCpus, request.Version.MemoryBytes));
    }

    [Fact]
    public void Publish_NewVersionOfMine_AsksOnlyForTheVersion()
    {
        var mine = FakeTemplates.Template("Lab");
        Templates.All.Add(mine);
        Templates.All.Add(FakeTemplates.Template("Not mine", mine: false));
        OpenPublish(Sample.Vm(owner: Sample.Toni));
        Dialogs.WaitForAssertion(() => Assert.Equal(2, Dialogs.FindAll(Id("publish-as") + " option").Count));

        Dialogs.Find(Id("publish-as")).Change(mine.Template.Id.ToString());
        Dialogs.WaitForAssertion(() => Assert.Empty(Dialogs.FindAll(Id("template-title"))));
        Dialogs.Find(Id("publish-notes")).Change("Now with git");
        Dialogs.Find(Id("publish-confirm")).Click();

        Dialogs.WaitForAssertion(() => Assert.Single(Templates.Requests));
        var (templateId, _, version) = Assert.IsType<(Guid, Guid, TemplateVersionRequest)>(Templates.Requests[0]);
        Assert.Equal((mine.Template.Id, "Now with git"), (templateId, version.Notes));
    }

    [Fact]
    public void Publish_FromTheMachineOfATemplate_ProposesItsNextVersionAndANewTemplateIsOneClickAway()
    {
        var lab = FakeTemplates.Template("Lab", versions: 2);
        Templates.All.AddRange([FakeTemplates.Template("Another"), lab]);
        Templates.Continued = lab.Template.Id;
        OpenPublish(Sample.Vm(owner: Sample.Toni));
        Dialogs.WaitForAssertion(() => Assert.Equal(lab.Template.Id.ToString(), Dialogs.Find(Id("publish-as")).GetAttribute("value")));
        Assert.Contains("next version", Dialogs.Find("#publish-as-hint").TextContent, StringComparison.Ordinal);
        Assert.Empty(Dialogs.FindAll(Id("template-title")));

        Dialogs.Find(Id("publish-as-new")).Click();

        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("template-title")));
        Assert.Empty(Dialogs.FindAll(Id("publish-as-new")));
        Dialogs.Find(Id("publish-as")).Change(lab.Template.Id.ToString());
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("publish-as-new")));
        Dialogs.Find(Id("publish-confirm")).Click();
        Dialogs.WaitForAssertion(() => Assert.Equal(lab.Template.Id, Assert.IsType<(Guid, Guid, TemplateVersionRequest)>(Assert.Single(Templates.Requests)).Item1));
    }

    [Fact]
    public void Publish_FromAMachineOfOnesClass_IsDisabledWithTheReason()
    {
        var vm = Sample.Vm(owner: Sample.Sam) with { Class = ClassVmTests.ClassOf() };
        Actor.Actor = Sample.Sam;
        var snapshot = Sample.Snapshot(vm);
        Portal.Vms.Add(vm);
        Portal.AllSnapshots.Add(snapshot);
        var node = Show<SnapshotNode>(p => p.Add(static c => c.Vm, vm).Add(static c => c.Snapshot, snapshot));

        node.Find(Id("snapshot-menu")).Click();

        node.WaitForAssertion(() => Assert.True(node.Find(Id("snapshot-publish")).HasAttribute("disabled")));
        Assert.Contains("only its teachers", node.Find(Id("snapshot-publish")).GetAttribute("title"), StringComparison.Ordinal);
    }

    private void OpenPublish(VmView vm)
    {
        var snapshot = Sample.Snapshot(vm);
        Portal.Vms.Add(vm);
        Portal.AllSnapshots.Add(snapshot);
        var node = Show<SnapshotNode>(p => p.Add(static c => c.Vm, vm).Add(static c => c.Snapshot, snapshot));
        node.Find(Id("snapshot-menu")).Click();
        node.WaitForAssertion(() => node.Find(Id("snapshot-publish")));
        node.Find(Id("snapshot-publish")).Click();
    }
}
