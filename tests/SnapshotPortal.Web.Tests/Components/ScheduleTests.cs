using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Home;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>Schedules on the pages: set up, changed, paused, and seen where they fail.</summary>
public sealed class ScheduleTests : ComponentTest
{
    private static readonly ScheduleStateView Failed = new(true, Sample.Start.AddHours(3), Sample.Start.AddHours(-1), ScheduleOutcome.Failed, FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.", false);

    [Fact]
    public void Settings_NoSchedule_OneIsSetUpInTheBrowsersZone()
    {
        Services.GetRequiredService<Live.BrowserTime>().SetZone("Europe/Berlin");
        var vm = Add(Sample.Vm());
        var page = Settings(vm);

        page.WaitForElement(Id("schedule-new")).Click();
        // With seconds: so Blazor's script sends what a browser's field for times holds.
        page.WaitForElement(Id("at")).Change("03:30:00");
        page.Find(Id("keep-daily")).Change("5");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal("Every day at 03:30 (Europe/Berlin)", page.Find(Id("schedule-rhythm")).TextContent));
        Assert.Equal(
            new SetScheduleRequest(new ScheduleRule("30 3 * * *", "Europe/Berlin", new Retention(Last: 3, Daily: 5, Weekly: 4))),
            Assert.IsType<SetScheduleRequest>(Assert.Single(Portal.Requests)));
    }

