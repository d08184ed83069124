using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Attention;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Scheduling;
using SnapshotPortal.Operations.Tests.Classes;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>What needs a person: told to its owner, and gone as soon as it is put right.</summary>
public sealed class AttentionTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task List_NothingIsWrong_IsEmpty()
    {
        await using var portal = await Portal.StartAsync();
        await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        Assert.Empty(await portal.Attention.ListAsync(Portal.Anna, None));
    }

    [Fact]
    public async Task FailedOperation_IsToldToItsOwnerAndToNobodyElse()
    {
        await using var portal = await Portal.StartAsync();
        var failed = await FailAsync(portal, await portal.AddVmAsync("web"));

        var told = Assert.Single(await portal.Attention.ListAsync(Portal.Anna, None));

        Assert.Equal((AttentionKind.OperationFailed, "web", failed.Id), (told.Kind, told.Subject, told.Operation!.Id));
        Assert.Empty(await portal.Attention.ListAsync(Portal.Ben, None));
        Assert.Empty(await portal.Attention.ListAsync(Portal.Admin, None));
    }

    [Fact]
    public async Task Dismiss_ByAStranger_IsAnsweredAsIfItDidNotExist()
    {
        await using var portal = await Portal.StartAsync();
        var failed = await FailAsync(portal, await portal.AddVmAsync("web"));

        foreach (var stranger in new[] { Portal.Ben, Portal.Admin })
        {
            Assert.Equal(
                (await portal.Attention.DismissAsync(stranger, Guid.CreateVersion7(), None)).Failure,
                (await portal.Attention.DismissAsync(stranger, failed.Id, None)).Failure);
        }

        Assert.Single(await portal.Attention.ListAsync(Portal.Anna, None));
    }

    [Fact]
    public async Task Dismiss_Twice_IsKeptOnceAndToldToTheOwnersOtherPages()
    {
        await using var portal = await Portal.StartAsync();
        var failed = await FailAsync(portal, await portal.AddVmAsync("web"));

        Assert.True((await portal.Attention.DismissAsync(Portal.Anna, failed.Id, None)).IsSuccess);
        Assert.True((await portal.Attention.DismissAsync(Portal.Anna, failed.Id, None)).IsSuccess);

        Assert.Empty(await portal.Attention.ListAsync(Portal.Anna, None));
        Assert.Equal(1, await portal.ReadAsync(static db => db.Dismissals.CountAsync()));
        var told = Assert.Single(await portal.EventsAsync(failed.Id), static e => e.Kind == "AttentionChanged");
        Assert.Equal(Portal.Anna.UserId, told.OwnerId);
        Assert.DoesNotContain(await portal.Operations.EventsSinceAsync(Portal.Ben, 0, 1_000, None), static e => e.Kind == "AttentionChanged");
    }

    [Fact]
    public async Task Dismiss_OperationThatHasNotFailed_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var done = await portal.EndedAsync(await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s"));

        Assert.Equal(FailureCodes.NothingToDo, (await portal.Attention.DismissAsync(Portal.Anna, done.Id, None)).Failure!.Code);
    }

    [Fact]
    public async Task FailedOperation_TriedAgain_IsToldByItsNewestAttemptOnly()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await FailAsync(portal, vm);
        var second = await FailAsync(portal, vm, "t");
        Assert.Equal(second.Id, Assert.Single(await portal.Attention.ListAsync(Portal.Anna, None)).Operation!.Id);

        portal.Engine.Forget("Take:Capture");
        await portal.TakeAsync(vm, "u");

        Assert.Empty(await portal.Attention.ListAsync(Portal.Anna, None));
    }

    [Fact]
    public async Task FailedOperation_AWeekLater_IsToldNoMore()
    {
        await using var portal = await Portal.StartAsync();
        var failed = await FailAsync(portal, await portal.AddVmAsync("web"));
        await portal.WriteAsync(db => db.Operations.Where(o => o.Id == failed.Id).ExecuteUpdateAsync(o => o.SetProperty(static x => x.CompletedAt, portal.Time.GetUtcNow() - FailedOperations.Kept - TimeSpan.FromMinutes(1)), None));

        Assert.Empty(await portal.Attention.ListAsync(Portal.Anna, None));
    }

    [Fact]
    public async Task Dismissal_OfAnOperationThatIsPruned_GoesWithIt()
    {
        await using var portal = await Portal.StartAsync();
        var done = await portal.EndedAsync(await portal.RequestPowerAsync(await portal.AddVmAsync("web"), PowerAction.Reboot));
        await portal.WriteAsync(db =>
        {
            db.Dismissals.Add(new Dismissal { UserId = Portal.Anna.UserId, OperationId = done.Id, At = portal.Time.GetUtcNow() });
            return Task.CompletedTask;
        });
        var longAgo = portal.Time.GetUtcNow().AddDays(-400);
        await portal.WriteAsync(db => db.Operations.Where(o => o.Id == done.Id).ExecuteUpdateAsync(o => o.SetProperty(static x => x.RequestedAt, longAgo).SetProperty(static x => x.CompletedAt, longAgo), None));

        await portal.Services.GetServices<IHostedService>().OfType<HistoryPruner>().Single().PruneAsync(None);

        Assert.Equal(0, await portal.ReadAsync(static db => db.Dismissals.CountAsync()));
    }

    [Fact]
    public async Task FreezeDebt_OfThisMoment_IsNobodysBusiness()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await OweAsync(portal, vm, portal.Time.GetUtcNow());
        Assert.Empty(await portal.Attention.ListAsync(Portal.Anna, None));

        await portal.WriteAsync(async db => (await db.FreezeDebts.SingleAsync()).Since -= MachineTroubles.DebtPatience + TimeSpan.FromSeconds(1));

        Assert.Equal((AttentionKind.MayBeFrozen, vm), Assert.Single(await portal.Attention.ListAsync(Portal.Anna, None)) is var told ? (told.Kind, told.VmId!.Value) : default);
        Assert.Empty(await portal.Attention.ListAsync(Portal.Ben, None));
    }

    [Fact]
    public async Task DriftAndMissingMachines_AreToldFirst()
    {
        await using var portal = await Portal.StartAsync();
        var (gone, changed, failing) = (await portal.AddVmAsync("gone"), await portal.AddVmAsync("changed"), await portal.AddVmAsync("failing"));
        await FailAsync(portal, failing);
        portal.Engine.Swap(changed, "vda", "/pool/another.qcow2");
        await portal.MissAsync(gone);
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == changed)).Drift = "vda is another file.");

        var told = await portal.Attention.ListAsync(Portal.Anna, None);

        Assert.Equal([(AttentionKind.Missing, "gone"), (AttentionKind.Drift, "changed"), (AttentionKind.OperationFailed, "failing")], told.Select(static t => (t.Kind, t.Subject)));
        Assert.Contains("vda", told[1].Drift, StringComparison.Ordinal);
        Assert.Empty(await portal.Attention.ListAsync(Portal.Ben, None));
    }

    [Fact]
    public async Task Schedule_ThatFailed_IsToldOnceAndNotAgainAsItsOperation()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        Assert.True((await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(new ScheduleRule("0 * * * *", "Etc/UTC", new Retention(Last: 3))), None)).IsSuccess);

        // Before the guest is frozen: here a minute may pass before a thaw is proved, and that is told, too.
        portal.Engine.Fail("Take:Plan", FailureCodes.HypervisorError, "The disk said no.");

        await portal.UntilWhileTimePassesAsync(
            async () =>
            {
                // Not while it works: on a busy machine it would meet its deadline instead of the disk's answer.
                if (!await portal.ReadAsync(static db => db.Operations.AnyAsync(static o => o.State == OperationState.Queued || o.State == OperationState.Running)))
                {
                    portal.Time.Advance(TimeSpan.FromMinutes(1));
                }

                return await portal.ReadAsync(static db => db.Schedules.AnyAsync(static s => s.LastOutcome == ScheduleOutcome.Failed));
            },
            "a scheduled snapshot failed");

        Assert.Equal(AttentionKind.ScheduleFailed, Assert.Single(await portal.Attention.ListAsync(Portal.Anna, None)).Kind);
        Assert.Empty(await portal.Attention.ListAsync(Portal.Ben, None));
    }

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(1, 9, AttentionKind.Quota)]
    [InlineData(0, 0, AttentionKind.Quota)]
    public async Task Quota_IsToldWhereLittleIsLeft_AndNotForWhatOneSimplyHas(int vms, int snapshots, AttentionKind? expected)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        for (var i = 0; i < snapshots; i++)
        {
            await portal.TakeAsync(vm, $"s{i}");
        }

        var set = await portal.Quotas.SetAsync(Portal.Admin, new SetQuotaRequest(QuotaSubject.User, Portal.Anna.UserId, null, new QuotaLimits { Vms = vms, Snapshots = 10 }, "a test"), None);
        Assert.True(set.IsSuccess, set.Failure?.Message);

        Assert.Equal(expected, (await portal.Attention.ListAsync(Portal.Anna, None)).SingleOrDefault()?.Kind);
        Assert.Empty(await portal.Attention.ListAsync(Portal.Ben, None));
    }

    [Fact]
    public async Task Deployment_ThatEndsSoon_IsToldToItsStudentsAndTeachersAndNobodyElse()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var portal = room.Portal;
        Assert.Empty(await portal.Attention.ListAsync(Portal.Sam, None));
        await portal.WriteAsync(async db => (await db.Deployments.SingleAsync(d => d.Id == room.Deployment)).ExpiresAt = portal.Time.GetUtcNow() + Deployment.WarnBefore - TimeSpan.FromHours(1));

        var student = Assert.Single(await portal.Attention.ListAsync(Portal.Sam, None));
        var teacher = Assert.Single(await portal.Attention.ListAsync(Portal.Tess, None));

        Assert.Equal((AttentionKind.Ending, await room.VmOfAsync(Portal.Sam), false), (student.Kind, student.VmId!.Value, student.Ending!.Taught));
        Assert.Equal((AttentionKind.Ending, "Lab 1", true), (teacher.Kind, teacher.Subject, teacher.Ending!.Taught));
        Assert.Empty(await portal.Attention.ListAsync(Portal.Otto, None));
        Assert.Empty(await portal.Attention.ListAsync(Portal.Ben, None));
    }

    private static async Task<OperationView> FailAsync(Portal portal, Guid vm, string name = "s")
    {
        portal.Engine.Fail("Take:Capture", FailureCodes.HypervisorError, "The disk said no.");
        var failed = await portal.EndedAsync(await portal.RequestTakeAsync(vm, name));
        Assert.Equal(OperationState.Failed, failed.State);
        return failed;
    }

    private static Task OweAsync(Portal portal, Guid vm, DateTimeOffset since) => portal.WriteAsync(db =>
    {
        db.FreezeDebts.Add(new FreezeDebt { VmId = vm, Since = since, NextAttemptAt = since.AddDays(1) });
        return Task.CompletedTask;
    });
}
