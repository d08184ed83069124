using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Classes;

/// <summary>A class gives its schedule to its machines; whoever wants another has one of their own.</summary>
public sealed class ClassScheduleTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    internal static SetScheduleRequest Hourly { get; } = new(new ScheduleRule("30 * * * *", "Etc/UTC", new Retention(Last: 2)));

    private static SetScheduleRequest Own { get; } = new(new ScheduleRule("0 3 * * *", "Etc/UTC", new Retention(Daily: 7)));

    [Fact]
    public async Task Set_AllMachinesFollow_AndThoseWithTheirOwnKeepIt()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var (sam, sue) = (await room.VmOfAsync(Portal.Sam), await room.VmOfAsync(Portal.Sue));
        Assert.True((await room.Portal.Schedules.SetAsync(Portal.Sue, sue, Own, None)).IsSuccess);

        var set = (await room.Portal.ClassSchedules.SetAsync(Portal.Cora, room.Class, Hourly, None)).Value!;

        Assert.Equal((Hourly.Rule, true, 1, 1), (set.Rule, set.Enabled, set.Following, set.OnTheirOwn));
        Assert.Equal(30, set.NextRuns[0].Minute);
        var sams = await OfAsync(room, Portal.Sam, sam);
        Assert.Equal((Hourly.Rule, "Databases", set.NextRuns[0]), (sams.Rule, sams.ClassName, sams.State.NextRunAt));
        var sues = await OfAsync(room, Portal.Sue, sue);
        Assert.Equal((Own.Rule, null), (sues.Rule, sues.ClassName));
    }

    [Fact]
    public async Task Set_BeforeAnyMachine_IsFollowedByThoseThatCome()
    {
        await using var room = await Classroom.MakeAsync();
        Assert.Equal(0, (await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly, None)).Value!.Following);

        await room.DeployedAsync(await room.DeployAsync());

        await room.Portal.UntilWhileTimePassesAsync(async () => (await room.Portal.ClassSchedules.GetAsync(Portal.Tess, room.Class, None)).Value!.Following == 2, "both follow");
    }

    [Fact]
    public async Task Run_WhenItIsDue_EveryMachineHasASnapshot()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly, None);

        room.Portal.Time.Advance(TimeSpan.FromHours(1));

        await room.Portal.UntilWhileTimePassesAsync(
            async () => await room.Portal.ReadAsync(static db => db.Snapshots.CountAsync(static s => s.Origin == SnapshotOrigin.Schedule && s.Phase == SnapshotPhase.Succeeded)) == 2,
            "both machines have a snapshot of their own");
    }

    [Fact]
    public async Task Run_ThatFails_IsToldOnTheClassToo()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly, None);
        room.Portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.");

        room.Portal.Time.Advance(TimeSpan.FromHours(1));

        ClassScheduleView? view = null;
        await room.Portal.UntilWhileTimePassesAsync(async () => (view = (await room.Portal.ClassSchedules.GetAsync(Portal.Tess, room.Class, None)).Value!).Failing.Count == 2, "both failures are told");
        Assert.All(view!.Failing, static f => Assert.Equal("The pool has 3 bytes left.", f.Message));
        Assert.Equal(["lab-sam", "lab-sue"], view.Failing.Select(static f => f.VmName));
    }

    [Fact]
    public async Task Change_OfTheClass_IsThatOfItsMachines()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var sam = await room.VmOfAsync(Portal.Sam);
        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly, None);

        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly with { Enabled = false }, None);
        Assert.False((await OfAsync(room, Portal.Sam, sam)).State.Enabled);

        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Own, None);
        var changed = await OfAsync(room, Portal.Sam, sam);
        Assert.Equal((Own.Rule, true, 3), (changed.Rule, changed.State.Enabled, changed.State.NextRunAt!.Value.Hour));
    }

    [Fact]
    public async Task Student_CannotRemoveTheClasssSchedule_ButHaveTheirOwnAndGoBack()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var sam = await room.VmOfAsync(Portal.Sam);
        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly, None);

        var refused = (await room.Portal.Schedules.RemoveAsync(Portal.Sam, sam, None)).Failure!;
        Assert.Equal((FailureKind.Conflict, FailureCodes.ScheduleOfClass), (refused.Kind, refused.Code));
        Assert.Contains("“Databases”", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Hourly.Rule, (await OfAsync(room, Portal.Sam, sam)).Rule);

        Assert.Null((await room.Portal.Schedules.SetAsync(Portal.Sam, sam, Own, None)).Value!.ClassName);
        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly with { Enabled = false }, None);
        Assert.True((await OfAsync(room, Portal.Sam, sam)).State.Enabled);

        Assert.True((await room.Portal.Schedules.RemoveAsync(Portal.Sam, sam, None)).IsSuccess);
        await room.Portal.UntilWhileTimePassesAsync(
            async () => (await room.Portal.Schedules.GetAsync(Portal.Sam, sam, None)).Value is { ClassName: "Databases", State.Enabled: false },
            "it follows the class again");
    }

    [Fact]
    public async Task Remove_TakesItFromThoseWhoFollow_AndKeepsWhatWasTaken()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var (sam, sue) = (await room.VmOfAsync(Portal.Sam), await room.VmOfAsync(Portal.Sue));
        await room.Portal.Schedules.SetAsync(Portal.Sue, sue, Own, None);
        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly, None);
        var taken = await room.Portal.TakeAsync(sam, "mine", Portal.Sam);

        var was = (await room.Portal.ClassSchedules.RemoveAsync(Portal.Tess, room.Class, None)).Value!;

        Assert.Equal((Hourly.Rule, 1), (was.Rule, was.Following));
        Assert.Equal(FailureCodes.ScheduleMissing, (await room.Portal.Schedules.GetAsync(Portal.Sam, sam, None)).Failure!.Code);
        Assert.Equal(Own.Rule, (await OfAsync(room, Portal.Sue, sue)).Rule);
        Assert.Equal(SnapshotPhase.Succeeded, (await room.Portal.SnapshotAsync(taken)).Phase);
        Assert.Equal(FailureCodes.ScheduleMissing, (await room.Portal.ClassSchedules.RemoveAsync(Portal.Tess, room.Class, None)).Failure!.Code);
    }

    [Theory]
    [InlineData("* * * * *", "Etc/UTC", 1, FailureCodes.ScheduleTooOften, "cron")]
    [InlineData("0 2 * *", "Etc/UTC", 1, FailureCodes.CronInvalid, "cron")]
    [InlineData("0 2 * * *", "Moon/Crater", 1, FailureCodes.TimeZoneUnknown, "timeZone")]
    [InlineData("0 2 * * *", "Etc/UTC", 0, FailureCodes.RetentionInvalid, "keep")]
    public async Task Set_WhatCannotBe_IsRefusedAndNothingChanges(string cron, string zone, int last, string code, string field)
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var rule = new ScheduleRule(cron, zone, new Retention(Last: last));

        var refused = (await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, new SetScheduleRequest(rule), None)).Failure!;

        Assert.Equal((FailureKind.Invalid, code, field), (refused.Kind, refused.Code, refused.Field));
        Assert.Equal(refused, (await room.Portal.ClassSchedules.PreviewAsync(Portal.Tess, room.Class, rule, None)).Failure);
        Assert.False(await room.Portal.ReadAsync(static db => db.ClassSchedules.AnyAsync()));
        Assert.False(await room.Portal.ReadAsync(static db => db.Schedules.AnyAsync()));
    }

    [Fact]
    public async Task Delete_OfTheClass_TakesItsScheduleAlong()
    {
        await using var room = await Classroom.MakeAsync();
        await room.Portal.ClassSchedules.SetAsync(Portal.Tess, room.Class, Hourly, None);

        Assert.True((await room.Portal.Classes.DeleteAsync(Portal.Tess, room.Class, None)).IsSuccess);

        Assert.False(await room.Portal.ReadAsync(static db => db.ClassSchedules.AnyAsync()));
    }

    private static async Task<ScheduleView> OfAsync(Classroom room, Actor student, Guid vm) => (await room.Portal.Schedules.GetAsync(student, vm, None)).Value!;
}
