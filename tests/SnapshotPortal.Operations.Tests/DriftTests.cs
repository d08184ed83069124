using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>Database and host are compared at the start, after failures and every few minutes.</summary>
public sealed class DriftTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Drift_FoundByThePeriodicCheck_StopsWorkOnDisksAndSaysWhere()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await LookedAsync(portal, vm);
        var expected = (await portal.HeadAsync(vm)).Path;
        portal.Engine.Swap(vm, "vda", "/pool/web.snap1");

        portal.Time.Advance(Interval);

        var drift = await MarkedAsync(portal, vm);
        Assert.Contains("vda lies in /pool/web.snap1", drift, StringComparison.Ordinal);
        Assert.Contains(expected, drift, StringComparison.Ordinal);
        Assert.Equal(FailureCodes.Drift, (await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("x"), CancellationToken.None)).Failure!.Code);
        Assert.Contains(await portal.EventsAsync(), e => e.VmId == vm && e.Message == drift);
    }

    [Fact]
    public async Task Drift_SeveralMachinesInOnePool_ThePoolIsRefreshedOnceForAllOfThem()
    {
        await using var portal = await Portal.StartAsync();
        List<Guid> vms = [await portal.AddVmAsync("a"), await portal.AddVmAsync("b"), await portal.AddVmAsync("c")];
        foreach (var vm in vms)
        {
            await LookedAsync(portal, vm);
        }

        var (refreshes, looks) = (Refreshes(), vms.Select(portal.Engine.Examined).ToList());
        portal.Time.Advance(Interval);
        await portal.UntilWhileTimePassesAsync(() => Task.FromResult(vms.Select(portal.Engine.Examined).Zip(looks).All(static n => n.First > n.Second)), "all were looked at");

        Assert.Equal(refreshes + 1, Refreshes());

        int Refreshes() => portal.Engine.Calls.Count(static c => c == "Refresh default");
    }

    [Fact]
    public async Task Drift_PutBack_MarkGoesByItself()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var right = (await portal.HeadAsync(vm)).Path;
        await LookedAsync(portal, vm);
        portal.Engine.Swap(vm, "vda", "/pool/web.snap1");
        portal.Time.Advance(Interval);
        await MarkedAsync(portal, vm);

        portal.Engine.Swap(vm, "vda", right);

        await portal.UntilWhileTimePassesAsync(async () => (await portal.VmAsync(vm)).Drift is null, "the mark is gone");
        await portal.TakeAsync(vm, "works again");
    }

    [Fact]
    public async Task Drift_HeadRightButChainNot_StaysMarked()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.TakeAsync(vm, "s");
        await LookedAsync(portal, vm);
        var head = await portal.HeadAsync(vm);
        portal.Engine.Backing[head.Path] = "/pool/other.qcow2";

        portal.Time.Advance(Interval);

        Assert.Contains($"{head.Path} of the disk vda stands on /pool/other.qcow2", await MarkedAsync(portal, vm), StringComparison.Ordinal);
        await LookedAsync(portal, vm, advance: true);
        Assert.NotNull((await portal.VmAsync(vm)).Drift);
    }

    [Fact]
    public async Task Drift_FileOfASnapshotGone_MarksTheMachine()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        await LookedAsync(portal, vm);
        var layer = (await portal.LayersAsync()).Single(static l => l.State == LayerState.Frozen);
        Assert.Equal(layer.Id, (await portal.SnapshotAsync(snapshot)).Disks[0].LayerId);
        portal.Engine.Gone[layer.Path] = true;

        portal.Time.Advance(Interval);

        Assert.Contains($"The file {layer.Path} of the disk vda is gone.", await MarkedAsync(portal, vm), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_WhileTheHostWasAway_IsFoundWhenItConnects()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await LookedAsync(portal, vm);
        await portal.LoseHostAsync();
        portal.Engine.Swap(vm, "vda", "/pool/web.snap1");

        await portal.BringHostBackAsync();

        await MarkedAsync(portal, vm, atOnce: true);
    }

    [Fact]
    public async Task Drift_AfterAFailedOperation_IsLookedForAtOnce()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await LookedAsync(portal, vm);
        portal.Engine.Fail("Take:Plan", FailureCodes.HypervisorError, "No.");
        portal.Engine.Swap(vm, "vda", "/pool/web.snap1");

        await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        await MarkedAsync(portal, vm, atOnce: true);
    }

    [Fact]
    public async Task Drift_OfAMachineAtWork_IsNotJudged()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var other = await portal.AddVmAsync("other");
        await LookedAsync(portal, vm);
        var gate = portal.Engine.Block("Take:Capture");
        var take = await portal.RequestTakeAsync(vm, "s", deadline: TimeSpan.FromHours(2));
        await gate.EnteredAsync();

        // In the middle of a capture the disks are elsewhere already.
        var right = (await portal.HeadAsync(vm)).Path;
        portal.Engine.Swap(vm, "vda", "/pool/on-its-way.qcow2");
        await LookedAsync(portal, other, advance: true);
        await LookedAsync(portal, other, advance: true);
        Assert.Null((await portal.VmAsync(vm)).Drift);

        portal.Engine.Swap(vm, "vda", right);
        gate.Open();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(take)).State);
    }

    [Fact]
    public async Task Drift_ThatStopsAnOperation_LeavesTheIntentionKept()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Take:Capture", FailureCodes.Drift, "One of two disks moved.");
        portal.Engine.Swap(vm, "vda", "/pool/half.qcow2");

        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        Assert.Equal([JournalState.Kept], await portal.ReadAsync(db => db.Journal.Where(j => j.OperationId == ended.Id).Select(static j => j.State).ToListAsync()));
    }

    [Fact]
    public async Task Collection_ThatMeetsDrift_IsNotTriedEveryMinute()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        portal.Engine.Fail("Collect:Merge", FailureCodes.Drift, "Another machine stands on it.");
        await portal.EndedAsync(await portal.RequestDeleteAsync(snapshot));
        await Wait.UntilAsync(async () => await FailedAsync() == 1, "the collection has failed");

        // Nothing differs on this machine itself, so it is not marked; its next attempts are ever farther apart.
        for (var i = 0; i < 30; i++)
        {
            portal.Time.Advance(TimeSpan.FromMinutes(1));
            portal.WakeCollector();
            await Wait.UntilAsync(() => portal.ReadAsync(static async db => !await db.Operations.AnyAsync(static o => o.State == OperationState.Queued || o.State == OperationState.Running)), "nothing runs");
        }

        Assert.InRange(await FailedAsync(), 1, 6);

        Task<int> FailedAsync() => portal.ReadAsync(static db => db.Operations.CountAsync(static o => o.Kind == OperationKind.CollectLayers && o.State == OperationState.Failed));
    }

    /// <summary>The machine's mark, once it has one; <paramref name="atOnce"/> means without the clock's help.</summary>
    private static async Task<string> MarkedAsync(Portal portal, Guid vmId, bool atOnce = false)
    {
        string? drift = null;
        await Wait.UntilAsync(
            async () =>
            {
                portal.Time.Advance(atOnce ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
                return (drift = (await portal.VmAsync(vmId)).Drift) is not null;
            },
            "the machine is marked");
        return drift!;
    }

    /// <summary>Waits until the watch has looked at a machine (again).</summary>
    private static async Task LookedAsync(Portal portal, Guid vmId, bool advance = false)
    {
        var before = portal.Engine.Examined(vmId);
        if (advance)
        {
            portal.Time.Advance(Interval);
        }

        await Wait.UntilAsync(
            () =>
            {
                portal.Time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(portal.Engine.Examined(vmId) > before);
            },
            "the watch has looked");
    }
}
