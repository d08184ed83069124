using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components.Forms;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Classes;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class ClassTests : ComponentTest
{
    private static readonly ClassMemberView _sam = FakeClasses.Member("Sam Student");
    private static readonly ClassMemberView _nia = FakeClasses.Member("Nia New", invited: true);

    public ClassTests() => Actor.Actor = Sample.Toni;

    private IRenderedComponent<ClassDetails> Open(params ClassMemberView[] students)
    {
        var group = FakeClasses.Class("Networks 1", ClassRole.Teacher, students);
        Classes.All.Add(group);
        var page = Show<ClassDetails>(p => p.Add(static c => c.ClassId, group.Class.Id));
        page.WaitForAssertion(() => page.Find("h1"));
        return page;
    }

    private static RosterView Roster(params RosterRowState[] states)
        => new([.. states.Select(static (s, i) => new RosterRowView(i + 1, $"s{i}@school.test", "", s, s == RosterRowState.Invalid ? "This is no e-mail address." : null))]);

    [Fact]
    public void List_OfAStudent_ShowsTheClassWithoutADoorAndOffersToJoin()
    {
        Actor.Actor = Sample.Sam;
        Classes.All.Add(FakeClasses.Class("Networks 1", ClassRole.Student));

        var page = Show<ClassList>();

        page.WaitForAssertion(() => Assert.Contains("You are a student", page.Find(Id("class")).TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(Id("class") + " a"));
        Assert.Empty(page.FindAll(Id("class-new")));
        Assert.NotNull(page.Find(Id("join-link")));
    }

    [Fact]
    public void List_NewClass_MakesItAndGoesThere()
    {
        var page = Show<ClassList>();
        page.WaitForAssertion(() => page.Find(Id("class-new")));

        page.Find(Id("class-new")).Click();
        Dialogs.WaitForAssertion(() => Assert.True(Dialogs.Find(Id("class-save")).HasAttribute("disabled")));
        Dialogs.Find(Id("class-name")).Input("Networks 1");
        Dialogs.Find(Id("class-ends")).Change("2026-12-20");
        Dialogs.Find(Id("class-save")).Click();

        page.WaitForAssertion(() => Assert.Contains("/classes/", Navigation.Uri, StringComparison.Ordinal));
        Assert.Equal(new ClassFields("Networks 1", "", null, new DateOnly(2026, 12, 20)), Assert.Single(Classes.Requests));
    }

    [Fact]
    public void Invitations_WithAMailServer_AreSentToWhoeverHasNoPassword()
    {
        Classes.CanSend = true;
        var group = FakeClasses.Class("Networks 1", ClassRole.Teacher, FakeClasses.Member("Nia New", invited: true), FakeClasses.Member("Sam Student"), FakeClasses.Member("Noa New", invited: true));
        Classes.All.Add(group);
        var page = Show<ClassDetails>(p => p.Add(static c => c.ClassId, group.Class.Id));
        page.WaitForAssertion(() => page.Find(Id("send-invitations")));

        page.Find(Id("send-invitations")).Click();

        page.WaitForAssertion(() => Assert.Equal([("Send", group.Members[1].UserId), ("Send", group.Members[3].UserId)], Classes.Requests.Cast<(string, Guid)>()));
        Assert.Contains(Snackbars, static s => s == "2 invitations are on their way.");
    }

    [Fact]
    public void Class_ThatTheyDoNotTeach_LooksLikeOneThatDoesNotExist()
    {
        var theirs = FakeClasses.Class("Theirs", ClassRole.Student);
        Classes.All.Add(theirs);

        var page = Show<ClassDetails>(p => p.Add(static c => c.ClassId, theirs.Class.Id));

        page.WaitForAssertion(() => page.Find(Id("not-found")));
        Assert.DoesNotContain("Theirs", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Class_ChangedByAColleague_IsShownAnew()
    {
        var page = Open();
        var group = Classes.All[0];

        Classes.All[0] = group with { Members = [.. group.Members, _sam] };
        Portal.PublishClassChanged(Guid.NewGuid());
        Portal.PublishClassChanged(group.Class.Id);

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Id("member")).Count));
    }

    [Fact]
    public void Roster_WithWrongLines_ShowsThemFirstAndCannotBeAdded()
    {
        var page = Open();
        Classes.Rosters["mixed"] = Roster(RosterRowState.Known, RosterRowState.Invalid, RosterRowState.New, RosterRowState.Duplicate, RosterRowState.Member);

        page.Find(Id("members-add")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("roster-text")));
        Type(Dialogs, "roster-text", "mixed");
        Clock.Advance(TimeSpan.FromSeconds(1));

        Dialogs.WaitForAssertion(() => Assert.Equal(["Invalid", "Known", "New", "Duplicate", "Member"], Dialogs.FindAll(Id("roster-row")).Select(static r => r.GetAttribute("data-state"))));
        Assert.Contains("2 students will be added, 1 of them invited, 1 line wrong.", Dialogs.Find(Id("roster-summary")).TextContent, StringComparison.Ordinal);
        Assert.True(Dialogs.Find(Id("roster-add")).HasAttribute("disabled"));
    }

    [Fact]
    public void Roster_WithAnAddressThatNobodyProved_ShowsItOnTopAndCanBeAdded()
    {
        var page = Open();
        Classes.Rosters["doubtful"] = new RosterView([new RosterRowView(1, "a@school.test", "", RosterRowState.New, null), new RosterRowView(2, "b@school.test", "", RosterRowState.Known, "Check with the student.", Doubtful: true)]);

        page.Find(Id("members-add")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("roster-text")));
        Type(Dialogs, "roster-text", "doubtful");
        Clock.Advance(TimeSpan.FromSeconds(1));

        Dialogs.WaitForAssertion(() => Assert.Equal(["doubtful", ""], Dialogs.FindAll(Id("roster-row")).Select(static r => r.ClassName ?? "")));
        Assert.Contains("Check with the student.", Dialogs.FindAll(Id("roster-row"))[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("2 students will be added, 1 of them invited, 1 of them to be checked.", Dialogs.Find(Id("roster-summary")).TextContent, StringComparison.Ordinal);
        Assert.False(Dialogs.Find(Id("roster-add")).HasAttribute("disabled"));
    }

    [Fact]
    public void Roster_TypedFast_IsJudgedOnceItPauses()
    {
        var page = Open();
        Classes.Rosters["sam@school.test"] = Roster(RosterRowState.Known);
        page.Find(Id("members-add")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("roster-text")));

        Type(Dialogs, "roster-text", "sam@");
        Clock.Advance(TimeSpan.FromMilliseconds(200));
        Type(Dialogs, "roster-text", "sam@school.test");
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Empty(Dialogs.FindAll(Id("roster-row")));
        Clock.Advance(TimeSpan.FromMilliseconds(200));

        Dialogs.WaitForAssertion(() => Assert.Single(Dialogs.FindAll(Id("roster-row"))));
        Dialogs.Find(Id("roster-add")).Click();
        Dialogs.WaitForAssertion(() => Assert.Equal("sam@school.test", Assert.Single(Classes.Requests)));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    public void Roster_UploadedFile_IsReadWhateverTheSpreadsheetWrote(string encoding)
    {
        var page = Open();
        const string Text = "Jürgen,jo@school.test";
        Classes.Rosters[Text] = Roster(RosterRowState.New);
        page.Find(Id("members-add")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("roster-file")));

        var chosen = Encoding.GetEncoding(encoding);
        Dialogs.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromBinary([.. chosen.GetPreamble(), .. chosen.GetBytes(Text)], "class.csv"));

        Dialogs.WaitForAssertion(() => Assert.Contains("Jürgen", Dialogs.Find(Id("roster-text")).GetAttribute("value"), StringComparison.Ordinal));
        Dialogs.WaitForAssertion(() => Assert.Single(Dialogs.FindAll(Id("roster-row"))));
    }

    [Fact]
    public void Members_InvitedOnes_HaveALinkEachAndAllTogether()
    {
        JSInterop.Setup<bool>("portal.copy", static _ => true).SetResult(true);
        var page = Open(_sam, _nia);
        Assert.Single(page.FindAll(Id("copy-invitation")));

        page.Find(Id("copy-invitation")).Click();
        page.WaitForAssertion(() => Assert.Contains(Snackbars, static s => s.Contains("Nia New", StringComparison.Ordinal)));
        page.Find(Id("copy-invitations")).Click();

        page.WaitForAssertion(() => Assert.Equal(2, JSInterop.Invocations["portal.copy"].Count));
        Assert.Equal($"http://localhost/account/invitation?user={_nia.UserId}&token=secret", JSInterop.Invocations["portal.copy"][0].Arguments[0]);
        Assert.Equal($"name,email,invitation\r\n\"Nia New\",\"nia@school.test\",\"http://localhost/account/invitation?user={_nia.UserId}&token=secret\"", JSInterop.Invocations["portal.copy"][1].Arguments[0]);
    }

    [Fact]
    public void Members_BrowserDoesNotCopy_ShowTheLinkToCopyByHand()
    {
        JSInterop.Setup<bool>("portal.copy", static _ => true).SetResult(false);
        var page = Open(_nia);

        page.Find(Id("copy-invitation")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("token=secret", Dialogs.Find(Id("text-to-copy")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Members_Remove_SaysWhatItMeansAndAsks()
    {
        var page = Open(_sam);
        page.FindAll(Id("member-menu"))[1].Click();
        page.WaitForAssertion(() => page.Find(Id("member-remove")));

        page.Find(Id("member-remove")).Click();
        Dialogs.WaitForAssertion(() => Assert.Contains("stay in the grid, until you delete them", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(Classes.Requests);
        Dialogs.Find(Id("confirm")).Click();

        page.WaitForAssertion(() => Assert.Single(page.FindAll(Id("member"))));
        Assert.Equal(("Remove", _sam.UserId), Assert.Single(Classes.Requests));
    }

    [Fact]
    public void Members_LastTeacher_IsRefusedInWords()
    {
        Classes.Refusal = new Failure(FailureKind.Conflict, FailureCodes.LastTeacher, "A class needs a teacher.");
        var page = Open();
        page.Find(Id("member-menu")).Click();
        page.WaitForAssertion(() => page.Find(Id("member-role")));

        page.Find(Id("member-role")).Click();

        page.WaitForAssertion(() => Assert.Contains("A class needs a teacher.", Snackbars));
    }

    [Fact]
    public void JoinCode_OpensRenewsAndCloses()
    {
        var page = Open();

        page.Find(Id("join-open")).Click();
        page.WaitForAssertion(() => Assert.Equal("k7m2p-x9q4d", page.Find(Id("join-code")).TextContent));
        page.Find(Id("join-renew")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("confirm")));
        Dialogs.Find(Id("confirm")).Click();
        page.WaitForAssertion(() => Assert.Equal(2, Classes.Requests.Count));
        page.WaitForAssertion(() => Assert.False(page.Find(Id("join-close")).HasAttribute("disabled")));
        page.Find(Id("join-close")).Click();

        page.WaitForAssertion(() => page.Find(Id("join-open")));
        Assert.Equal([true, true, false], Classes.Requests);
    }

    [Fact]
    public void Delete_WhileThereAreMachines_SaysWhyNot()
    {
        Classes.Refusal = new Failure(FailureKind.Conflict, FailureCodes.ClassInUse, "It still has 3 virtual machines.");
        var page = Open();
        page.Find(Id("class-menu")).Click();
        page.WaitForAssertion(() => page.Find(Id("class-delete")));

        page.Find(Id("class-delete")).Click();
        Dialogs.WaitForAssertion(() => Dialogs.Find(Id("confirm")));
        Dialogs.Find(Id("confirm")).Click();

        page.WaitForAssertion(() => Assert.Contains("It still has 3 virtual machines.", Snackbars));
        Assert.DoesNotContain("/classes", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Quota_OfTheClass_IsShownWhereSomethingIsLimited()
    {
        Quotas.OfClass = new QuotaStateView(new QuotaLimits { Vms = 30 }, new QuotaUsage { Vms = 30 });

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("30 of 30, full", page.Find(Id("class-quota")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Join_Link_AsksBeforeItJoins()
    {
        Actor.Actor = Sample.Sam;
        Classes.All.Add(FakeClasses.Class());
        var page = Show<JoinClass>(static p => p.Add(static c => c.Code, "k7m2p-x9q4d"));
        Assert.Empty(Classes.Requests);

        page.Find(Id("join")).Click();

        page.WaitForAssertion(() => Assert.Contains("You are in Networks 1", page.Find(Id("joined")).TextContent, StringComparison.Ordinal));
        Assert.Equal(("Join", "k7m2p-x9q4d"), Assert.Single(Classes.Requests));
    }

    [Fact]
    public void Join_UnknownCode_SaysSoAndLetsOneCorrectIt()
    {
        Classes.Refusal = new Failure(FailureKind.NotFound, FailureCodes.JoinCodeUnknown, "No class has this code.", "code");
        var page = Show<JoinClass>();
        Assert.True(page.Find(Id("join")).HasAttribute("disabled"));
        page.Find(Id("join-code")).Input("wrong");

        page.WaitForAssertion(() => Assert.False(page.Find(Id("join")).HasAttribute("disabled")));
        page.Find(Id("join")).Click();

        page.WaitForAssertion(() => Assert.Equal("No class has this code.", page.Find(Id("join-error")).TextContent));
        Assert.Equal("wrong", page.Find(Id("join-code")).GetAttribute("value"));
    }

    [Fact]
    public void Schedule_OfTheClass_IsSetUpPausedAndRemoved()
    {
        var page = Open(_sam);

        page.WaitForElement(Id("schedule-new")).Click();
        page.WaitForElement(Id("at")).Change("03:30:00");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.StartsWith("Every day at 03:30", page.Find(Id("schedule-rhythm")).TextContent.Trim(), StringComparison.Ordinal));
        Assert.Equal("30 3 * * *", Assert.IsType<SetScheduleRequest>(Assert.Single(ClassSchedules.Requests)).Rule.Cron);
        Assert.Equal("12 VMs follow it, 1 with a schedule of its own", page.Find(Id("schedule-vms")).TextContent);
        Assert.Contains("The pool is full.", page.Find(Id("schedule-failing")).TextContent, StringComparison.Ordinal);

        page.Find(Id("schedule-switch")).Click();
        page.WaitForAssertion(() => Assert.Equal("Paused", page.Find(Id("schedule-enabled")).TextContent));
        page.Find(Id("schedule-remove")).Click();
        page.WaitForElement(Id("schedule-new"));
        Assert.Empty(ClassSchedules.All);
    }
}
