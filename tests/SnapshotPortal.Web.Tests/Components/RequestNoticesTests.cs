using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Layout;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class RequestNoticesTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm();

    private (IRenderedComponent<RequestNotices> Notices, OperationView Operation) Begin(OperationKind kind, SnapshotView? snapshot = null)
    {
        Portal.Put(_vm);
        _ = Shown;
        var notices = Show<RequestNotices>();
        notices.WaitForAssertion(() => Assert.Equal(1, Portal.Subscribers));
        var operation = Sample.Operation(_vm, kind, snapshot, OperationState.Running, Sample.Running("Inspect"));
        Portal.Put(operation);
        _ = notices.InvokeAsync(() => Mine.Note(operation));
        return (notices, operation);
    }

    private IRenderedComponent<MudSnackbarProvider> Shown { get => field ??= Render<MudSnackbarProvider>(); }

    private void Act(string expected)
    {
        Shown.WaitForAssertion(() => Assert.Contains(expected, Shown.Markup, StringComparison.Ordinal));
        Shown.FindAll("button").First(b => b.TextContent.Trim() == expected).Click();
    }

    [Fact]
    public void Notices_StepsOfWhatWasAskedFor_AreAnnounced()
    {
        var (notices, operation) = Begin(OperationKind.TakeSnapshot, Sample.Snapshot(_vm));

        Portal.Publish(operation with { CurrentStep = "Freeze" });

        notices.WaitForAssertion(() => Assert.Contains("Freezing file systems", notices.Find(Id("announcer")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Notices_OperationsOfOthers_AreNotAnnounced()
    {
        var (notices, operation) = Begin(OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Mine"));

        Portal.Publish(Sample.Operation(_vm, OperationKind.DeleteSnapshot, Sample.Snapshot(_vm, "Theirs"), OperationState.Failed));
        Portal.Publish(operation with { State = OperationState.Succeeded });

        notices.WaitForAssertion(() => Assert.Equal(["“Mine” is taken."], Snackbars));
    }

    [Fact]
    public void Notices_Failure_IsToldInTheOperationsWords()
    {
        var (notices, operation) = Begin(OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Nightly"));

        Portal.Publish(operation with { State = OperationState.Failed, ErrorMessage = "The pool is full. Nothing was changed." });

        notices.WaitForAssertion(() => Assert.Equal(["Take snapshot “Nightly” failed. The pool is full. Nothing was changed."], Snackbars));
        Assert.Empty(Mine.Open);
    }

    [Fact]
    public void Notices_OperationThatEndedBeforeItWasNoted_IsToldAllTheSame()
    {
        Portal.Put(_vm);
        var notices = Show<RequestNotices>();
        notices.WaitForAssertion(() => Assert.Equal(1, Portal.Subscribers));
        var operation = Sample.Operation(_vm, OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Quick"), OperationState.Succeeded);
        Portal.Put(operation);

        _ = notices.InvokeAsync(() => Mine.Note(operation with { State = OperationState.Queued }));

        notices.WaitForAssertion(() => Assert.Equal(["“Quick” is taken."], Snackbars));
    }

    [Fact]
    public void Notices_Restore_CanBeUndoneByRestoringWhatItKept()
    {
        var target = Sample.Snapshot(_vm, "Before upgrade", Sample.Start.AddHours(-2));
        var older = Sample.Snapshot(_vm, "Before restore, 09:00", Sample.Start.AddHours(-4)) with { Origin = SnapshotOrigin.Safety };
        var safety = Sample.Snapshot(_vm, "Before restore, 13:02", Sample.Start.AddMilliseconds(20)) with { Origin = SnapshotOrigin.Safety };
        foreach (var snapshot in new[] { target, older, safety })
        {
            Portal.Put(snapshot);
        }

        var (notices, operation) = Begin(OperationKind.RestoreSnapshot, target);
        Portal.Publish(operation with { State = OperationState.Succeeded, CompletedAt = Sample.Start.AddSeconds(1) });
        notices.WaitForAssertion(() => Assert.Equal(["web-1 is back at “Before upgrade”."], Snackbars));

        Act("Undo");

        notices.WaitForAssertion(() => Assert.Single(Portal.Requests));
        Assert.Equal(safety.Id, Assert.IsType<ValueTuple<Guid, RestoreSnapshotRequest>>(Portal.Requests[0]).Item1);
    }

    [Fact]
    public void Notices_RestoreThatKeptNothing_OffersNoUndo()
    {
        var target = Sample.Snapshot(_vm, "Before upgrade", Sample.Start.AddHours(-2));
        Portal.Put(target);
        var (notices, operation) = Begin(OperationKind.RestoreSnapshot, target);

        Portal.Publish(operation with { State = OperationState.Succeeded, CompletedAt = Sample.Start.AddSeconds(1) });

        notices.WaitForAssertion(() => Assert.Single(Snackbars));
        Assert.DoesNotContain("Undo", Shown.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Notices_NewVm_LeadsToIt()
    {
        var (notices, operation) = Begin(OperationKind.CloneVm, Sample.Snapshot(_vm));
        Portal.Publish(operation with { State = OperationState.Succeeded, VmName = "web-2" });
        notices.WaitForAssertion(() => Assert.Equal(["web-2 is ready."], Snackbars));

        Act("Open");

        notices.WaitForAssertion(() => Assert.EndsWith($"/vms/{operation.VmId}", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Notices_NamesThatLookLikeMarkup_AreShownAsText()
    {
        var (notices, operation) = Begin(OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "<img src=x>"));

        Portal.Publish(operation with { State = OperationState.Succeeded });

        notices.WaitForAssertion(() => Assert.Single(Snackbars));
        Shown.WaitForAssertion(() => Assert.Contains("&lt;img src=x&gt;", Shown.Markup, StringComparison.Ordinal));
        Assert.Empty(Shown.FindAll("img"));
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(11, 1)]
    public void Notices_LongWork_IsOfferedToTheBrowserAsANotification(int seconds, int expected)
    {
        var (notices, operation) = Begin(OperationKind.CloneVm, Sample.Snapshot(_vm));

        Portal.Publish(operation with { State = OperationState.Succeeded, VmName = "web-2", CompletedAt = operation.RequestedAt.AddSeconds(seconds) });

        notices.WaitForAssertion(() => Assert.Equal(["web-2 is ready."], Snackbars));
        notices.WaitForAssertion(() => Assert.Equal(expected, JSInterop.Invocations["portal.notify"].Count));
        Assert.All(JSInterop.Invocations["portal.notify"], i => Assert.Equal([operation.Id, "web-2 is ready.", $"/vms/{operation.VmId}"], i.Arguments));
    }

    [Fact]
    public void Notices_PageThatWasLoadedAgain_TellsWhatEndedMeanwhile()
    {
        var operation = Sample.Operation(_vm, OperationKind.TakeSnapshot, Sample.Snapshot(_vm, "Nightly"), OperationState.Succeeded);
        Portal.Put(operation);
        JSInterop.Setup<Guid[]?>("portal.followed", static _ => true).SetResult([operation.Id, Guid.CreateVersion7()]);

        var notices = Show<RequestNotices>();

        notices.WaitForAssertion(() => Assert.Equal(["“Nightly” is taken."], Snackbars));
        notices.WaitForAssertion(() => Assert.Empty(Mine.Open));
    }

    [Theory]
    [InlineData("impossible", "HTTPS", false)]
    [InlineData("denied", "browser's settings", false)]
    [InlineData("off", "Notify me in this browser", true)]
    [InlineData("on", "Notify me no more", true)]
    public void NotificationChoice_SaysHowItStands(string state, string expected, bool canChange)
    {
        JSInterop.Setup<string?>("portal.notifications").SetResult(state);

        var choice = Show<NotificationChoice>();

        choice.WaitForAssertion(() => Assert.Contains(expected, choice.Find(Id("notify")).TextContent, StringComparison.Ordinal));
        Assert.Equal(canChange, choice.FindAll(Id("notify-switch")).Count == 1);
    }

    [Fact]
    public async Task Notice_WithAButton_GoesByItselfLikeEveryOther()
    {
        _ = Shown;
        Services.GetRequiredService<ISnackbar>().Add("web-1 is back.", Severity.Success, static options => (options.Action, options.VisibleStateDuration) = ("Undo", 20_000));
        Shown.WaitForAssertion(() => Assert.Contains("Undo", Shown.Markup, StringComparison.Ordinal));

        await Eventually.TrueAsync(
            () =>
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
                return !Snackbars.Any();
            },
            "the notice has gone");
    }
}
