using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Deployments;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class DeployPlanTests : ComponentTest
{
    private readonly ClassMemberView _sam = FakeClasses.Member("Sam Student");
    private readonly ClassMemberView _nia = FakeClasses.Member("Nia New");

    public DeployPlanTests() => Actor.Actor = Sample.Toni;

    private IRenderedComponent<DeployPlan> Open(bool template = true, bool students = true)
    {
        if (template)
        {
            Templates.All.Add(FakeTemplates.Template("Lab"));
        }

        var group = FakeClasses.Class("Networks 1", ClassRole.Teacher, students ? [_sam, _nia] : []);
        Classes.All.Add(group);
        return Show<DeployPlan>(p => p.Add(static c => c.ClassId, group.Class.Id));
    }

    private static Outcome<DeploymentPlanView> Planned(params PlannedMachineView[] machines)
        => new DeploymentPlanView(machines, [], [], 41_000_000_000, TimeSpan.FromSeconds(12));

    private static PlannedMachineView For(ClassMemberView student, string? problem = null) => new(student.UserId, student.Name, $"lab-{student.Name[..3].ToLowerInvariant()}", problem);

    [Fact]
    public void Plan_AsThePageOpens_ShowsWhoGetsWhatSpaceAndTime()
    {
        Deployments.Plan = _ => Planned(For(_sam), For(_nia));

        var page = Open();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Id("planned")).Count));
        Assert.Contains("41 GB", page.Markup, StringComparison.Ordinal);
        Assert.Contains("About 12.0 s", page.Markup, StringComparison.Ordinal);
        Assert.Contains("Make 2 VMs", page.Find(Id("deploy")).TextContent, StringComparison.Ordinal);
        Assert.Equal(new DateTimeOffset(2026, 12, 20, 23, 59, 0, TimeSpan.Zero), Deployments.Planned[^1].ExpiresAt);
    }

    [Fact]
    public void Pattern_TypedFast_IsPlannedOnceItPauses()
    {
        Deployments.Plan = _ => Planned(For(_sam));
        var page = Open();
        page.WaitForAssertion(() => Assert.Single(Deployments.Planned));

        Type(page, "deploy-pattern", "l");
        Type(page, "deploy-pattern", "la");
        Type(page, "deploy-pattern", "lab-{n}");
        page.WaitForAssertion(() => Assert.True(page.Find(Id("deploy")).HasAttribute("disabled")));
        Clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.False(page.Find(Id("deploy")).HasAttribute("disabled")));
        Assert.Equal("lab-{n}", Assert.Single(Deployments.Planned.Skip(1)).NamePattern);
    }

    [Fact]
    public void Plan_WithACollision_CannotBeMade()
    {
        Deployments.Plan = _ => Planned(For(_sam), For(_nia, "A virtual machine named “lab-nia” exists already."));

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("exists already", page.Find("[data-problem]").TextContent, StringComparison.Ordinal));
        Assert.True(page.Find(Id("deploy")).HasAttribute("disabled"));
    }

    [Fact]
    public void Plan_WithAProblem_SaysItAndCannotBeMade()
    {
        Deployments.Plan = _ => new DeploymentPlanView([For(_sam)], ["The storage pool has too little room."], ["The host does not answer at present."], null, null);

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("too little room", page.Find(Id("plan-problem")).TextContent, StringComparison.Ordinal));
        Assert.Contains("does not answer", page.Find(Id("plan-warning")).TextContent, StringComparison.Ordinal);
        Assert.True(page.Find(Id("deploy")).HasAttribute("disabled"));
    }

    [Fact]
    public void Plan_InvalidField_IsMarkedAndExplained()
    {
        Deployments.Plan = static _ => new Failure(FailureKind.Invalid, FailureCodes.PatternInvalid, "Every machine needs a name of its own.", "namePattern");

        var page = Open();

        page.WaitForAssertion(() => Assert.Contains("a name of its own", page.Find(Id("plan-error")).TextContent, StringComparison.Ordinal));
        Assert.Equal("true", page.Find(Id("deploy-pattern")).GetAttribute("aria-invalid"));
    }

    [Fact]
    public void Who_SomeOfThem_PlansOnlyForThose()
    {
        Deployments.Plan = _ => Planned(For(_sam));
        var page = Open();
        page.WaitForAssertion(() => Assert.Single(Deployments.Planned));

        page.Find(Id("who-some")).Change(true);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Id("who-student")).Count));
        page.FindAll(Id("who-student"))[0].Change(true);
        Clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Equal([_sam.UserId], Deployments.Planned[^1].StudentIds));
    }

    [Fact]
    public void Deploy_OneClick_MakesItAndGoesToTheGrid()
    {
        Deployments.Plan = _ => Planned(For(_sam));
        var page = Open();
        page.WaitForAssertion(() => Assert.False(page.Find(Id("deploy")).HasAttribute("disabled")));

        page.Find(Id("deploy")).Click();

        page.WaitForAssertion(() => Assert.Contains("/deployments/", Navigation.Uri, StringComparison.Ordinal));
        Assert.Equal("Lab", Assert.IsType<DeployRequest>(Assert.Single(Deployments.Requests)).Name);
    }

    [Fact]
    public void Deploy_Refused_SaysWhyAndAsksAgainWithTheSameKey()
    {
        Deployments.Plan = _ => Planned(For(_sam));
        Deployments.Refusal = new Failure(FailureKind.Conflict, FailureCodes.QuotaExceeded, "The class has 30 of 30 VMs.");
        var page = Open();
        page.WaitForAssertion(() => Assert.False(page.Find(Id("deploy")).HasAttribute("disabled")));

        page.Find(Id("deploy")).Click();

        page.WaitForAssertion(() => Assert.Contains("30 of 30", page.Find(Id("plan-error")).TextContent, StringComparison.Ordinal));
        Assert.Equal(Deployments.Planned[^1].IdempotencyKey, Assert.IsType<DeployRequest>(Assert.Single(Deployments.Requests)).IdempotencyKey);
    }

    [Theory]
    [InlineData(false, true, "no-templates")]
    [InlineData(true, false, "no-students")]
    public void Plan_WithoutWhatItNeeds_SaysWhatToDoFirst(bool template, bool students, string notice)
    {
        var page = Open(template, students);

        page.WaitForAssertion(() => page.Find(Id(notice)));
        Assert.Empty(page.FindAll(Id("deploy")));
    }

    [Theory]
    [InlineData("2027-01-01", "2000000000")]
    [InlineData("2027-01-01", "-2000000000")]
    [InlineData("9999-12-31", "14")]
    public void End_BeyondTheCalendar_IsLeftToThePlanToRefuse(string day, string grace)
    {
        Services.GetRequiredService<Live.BrowserTime>().SetZone("America/New_York");
        Deployments.Plan = static _ => new Failure(FailureKind.Invalid, FailureCodes.GraceInvalid, "Machines are kept for 1 to 365 days after the end.", "grace");
        var page = Open();
        page.WaitForElement(Id("deploy-ends")).Change(day);
        page.WaitForElement(Id("deploy-grace")).Change(grace);
        Clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Contains("1 to 365 days", page.Find(Id("plan-error")).TextContent, StringComparison.Ordinal));
        Assert.True(page.Find(Id("deploy")).HasAttribute("disabled"));
    }
}
