using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Scheduling;

/// <summary>What is due is taken once, by the same way as a person's request, and what happened is told.</summary>
public sealed class SchedulerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    // The clock begins at 12:00 UTC, which is 13:00 in Berlin.
    private static readonly ScheduleRule Hourly = new("30 * * * *", "Europe/Berlin", new Retention(Last: 10));

    [Fact]
    public async Task Run_Due_TakesASnapshotForTheOwnerByTheSchedule()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);

        portal.Time.Advance(TimeSpan.FromMinutes(30));
        var state = await SettledAsync(portal, vm);

        Assert.Equal((ScheduleOutcome.Succeeded, null, null), (state.LastOutcome, state.LastCode, state.LastMessage));
        Assert.Equal(At(13, 30), state.NextRunAt);
        var snapshot = Assert.Single(await SnapshotsAsync(portal, vm));
        Assert.Equal(("Hourly 2026-03-01 13:30", SnapshotOrigin.Schedule, SnapshotPhase.Succeeded), (snapshot.Name, snapshot.Origin, snapshot.Phase));
        var operation = Assert.Single(await portal.Operations.ListAsync(Portal.Anna, new OperationQuery(vm, Kind: OperationKind.TakeSnapshot), None));
        Assert.Equal(("Schedule", false, TimeSpan.FromMinutes(5)), (operation.RequestedBy, operation.OnBehalf, operation.Deadline - operation.RequestedAt));
        var row = await portal.ReadAsync(db => db.Operations.AsNoTracking().SingleAsync(o => o.Id == operation.Id));
        Assert.Equal((null, Portal.Anna.UserId), (row.RequestedById, row.OwnerId));
    }

    [Fact]
    public async Task Run_NotDueYetOrPaused_TakesNothing()
    {
        await using var portal = await Portal.StartAsync();
        var early = await ScheduledVmAsync(portal);
        var paused = await ScheduledVmAsync(portal, "paused", enabled: false);

        portal.Time.Advance(TimeSpan.FromMinutes(29));
        await portal.UntilWhileTimePassesAsync(() => Task.FromResult(portal.Time.GetUtcNow() > At(12, 29).AddSeconds(5)), "some rounds went by");
        Assert.Empty(await SnapshotsAsync(portal, early));

        portal.Time.Advance(TimeSpan.FromHours(3));
        await SettledAsync(portal, early);
        Assert.Empty(await SnapshotsAsync(portal, paused));
    }

    [Fact]
    public async Task Run_ManyMissedWhileThePortalWasOff_IsMadeUpForOnce()
    {
        await using var before = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(before);
        await before.StopAsync();
        var file = await before.CrashAsync();
        before.Time.Advance(TimeSpan.FromHours(7.75));

        await using var after = await Portal.StartAsync(setup =>
        {
            setup.File = file;
            setup.Time = before.Time;
            setup.Engine = before.Engine;
        });
        var state = await SettledAsync(after, vm);

        // Named after the time it shows, not after the one it missed.
        Assert.Equal("Hourly 2026-03-01 20:45", Assert.Single(await SnapshotsAsync(after, vm)).Name);
        Assert.Equal(At(20, 30), state.NextRunAt);
    }

    [Fact]
    public async Task Run_ClockIsPutBack_TakesNothingTwice()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        portal.Time.Advance(TimeSpan.FromMinutes(30));
        await SettledAsync(portal, vm);
        await portal.StopAsync();
        var file = await portal.CrashAsync();

        var earlier = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(At(12, 0));
        await using var after = await Portal.StartAsync(setup =>
        {
            setup.File = file;
            setup.Time = earlier;
            setup.Engine = portal.Engine;
        });
        earlier.Advance(TimeSpan.FromMinutes(31));
        await after.UntilWhileTimePassesAsync(() => Task.FromResult(earlier.GetUtcNow() > At(12, 31).AddSeconds(5)), "some rounds went by");

        Assert.Single(await SnapshotsAsync(after, vm));
    }

    [Fact]
    public async Task Run_PortalDiesWhileItIsTaken_IsSettledByTheNextOne()
    {
        await using var before = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(before);
        var gate = before.Engine.Block("Take:Capture");
        before.Time.Advance(TimeSpan.FromMinutes(30));
        await gate.EnteredAsync();
        var file = await before.CrashAsync();

        await using var after = await Portal.StartAsync(setup =>
        {
            setup.File = file;
            setup.Time = before.Time;
            setup.Engine = new FakeEngine(before.Time);
            setup.Engine.Domains[vm] = before.Engine.Domains[vm];
        });
        var state = await SettledAsync(after, vm);

        Assert.False(state.IsRunning);
        Assert.Equal(At(13, 30), state.NextRunAt);
        Assert.Single(await SnapshotsAsync(after, vm));
    }

    [Fact]
    public async Task Run_WhileTheOneBeforeGoesOn_IsLeftOutAndSaidSo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal, rule: Hourly with { Cron = "*/5 * * * *" });
        await portal.Vms.ChangeAsync(Portal.Anna, vm, new ChangeVmRequest(TimeSpan.FromHours(1)), None);
        var gate = portal.Engine.Block("Take:Plan");
        portal.Time.Advance(TimeSpan.FromMinutes(5));
        await gate.EnteredAsync();

        portal.Time.Advance(TimeSpan.FromMinutes(5));
        var skipped = await StateAsync(portal, vm, static s => s.LastOutcome == ScheduleOutcome.Skipped);

        Assert.Equal((true, At(12, 15), "The snapshot before it was still being taken."), (skipped.IsRunning, skipped.NextRunAt, skipped.LastMessage));
        Assert.Single(await SnapshotsAsync(portal, vm));
        gate.Open();
        Assert.Equal(ScheduleOutcome.Succeeded, (await SettledAsync(portal, vm)).LastOutcome);
    }

    [Fact]
    public async Task Run_Fails_IsToldWithTheNextTryAndDoesNotStopTheSchedule()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.");

        portal.Time.Advance(TimeSpan.FromMinutes(30));
        var failed = await SettledAsync(portal, vm);

        Assert.Equal((ScheduleOutcome.Failed, FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.", At(13, 30)), (failed.LastOutcome, failed.LastCode, failed.LastMessage, failed.NextRunAt));
        Assert.Equal(failed, (await portal.Vms.GetAsync(Portal.Anna, vm, None)).Value!.Schedule);

        portal.Engine.Forget("Take:Plan");
        portal.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ScheduleOutcome.Succeeded, (await StateAsync(portal, vm, static s => s.LastOutcome == ScheduleOutcome.Succeeded)).LastOutcome);
    }

    [Fact]
    public async Task Run_SucceedsAfterFailures_TidiesTheFailedSnapshotsAway()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.");
        portal.Time.Advance(TimeSpan.FromMinutes(30));
        await SettledAsync(portal, vm);
        Assert.Equal(SnapshotPhase.Failed, Assert.Single(await SnapshotsAsync(portal, vm)).Phase);

        portal.Engine.Forget("Take:Plan");
        portal.Time.Advance(TimeSpan.FromHours(1));
        await StateAsync(portal, vm, static s => s.LastOutcome == ScheduleOutcome.Succeeded);

        await portal.UntilWhileTimePassesAsync(async () => (await SnapshotsAsync(portal, vm)).Count == 1, "the failed one is gone");
        Assert.Equal(SnapshotPhase.Succeeded, Assert.Single(await SnapshotsAsync(portal, vm)).Phase);
    }

    [Fact]
    public async Task Run_MachineInDrift_FailsWithTheReasonAndLeavesNoEntry()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        portal.Engine.Swap(vm, "vda", "/pool/another.qcow2");
        portal.Time.Advance(TimeSpan.FromMinutes(5));
        await portal.UntilWhileTimePassesAsync(async () => (await portal.VmAsync(vm)).Drift is not null, "the machine is marked");

        portal.Time.Advance(TimeSpan.FromMinutes(25));
        var failed = await SettledAsync(portal, vm);

        Assert.Equal((ScheduleOutcome.Failed, FailureCodes.Drift, At(13, 30)), (failed.LastOutcome, failed.LastCode, failed.NextRunAt));
        Assert.Contains("/pool/another.qcow2", failed.LastMessage, StringComparison.Ordinal);
        Assert.Empty(await SnapshotsAsync(portal, vm));
    }

    [Fact]
    public async Task Run_HostAway_IsToldOnceAndMadeUpForWhenTheHostIsBack()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        await portal.LoseHostAsync();

        portal.Time.Advance(TimeSpan.FromHours(3));
        var owed = await SettledAsync(portal, vm);
        var events = (await portal.EventsAsync()).Count;

        Assert.Equal((ScheduleOutcome.Failed, FailureCodes.HostUnreachable, At(12, 30)), (owed.LastOutcome, owed.LastCode, owed.NextRunAt));
        Assert.Empty(await SnapshotsAsync(portal, vm));
        var later = portal.Time.GetUtcNow().AddSeconds(5);
        await portal.UntilWhileTimePassesAsync(() => Task.FromResult(portal.Time.GetUtcNow() > later), "many rounds went by");
        Assert.Equal(events, (await portal.EventsAsync()).Count);

        await portal.BringHostBackAsync();
        var made = await StateAsync(portal, vm, static s => s.LastOutcome == ScheduleOutcome.Succeeded);
        Assert.Equal(At(15, 30), made.NextRunAt);
        Assert.Single(await SnapshotsAsync(portal, vm));
    }

    [Fact]
    public async Task Run_OwnersAccountGone_FailsAndSaysSo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        await using (var db = await portal.ContextAsync())
        {
            db.Users.Remove(await db.Set<PortalUser>().SingleAsync(static u => u.Id == Portal.Anna.UserId));
            await db.SaveChangesAsync();
        }

        portal.Time.Advance(TimeSpan.FromMinutes(30));
        var failed = await SettledAsync(portal, vm);

        Assert.Equal((ScheduleOutcome.Failed, FailureCodes.UserUnknown), (failed.LastOutcome, failed.LastCode));
        Assert.Empty(await SnapshotsAsync(portal, vm));
    }

    [Fact]
    public async Task Run_NameIsTaken_GetsANumber()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        await portal.TakeAsync(vm, "Hourly 2026-03-01 13:30");

        portal.Time.Advance(TimeSpan.FromMinutes(30));
        await SettledAsync(portal, vm);

        Assert.Equal(["Hourly 2026-03-01 13:30", "Hourly 2026-03-01 13:30 (2)"], (await SnapshotsAsync(portal, vm)).Select(static s => s.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_WhileLayersAreMerged_WaitsInsteadOfStoppingTheMerge()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal);
        await portal.WriteAsync(db =>
        {
            var merge = Rows.Operation(portal, OperationKind.CollectLayers, vm);
            merge.TryClaim("another instance", portal.Time.GetUtcNow(), TimeSpan.FromDays(1));
            db.Operations.Add(merge);
            return Task.CompletedTask;
        });

        portal.Time.Advance(TimeSpan.FromMinutes(30));
        await portal.UntilWhileTimePassesAsync(() => Task.FromResult(portal.Time.GetUtcNow() > At(12, 30).AddSeconds(5)), "some rounds went by");
        Assert.Empty(await SnapshotsAsync(portal, vm));
        var merging = await portal.ReadAsync(static db => db.Operations.SingleAsync(static o => o.Kind == OperationKind.CollectLayers));
        Assert.Null(merging.CancelRequestedAt);

        await portal.WriteAsync(async db => (await db.Operations.SingleAsync(o => o.Id == merging.Id)).Succeed(portal.Time.GetUtcNow()));
        await SettledAsync(portal, vm);
        Assert.Single(await SnapshotsAsync(portal, vm));
    }

    [Fact]
    public async Task Retention_AfterEachRun_RemovesWhatTheRuleKeepsNoLonger()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await ScheduledVmAsync(portal, rule: Hourly with { Keep = new Retention(Last: 2) });
        var byHand = await portal.TakeAsync(vm, "by hand");
        Guid kept = default;
        for (var run = 1; run <= 5; run++)
        {
            portal.Time.Advance(run == 1 ? At(12, 30) - portal.Time.GetUtcNow() : TimeSpan.FromHours(1));
            await RunsAsync(portal, vm, run);
            if (run == 1)
            {
                kept = (await SnapshotsAsync(portal, vm)).Single(static s => s.Origin == SnapshotOrigin.Schedule).Id;
                await portal.Snapshots.ProtectAsync(Portal.Anna, kept, true, None);
            }
        }

        await portal.UntilWhileTimePassesAsync(async () => (await SnapshotsAsync(portal, vm)).Count == 4, "the others are removed");
        var left = await SnapshotsAsync(portal, vm);
        Assert.Contains(byHand, left.Select(static s => s.Id));
        Assert.Contains(kept, left.Select(static s => s.Id));
        IReadOnlyList<OperationView> deletions = [];
        await portal.UntilWhileTimePassesAsync(
            async () => (deletions = await portal.Operations.ListAsync(Portal.Anna, new OperationQuery(vm, Kind: OperationKind.DeleteSnapshot), None)).All(static o => !o.IsActive),
            "the removals have ended");
        Assert.Equal([("Schedule", OperationState.Succeeded), ("Schedule", OperationState.Succeeded)], deletions.Select(static o => (o.RequestedBy, o.State)));
    }

    [Fact]
    public async Task Retention_OneThatIsBeingCloned_StaysUntilTheNextRun()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:FailureDeadline"] = "06:00:00");
        var vm = await ScheduledVmAsync(portal, rule: Hourly with { Keep = new Retention(Last: 1) });
        portal.Time.Advance(TimeSpan.FromMinutes(30));
        await RunsAsync(portal, vm, 1);
        var first = Assert.Single(await SnapshotsAsync(portal, vm)).Id;
        var gate = portal.Engine.Block("Clone:MakeDisks");
        await portal.RequestCloneAsync(first, "copy");
        await gate.EnteredAsync();

        portal.Time.Advance(At(13, 30) - portal.Time.GetUtcNow());
        await RunsAsync(portal, vm, 2);

        Assert.Equal(SnapshotPhase.Succeeded, (await portal.SnapshotAsync(first)).Phase);
        gate.Open();
    }

    private static async Task<Guid> ScheduledVmAsync(Portal portal, string name = "web", ScheduleRule? rule = null, bool enabled = true)
    {
        var vm = await portal.AddVmAsync(name);
        var set = await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(rule ?? Hourly, enabled), None);
        Assert.True(set.IsSuccess, set.Failure?.Message);
        return vm;
    }

    /// <summary>The schedule's state once it fits.</summary>
    private static async Task<ScheduleStateView> StateAsync(Portal portal, Guid vm, Func<ScheduleStateView, bool> fits)
    {
        ScheduleStateView? state = null;
        await portal.UntilWhileTimePassesAsync(
            async () => fits(state = (await portal.Schedules.GetAsync(Portal.Admin, vm, None)).Value!.State),
            $"the schedule has come so far (it is {state})");
        return state!;
    }

    /// <summary>The schedule's state once a run has ended.</summary>
    private static Task<ScheduleStateView> SettledAsync(Portal portal, Guid vm)
        => StateAsync(portal, vm, static s => s is { IsRunning: false, LastOutcome: ScheduleOutcome.Succeeded or ScheduleOutcome.Failed });

    private static async Task RunsAsync(Portal portal, Guid vm, int count)
    {
        await portal.UntilWhileTimePassesAsync(
            async () => await portal.ReadAsync(db => db.Operations.CountAsync(o => o.VmId == vm && o.RequestedByName == "Schedule" && o.Kind == OperationKind.TakeSnapshot && o.State == OperationState.Succeeded)) == count,
            $"run {count} has succeeded");
        await SettledAsync(portal, vm);
    }

    private static Task<List<Snapshot>> SnapshotsAsync(Portal portal, Guid vm)
        => portal.ReadAsync(db => db.Snapshots.AsNoTracking().Where(s => s.VmId == vm && s.Phase != SnapshotPhase.Deleting).OrderBy(static s => s.RequestedAt).ToListAsync());

    private static DateTimeOffset At(int hour, int minute) => new(2026, 3, 1, hour, minute, 0, TimeSpan.Zero);
}