    [Theory]
    [InlineData("Hourly", "minute", "15", "15 * * * *")]
    [InlineData("Weekdays", "at", "22:05:00", "5 22 * * 1-5")]
    [InlineData("Weekly", "day", "Wednesday", "0 2 * * 3")]
    [InlineData("Custom", "cron", "*/20 8-18 * * *", "*/20 8-18 * * *")]
    public void Form_EachRhythm_MakesItsExpression(string kind, string field, string value, string cron)
    {
        var vm = Add(Sample.Vm());
        var page = Settings(vm);
        page.WaitForElement(Id("schedule-new")).Click();

        page.WaitForElement(Id("rhythm")).Change(kind);
        page.WaitForElement(Id(field)).Change(value);
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal(cron, Assert.IsType<SetScheduleRequest>(Assert.Single(Portal.Requests)).Rule.Cron));
    }

    [Fact]
    public void Form_ExpressionThatCannotBe_SaysSoAndCannotBeSaved()
    {
        var vm = Add(Sample.Vm());
        var page = Settings(vm);
        page.WaitForElement(Id("schedule-new")).Click();

        page.WaitForElement(Id("rhythm")).Change("Custom");
        page.WaitForElement(Id("cron")).Change("never");

        page.WaitForAssertion(() => Assert.Equal("This is no cron expression.", page.Find(Id("schedule-error")).TextContent));
        Assert.Equal("true", page.Find(Id("cron")).GetAttribute("aria-invalid"));
        Assert.True(page.Find(Id("schedule-save")).HasAttribute("disabled"));
        Assert.Empty(page.FindAll(Id("schedule-preview")));
    }

    [Fact]
    public void Form_Preview_ListsWhatTheRuleWouldKeepAndRemove()
    {
        var vm = Add(Sample.Vm());
        Portal.Verdicts.Add(new RetentionPreviewView(Guid.NewGuid(), "Daily 2026-11-23 02:00", Sample.Start, [RetentionReason.Last, RetentionReason.Daily]));
        Portal.Verdicts.Add(new RetentionPreviewView(Guid.NewGuid(), "Daily 2026-11-01 02:00", Sample.Start, []));
        var page = Settings(vm);

        page.WaitForElement(Id("schedule-new")).Click();

        page.WaitForAssertion(() => Assert.Equal(["true", "false"], page.FindAll(Id("verdict")).Select(static v => v.GetAttribute("data-kept"))));
        Assert.Contains("last, day", page.FindAll(Id("verdict"))[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("would remove 1 of the 2 snapshots", page.Find(Id("schedule-preview")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_Schedule_IsPausedAndRemoved()
    {
        var vm = Add(Sample.Vm());
        Portal.Schedules[vm.Id] = Sample.Schedule(vm.Id);
        var page = Settings(vm);

        page.WaitForElement(Id("schedule-switch")).Click();
        page.WaitForAssertion(() => Assert.Equal("Paused", page.Find(Id("schedule-enabled")).TextContent));
        Assert.False(Assert.IsType<SetScheduleRequest>(Assert.Single(Portal.Requests)).Enabled);

        page.Find(Id("schedule-remove")).Click();
        page.WaitForElement(Id("schedule-new"));
        Assert.Empty(Portal.Schedules);
    }

    [Fact]
    public void Settings_ScheduleOfTheClass_SaysSoAndIsNotRemovedHere()
    {
        var vm = Add(Sample.Vm());
        Portal.Schedules[vm.Id] = Sample.Schedule(vm.Id) with { ClassName = "Networks 1" };

        var page = Settings(vm);

        page.WaitForAssertion(() => Assert.Contains("the class Networks 1", page.Find(Id("schedule-class")).TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(Id("schedule-remove")));
        page.Find(Id("schedule-switch")).Click();
        page.WaitForElement(Id("schedule-remove"));
    }

    [Fact]
    public void Settings_ScheduleChangedElsewhere_IsShown()
    {
        var vm = Add(Sample.Vm());
        var page = Settings(vm);
        page.WaitForElement(Id("schedule-new"));

        Portal.Schedules[vm.Id] = Sample.Schedule(vm.Id);
        Portal.PublishVmChanged(vm.Id);

        page.WaitForAssertion(() => Assert.Equal("Every day at 02:00 (Europe/Berlin)", page.Find(Id("schedule-rhythm")).TextContent));
        Assert.Equal("It has not run yet", page.Find(Id("schedule-last")).TextContent);
    }

    [Fact]
    public void VmPage_LastRunFailed_SaysWhyAndWhenTheNextTryIs()
    {
        var vm = Add(Sample.Vm() with { Schedule = Failed });

        var page = Show<VmDetails>(p => p.Add(c => c.VmId, vm.Id));

        page.WaitForAssertion(() => Assert.Contains("The pool has 3 bytes left. Next try in 3 h.", page.Find(Id("schedule-failed")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Card_LastRunFailed_SaysSo()
    {
        Add(Sample.Vm() with { Schedule = Failed });

        var home = Show<MyVms>();

        home.WaitForAssertion(() => Assert.Contains("Last scheduled snapshot failed: The pool has 3 bytes left. Next try in 3 h.", home.Find(Id("schedule-failed")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Card_RunIsOwed_SaysThatItWaitsForTheHost()
    {
        Add(Sample.Vm() with { Schedule = Failed with { LastMessage = "The host did not answer.", LastCode = FailureCodes.HostUnreachable, NextRunAt = Sample.Start.AddHours(-1) } });

        var home = Show<MyVms>();

        home.WaitForAssertion(() => Assert.Contains("Next try as soon as the host is back.", home.Find(Id("schedule-failed")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Overview_Schedule_ShowsTheNextRun()
    {
        var vm = Add(Sample.Vm() with { Schedule = Failed with { LastOutcome = ScheduleOutcome.Succeeded } });

        var page = Show<VmDetails>(p => p.Add(c => c.VmId, vm.Id).Add(c => c.Tab, "overview"));

        page.WaitForAssertion(() => Assert.Equal("in 3 h by schedule", Text(page.Find(Id("next-run")))));
    }

    [Fact]
    public void Snapshot_Protected_HasAMarkAndCannotBeDeletedUntilItIsUnprotected()
    {
        var vm = Add(Sample.Vm());
        var snapshot = Sample.Snapshot(vm) with { Origin = SnapshotOrigin.Schedule };
        Portal.AllSnapshots.Add(snapshot);
        var page = Show<VmSnapshots>(p => p.Add(c => c.Vm, vm));
        page.WaitForElement(Id("snapshot-menu")).Click();

        page.WaitForElement(Id("snapshot-protect")).Click();
        Portal.PublishVmChanged(vm.Id);

        page.WaitForAssertion(() => Assert.Equal("Protected", page.Find(Id("protected")).TextContent));
        page.Find(Id("snapshot-menu")).Click();
        page.WaitForAssertion(() => Assert.Equal("Take protection away", Text(page.Find(Id("snapshot-protect")))));
        Assert.True(page.Find(Id("snapshot-delete")).HasAttribute("disabled"));
        Assert.Equal(("Protect", snapshot.Id, true), Assert.Single(Portal.Requests));
    }

    [Fact]
    public void Settings_FailureDeadline_IsSavedInItsUnitAndEmptyIsTheDefault()
    {
        var vm = Add(Sample.Vm());
        var page = Show<VmDeadline>(p => p.Add(c => c.Vm, vm));

        page.Find(Id("deadline")).Input("2.5");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal(new ChangeVmRequest(TimeSpan.FromSeconds(150)), Assert.Single(Portal.Requests)));

        page.Render(p => p.Add(c => c.Vm, Portal.Vms[0]));
        Assert.True(page.Find(Id("deadline-save")).HasAttribute("disabled"));
        page.Find(Id("deadline")).Input("");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal(new ChangeVmRequest(FailureDeadline: null), Portal.Requests[1]));
    }

    [Fact]
    public void Settings_FailureDeadlineRefused_SaysWhy()
    {
        var vm = Add(Sample.Vm());
        Portal.Refusal = new Failure(FailureKind.Invalid, FailureCodes.DeadlineInvalid, "A failure deadline is between 1 second and 24 hours.");
        var page = Show<VmDeadline>(p => p.Add(c => c.Vm, vm));

        page.Find(Id("deadline")).Input("3");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal("A failure deadline is between 1 second and 24 hours.", page.Find(Id("deadline-note")).TextContent));
        page.Find(Id("deadline")).Input("4");
        Assert.Contains("portal's default", page.Find(Id("deadline-note")).TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e300", "60")]
    [InlineData("25", "3600")]
    [InlineData("0.5", "1")]
    [InlineData("-3", "60")]
    public void Settings_FailureDeadlineThatCannotBe_SaysTheRangeAndAsksNothing(string typed, string unit)
    {
        var page = Show<VmDeadline>(p => p.Add(c => c.Vm, Add(Sample.Vm())));

        page.Find(Id("deadline")).Input(typed);
        page.Find(Id("deadline-unit")).Change(unit);
        page.Find("form").Submit();

        Assert.Contains("between 1 second and 24 hours", page.Find(Id("deadline-note")).TextContent, StringComparison.Ordinal);
        Assert.True(page.Find(Id("deadline-save")).HasAttribute("disabled"));
        Assert.Empty(Portal.Requests);
    }

    private static string Text(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private VmView Add(VmView vm)
    {
        Portal.Vms.Add(vm);
        return vm;
    }

    private IRenderedComponent<VmSchedule> Settings(VmView vm) => Show<VmSchedule>(p => p.Add(c => c.Vm, vm));
}
