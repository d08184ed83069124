using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Scheduling;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Scheduling;

/// <summary>Safety snapshots and the history do not grow for ever, and nothing that is needed goes.</summary>
public sealed class TidyingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Safety_OldOnesBeyondTheNumber_AreRemovedByThePortal()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:SafetySnapshots:Keep"] = "2");
        var vm = await portal.AddVmAsync("web");
        var ids = await AddSafetyAsync(portal, vm, 5, TimeSpan.FromDays(1));
        await portal.Snapshots.ProtectAsync(Portal.Anna, ids[4], true, None);

        await KeeperOf(portal).TidyAsync(None);

        await portal.UntilWhileTimePassesAsync(async () => (await LeftAsync(portal, vm)).Count == 3, "two are removed");
        Assert.Equal([ids[0], ids[1], ids[4]], await LeftAsync(portal, vm));
        var deletions = await portal.Operations.ListAsync(Portal.Anna, new OperationQuery(vm, Kind: OperationKind.DeleteSnapshot), None);
        Assert.All(deletions, static o => Assert.Equal(("the portal", OperationState.Succeeded), (o.RequestedBy, o.State)));
    }

    [Fact]
    public async Task Safety_YoungOnes_StayHoweverManyThereAre()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:SafetySnapshots:Keep"] = "2");
        var vm = await portal.AddVmAsync("web");
        await AddSafetyAsync(portal, vm, 9, TimeSpan.FromHours(2));

        await KeeperOf(portal).TidyAsync(None);

        Assert.Equal(9, (await LeftAsync(portal, vm)).Count);
    }

    [Fact]
    public async Task Safety_MachineInDrift_IsLeftAlone()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:SafetySnapshots:Keep"] = "1");
        var vm = await portal.AddVmAsync("web");
        await AddSafetyAsync(portal, vm, 3, TimeSpan.FromDays(2));
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Drift = "vda is another file.");

        await KeeperOf(portal).TidyAsync(None);

        Assert.Equal(3, (await LeftAsync(portal, vm)).Count);
    }

    [Fact]
    public async Task Safety_Rounds_HappenByThemselves()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:SafetySnapshots:Keep"] = "1");
        var vm = await portal.AddVmAsync("web");
        var ids = await AddSafetyAsync(portal, vm, 2, TimeSpan.FromDays(2));

        portal.Time.Advance(TimeSpan.FromMinutes(10));

        await portal.UntilWhileTimePassesAsync(async () => (await LeftAsync(portal, vm)).Count == 1, "the old one is removed");
        Assert.Equal([ids[0]], await LeftAsync(portal, vm));
    }

    [Fact]
    public async Task History_OldOperations_GoWithTheirStepsJournalAndEvents()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:History:Keep"] = "10.00:00:00");
        var vm = await portal.AddVmAsync("web");
        await portal.TakeAsync(vm, "old");
        portal.Time.Advance(TimeSpan.FromDays(9));
        await portal.TakeAsync(vm, "young");
        var events = await portal.EventsAsync();
        portal.Time.Advance(TimeSpan.FromDays(2));

        await WhileTimePassesAsync(portal, PrunerOf(portal).PruneAsync(None));

        var left = await portal.ReadAsync(static db => db.Operations.AsNoTracking().Include(static o => o.Steps).ToListAsync());
        var young = Assert.Single(left);
        Assert.NotEmpty(young.Steps);
        Assert.Equal([young.Id], await portal.ReadAsync(static db => db.Journal.Select(static j => j.OperationId).Distinct().ToListAsync()));
        Assert.Equal([young.Id], await portal.ReadAsync(static db => db.Steps.Select(static s => s.OperationId).Distinct().ToListAsync()));
        Assert.All((await portal.EventsAsync()).Where(static e => e.OperationId is not null), e => Assert.Equal(young.Id, e.OperationId));
        Assert.Equal(events[^1].Sequence, await portal.Operations.LastSequenceAsync(None));
        Assert.Equal(2, (await portal.Snapshots.ListAsync(Portal.Anna, vm, None)).Value!.Count);
    }

    [Fact]
    public async Task History_OfAFailedSnapshotThatIsStillShown_Stays()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:History:Keep"] = "10.00:00:00");
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "The pool is full.");
        var failed = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));
        portal.Time.Advance(TimeSpan.FromDays(11));

        await WhileTimePassesAsync(portal, PrunerOf(portal).PruneAsync(None));

        Assert.NotEmpty((await portal.OperationAsync(failed.Id)).Steps);
        Assert.NotEmpty(await portal.EventsAsync(failed.Id));
        Assert.Contains(failed.Id, await portal.ReadAsync(static db => db.Journal.Select(static j => j.OperationId).ToListAsync()));

        await portal.EndedAsync(await portal.RequestDeleteAsync(failed.SnapshotId!.Value));
        await WhileTimePassesAsync(portal, PrunerOf(portal).PruneAsync(None));
        Assert.False((await portal.Operations.GetAsync(Portal.Anna, failed.Id, None)).IsSuccess);
    }

    [Fact]
    public async Task History_OperationThatHasNotEnded_StaysHoweverOldItIs()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:History:Keep"] = "10.00:00:00");
        var vm = await portal.AddVmAsync("web");
        await portal.WriteAsync(db =>
        {
            var running = Rows.Operation(portal, OperationKind.CloneVm, vm);
            running.TryClaim("another instance", portal.Time.GetUtcNow(), TimeSpan.FromDays(30));
            db.Operations.Add(running);
            return Task.CompletedTask;
        });
        portal.Time.Advance(TimeSpan.FromDays(20));

        await WhileTimePassesAsync(portal, PrunerOf(portal).PruneAsync(None));

        Assert.Equal(1, await portal.ReadAsync(static db => db.Operations.CountAsync()));
    }

    [Fact]
    public async Task History_NewestEvent_StaysSoThatListenersGoOn()
    {
        await using var portal = await Portal.StartAsync(static s => s.Settings["SnapshotPortal:History:Keep"] = "1.00:00:00");
        var vm = await portal.AddVmAsync("web");
        await portal.TakeAsync(vm, "s");
        var last = await portal.Operations.LastSequenceAsync(None);
        portal.Time.Advance(TimeSpan.FromDays(3));

        await WhileTimePassesAsync(portal, PrunerOf(portal).PruneAsync(None));

        Assert.Equal(last, await portal.Operations.LastSequenceAsync(None));
        Assert.Single(await portal.EventsAsync());
        await portal.TakeAsync(vm, "next");
        Assert.All(await portal.Operations.EventsSinceAsync(Portal.Anna, last, 100, None), e => Assert.True(e.Sequence > last));
    }

    [Fact]
    public async Task History_MoreThanABatch_GoesInSeveral()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.Changes.CommitAsync(
            (db, drafts) =>
            {
                for (var i = 0; i < (2 * HistoryPruner.Batch) + 1; i++)
                {
                    var operation = Rows.Operation(portal, OperationKind.StartVm, vm);
                    operation.Fail(portal.Time.GetUtcNow(), FailureCodes.VmRunning, "It runs.");
                    db.Operations.Add(operation);
                    drafts.Add(EventDraft.Of(operation));
                }

                return Task.CompletedTask;
            },
            None);
        portal.Time.Advance(TimeSpan.FromDays(91));

        await WhileTimePassesAsync(portal, PrunerOf(portal).PruneAsync(None));

        Assert.Equal(0, await portal.ReadAsync(static db => db.Operations.CountAsync()));
        Assert.Single(await portal.EventsAsync());
    }

    [Theory]
    [InlineData("SnapshotPortal:SafetySnapshots:Keep", "0")]
    [InlineData("SnapshotPortal:SafetySnapshots:KeepFor", "-00:00:01")]
    [InlineData("SnapshotPortal:History:Keep", "23:59:59")]
    public async Task Settings_OutOfRange_StopTheStartAndNameTheKey(string key, string value)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => Portal.StartAsync(s => s.Settings[key] = value));

        Assert.Contains(key, refused.Message, StringComparison.Ordinal);
    }

    private static SafetySnapshotKeeper KeeperOf(Portal portal) => portal.Services.GetServices<IHostedService>().OfType<SafetySnapshotKeeper>().Single();

    private static HistoryPruner PrunerOf(Portal portal) => portal.Services.GetServices<IHostedService>().OfType<HistoryPruner>().Single();

    private static Task WhileTimePassesAsync(Portal portal, Task work) => portal.UntilWhileTimePassesAsync(
        async () =>
        {
            if (work.IsCompleted)
            {
                await work;
            }

            return work.IsCompleted;
        },
        "it is done");

    /// <summary>Safety snapshots, newest first, the newest an hour old.</summary>
    private static async Task<List<Guid>> AddSafetyAsync(Portal portal, Guid vm, int count, TimeSpan apart)
    {
        var ids = new List<Guid>();
        await portal.WriteAsync(db =>
        {
            for (var i = 0; i < count; i++)
            {
                ids.Add(Rows.Snapshot(portal, db, vm, $"safety {i}", portal.Time.GetUtcNow().AddHours(-1) - (apart * i), SnapshotOrigin.Safety).Id);
            }

            return Task.CompletedTask;
        });
        return ids;
    }

    private static Task<List<Guid>> LeftAsync(Portal portal, Guid vm)
        => portal.ReadAsync(db => db.Snapshots.Where(s => s.VmId == vm).OrderByDescending(static s => s.CapturedAt).Select(static s => s.Id).ToListAsync());
}
