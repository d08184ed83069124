using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Scheduling;

/// <summary>What can be asked of schedules, protection and a machine's own deadline.</summary>
public sealed class ScheduleRequestTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ScheduleRule Nightly = new("0 2 * * *", "Europe/Berlin", new Retention(Last: 2, Daily: 7));

    [Fact]
    public async Task Set_Schedule_IsThereWithItsNextRuns()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var set = (await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(Nightly), None)).Value!;

        Assert.Equal(Nightly, set.Rule);
        Assert.Equal([At(2, 1), At(3, 1), At(4, 1)], set.NextRuns);
        Assert.Equal((true, At(2, 1), null, false), (set.State.Enabled, set.State.NextRunAt, set.State.LastOutcome, set.State.IsRunning));
        var again = (await portal.Schedules.GetAsync(Portal.Anna, vm, None)).Value!;
        Assert.Equal((set.Rule, set.State), (again.Rule, again.State));
        Assert.Equal(set.State, (await portal.Vms.GetAsync(Portal.Anna, vm, None)).Value!.Schedule);
        Assert.Equal(vm, (await portal.EventsAsync())[^1].VmId);
    }

    [Fact]
    public async Task Set_Again_ReplacesTheOneThereIs()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(Nightly), None);

        await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(Nightly with { Cron = "0 4 * * *" }), None);

        Assert.Equal([At(2, 3), At(3, 3), At(4, 3)], (await portal.Schedules.GetAsync(Portal.Anna, vm, None)).Value!.NextRuns);
    }

    [Fact]
    public async Task Set_Paused_HasNoNextRun()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var paused = (await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(Nightly, Enabled: false), None)).Value!;

        Assert.Empty(paused.NextRuns);
        Assert.Equal((false, null), (paused.State.Enabled, paused.State.NextRunAt));
    }

    [Fact]
    public async Task Set_WhatCannotBe_IsRefusedAndNothingChanges()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        async Task<Failure> RefusedAsync(ScheduleRule rule) => (await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(rule), None)).Failure!;
        Assert.Equal((FailureCodes.CronInvalid, "cron"), await Part(RefusedAsync(Nightly with { Cron = "soon" })));
        Assert.Equal((FailureCodes.TimeZoneUnknown, "timeZone"), await Part(RefusedAsync(Nightly with { TimeZone = "Mars/Olympus_Mons" })));
        Assert.Equal((FailureCodes.ScheduleTooOften, "cron"), await Part(RefusedAsync(Nightly with { Cron = "* * * * *" })));
        Assert.Equal((FailureCodes.RetentionInvalid, "keep"), await Part(RefusedAsync(Nightly with { Keep = new Retention() })));
        Assert.Equal(FailureCodes.ScheduleMissing, (await portal.Schedules.GetAsync(Portal.Anna, vm, None)).Failure!.Code);

        static async Task<(string, string?)> Part(Task<Failure> failure) => ((await failure).Code, (await failure).Field);
    }

    [Fact]
    public async Task Remove_Schedule_IsGoneAndItsSnapshotsStay()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(Nightly), None);

        Assert.True((await portal.Schedules.RemoveAsync(Portal.Anna, vm, None)).IsSuccess);

        Assert.Equal(FailureCodes.ScheduleMissing, (await portal.Schedules.GetAsync(Portal.Anna, vm, None)).Failure!.Code);
        Assert.Equal(FailureCodes.ScheduleMissing, (await portal.Schedules.RemoveAsync(Portal.Anna, vm, None)).Failure!.Code);
        Assert.Null((await portal.Vms.GetAsync(Portal.Anna, vm, None)).Value!.Schedule);
    }

    [Fact]
    public async Task DeleteVm_WithASchedule_TakesItAlong()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(Nightly), None);

        await portal.EndedAsync(await portal.RequestDeleteVmAsync(vm));

        Assert.Equal(0, await portal.ReadAsync(static db => Task.FromResult(db.Schedules.Count())));
    }

    [Fact]
    public async Task Preview_Rule_SaysWhatItWouldKeepAndRemoveAndChangesNothing()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var byHand = await portal.TakeAsync(vm, "by hand");
        await portal.WriteAsync(db =>
        {
            for (var hour = 1; hour <= 3; hour++)
            {
                Rows.Snapshot(portal, db, vm, $"h{hour}", portal.Time.GetUtcNow().AddHours(-hour));
            }

            return Task.CompletedTask;
        });

        var preview = (await portal.Schedules.PreviewAsync(Portal.Anna, vm, Nightly with { Keep = new Retention(Last: 1, Hourly: 2) }, None)).Value!;

        Assert.Equal([At(2, 1), At(3, 1), At(4, 1)], preview.NextRuns);
        Assert.Equal(["h1: Last Hourly", "h2: Hourly", "h3: "], preview.Snapshots.Select(static s => $"{s.Name}: {string.Join(' ', s.Reasons)}"));
        Assert.DoesNotContain(byHand, preview.Snapshots.Select(static s => s.SnapshotId));
        Assert.Equal(4, (await portal.Snapshots.ListAsync(Portal.Anna, vm, None)).Value!.Count);
    }

    [Fact]
    public async Task Protect_Snapshot_IsNotDeletedUntilItIsUnprotected()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");

        Assert.True((await portal.Snapshots.ProtectAsync(Portal.Anna, snapshot, true, None)).Value!.Protected);

        var refused = (await portal.Snapshots.DeleteAsync(Portal.Anna, snapshot, null, None)).Failure!;
        Assert.Equal((FailureKind.Conflict, FailureCodes.SnapshotProtected), (refused.Kind, refused.Code));
        Assert.Equal(FailureCodes.SnapshotProtected, (await portal.Snapshots.DeleteAsync(Portal.Admin, snapshot, null, None)).Failure!.Code);
        var told = (await portal.EventsAsync())[^1];
        Assert.Equal(("SnapshotChanged", "Protected", snapshot, vm), (told.Kind, told.State, told.SnapshotId, told.VmId));

        Assert.False((await portal.Snapshots.ProtectAsync(Portal.Anna, snapshot, false, None)).Value!.Protected);
        Assert.True((await portal.Snapshots.DeleteAsync(Portal.Anna, snapshot, null, None)).IsSuccess);
    }

    [Fact]
    public async Task Protect_SnapshotThatFailed_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "The pool is full.");
        var failed = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        Assert.Equal(FailureCodes.SnapshotNotReady, (await portal.Snapshots.ProtectAsync(Portal.Anna, failed.SnapshotId!.Value, true, None)).Failure!.Code);
    }

    [Fact]
    public async Task ChangeVm_FailureDeadline_IsTheNextSnapshots()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var changed = (await portal.Vms.ChangeAsync(Portal.Anna, vm, new ChangeVmRequest(TimeSpan.FromSeconds(90)), None)).Value!;

        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(5)), (changed.FailureDeadline, changed.DefaultFailureDeadline));
        var own = await portal.RequestTakeAsync(vm, "own");
        Assert.Equal(TimeSpan.FromSeconds(90), own.Deadline - own.RequestedAt);

        Assert.Null((await portal.Vms.ChangeAsync(Portal.Anna, vm, new ChangeVmRequest(FailureDeadline: null), None)).Value!.FailureDeadline);
        await portal.EndedAsync(own);
        var usual = await portal.RequestTakeAsync(vm, "usual");
        Assert.Equal(TimeSpan.FromMinutes(5), usual.Deadline - usual.RequestedAt);
    }

    [Theory]
    [InlineData(0.999)]
    [InlineData(86_401)]
    public async Task ChangeVm_FailureDeadlineOutOfRange_IsRefused(double seconds)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var refused = (await portal.Vms.ChangeAsync(Portal.Anna, vm, new ChangeVmRequest(TimeSpan.FromSeconds(seconds)), None)).Failure!;

        Assert.Equal((FailureKind.Invalid, FailureCodes.DeadlineInvalid, "failureDeadline"), (refused.Kind, refused.Code, refused.Field));
        Assert.Null((await portal.VmAsync(vm)).FailureDeadline);
    }

    private static DateTimeOffset At(int day, int hour) => new(2026, 3, day, hour, 0, 0, TimeSpan.Zero);
}
