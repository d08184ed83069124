using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>The dependency map, flattening, and chains that are too deep.</summary>
public sealed class StorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Map_OfASnapshotWithMemory_CountsTheMemoryAsItsOwnAndGivenBackAtOnce()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var plain = await portal.TakeAsync(vm, "disks");
        var before = (await portal.Storage.MapAsync(Portal.Anna, vm, CancellationToken.None)).Value!;
        var taken = await portal.EndedAsync((await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("memory", WithMemory: true), CancellationToken.None)).Value!);
        var bytes = (await portal.SnapshotAsync(taken.SnapshotId!.Value)).Memory!.Bytes;

        var map = (await portal.Storage.MapAsync(Portal.Anna, vm, CancellationToken.None)).Value!;

        var release = map.Snapshots.Single(s => s.SnapshotId == taken.SnapshotId);
        Assert.True(release.FreedAtOnce >= bytes && release.OccupiedBytes >= bytes);
        Assert.Equal(map.OwnBytes, map.Layers.Where(static l => l.IsOwn).Sum(static l => l.Allocation) + bytes);
        Assert.Equal(before.Snapshots.Single().FreedAtOnce, map.Snapshots.Single(s => s.SnapshotId == plain).FreedAtOnce);
    }

    [Fact]
    public async Task Map_OfAMachineWithAForeignClone_NamesOwnThingsAndHidesOthers()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "shared");
        var clone = (await portal.EndedAsync(await portal.RequestCloneAsync(snapshot, "copy"))).VmId;
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == clone)).OwnerId = Portal.Ben.UserId);

        var mine = (await portal.Storage.MapAsync(Portal.Anna, vm, None)).Value!;
        var theirs = (await portal.Storage.MapAsync(Portal.Ben, clone, None)).Value!;
        var all = (await portal.Storage.MapAsync(Portal.Admin, vm, None)).Value!;

        var shared = Assert.Single(mine.Layers, static l => !l.IsPresent);
        Assert.False(shared.IsOwn);
        Assert.Equal(new[] { "web", null }.Order(StringComparer.Ordinal), shared.Vms.Select(static v => v.Name).Order(StringComparer.Ordinal));
        Assert.All(shared.Vms.Where(static v => v.Name is null), static v => Assert.Null(v.Id));
        Assert.Equal("shared", Assert.Single(shared.HeldBy).Name);

        // Whose snapshot it is that a clone stands on is not the clone owner's business.
        var below = Assert.Single(theirs.Layers, static l => !l.IsPresent);
        Assert.Equal((null, null), (Assert.Single(below.HeldBy).Id, below.HeldBy[0].Name));
        Assert.Contains("copy", below.Vms.Select(static v => v.Name));
        Assert.DoesNotContain("web", below.Vms.Select(static v => v.Name));
        Assert.Equal(new[] { "copy", "web" }, all.Layers.Single(static l => !l.IsPresent).Vms.Select(static v => v.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Map_WithAHostThatAnswers_UsesWhatItMeasures()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Sizes[(await portal.HeadAsync(vm)).Path] = 123_456;

        var map = (await portal.Storage.MapAsync(Portal.Anna, vm, None)).Value!;

        Assert.True(map.MeasuredNow);
        Assert.Equal((123_456, 0, 1), (map.OwnBytes, map.SharedBytes, map.Depth));
        Assert.False(map.CanFlatten);
        await portal.LoseHostAsync();
        Assert.False((await portal.Storage.MapAsync(Portal.Anna, vm, None)).Value!.MeasuredNow);
    }

    [Fact]
    public async Task Release_OfASnapshotWithAClone_SaysWhatStaysForWhom()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "shared");
        await portal.EndedAsync(await portal.RequestCloneAsync(snapshot, "copy"));

        var release = (await portal.Storage.ReleaseAsync(Portal.Anna, snapshot, None)).Value!;

        Assert.True(release.HoldsWholeDisks);
        Assert.Equal((0, 0), (release.FreedAtOnce, release.FreedByMerging));
        Assert.True(release.KeptBytes > 0);
        Assert.Equal(["web", "copy"], release.KeptForVms.Select(static v => v.Name));
    }

    [Fact]
    public async Task Flatten_Succeeds_EveryHeadStandsAloneAndReleasedLayersGo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", null, "vda", "vdb");
        var kept = await portal.TakeAsync(vm, "kept");
        var gone = await portal.TakeAsync(vm, "gone");
        var released = (await portal.SnapshotAsync(gone)).Disks.Select(static d => d.LayerId!.Value).ToList();

        var ended = await portal.EndedAsync(await portal.RequestFlattenAsync(vm));

        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.Equal(["vda", "vdb"], portal.Engine.Flattened.Select(static f => f.Head.Target));
        Assert.All((await portal.LayersAsync()).Where(static l => l.State == LayerState.Head), static l => Assert.Null(l.ParentId));

        // The snapshots hold what they held; one that goes now frees its files, because nothing stands on them.
        Assert.All((await portal.SnapshotAsync(kept)).Disks, static d => Assert.NotNull(d.LayerId));
        await portal.EndedAsync(await portal.RequestDeleteAsync(gone));
        await Wait.UntilAsync(async () => !(await portal.LayersAsync()).Any(l => released.Contains(l.Id)), "the collector removed them");
        Assert.Equal(2, portal.Engine.Calls.Count(static c => c.StartsWith("Remove ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Flatten_CancelledAtTheSecondDisk_KeepsWhatTheFirstOneIs()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", null, "vda", "vdb");
        await portal.TakeAsync(vm, "s");
        var gate = portal.Engine.Block("Flatten:vdb");
        var operation = await portal.RequestFlattenAsync(vm);
        await gate.EnteredAsync();

        await portal.Operations.CancelAsync(Portal.Anna, operation.Id, None);
        var ended = await portal.EndedAsync(operation);

        Assert.Equal(OperationState.Cancelled, ended.State);
        Assert.Null((await portal.HeadAsync(vm)).ParentId);
        Assert.NotNull((await portal.HeadAsync(vm, "vdb")).ParentId);
        Assert.Null((await portal.VmAsync(vm)).Drift);
    }

    [Fact]
    public async Task Flatten_PortalDiesAtTheSecondDisk_WritesDownWhatIsDoneAndSaysWhatIsNot()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", null, "vda", "vdb");
        await portal.TakeAsync(vm, "s");
        var gate = portal.Engine.Block("Flatten:vdb");
        var operation = await portal.RequestFlattenAsync(vm);
        await gate.EnteredAsync();
        var file = await portal.CrashAsync();
        portal.Engine.Forget("Flatten:vdb");
        portal.Engine.RecoverFlatten = static order => order.Head.Target == "vda";

        await using var again = await Portal.StartAsync(s => (s.File, s.Engine, s.Time) = (file, portal.Engine, portal.Time));
        var ended = await again.EndedWhileTimePassesAsync(operation.Id);

        Assert.Equal(FailureCodes.Interrupted, ended.ErrorCode);
        Assert.Contains("vdb", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.Null((await again.HeadAsync(vm)).ParentId);
        Assert.NotNull((await again.HeadAsync(vm, "vdb")).ParentId);
        Assert.Null((await again.VmAsync(vm)).Drift);

        // QEMU may die of a question about disks that are being pulled: the engine knows before anything can ask.
        var calls = portal.Engine.Calls.ToList();
        Assert.InRange(calls.FindIndex(call => call.StartsWith("ExpectPull", StringComparison.Ordinal) && call.EndsWith($"{vm}", StringComparison.Ordinal)), 0, calls.FindIndex(static call => call == "RecoverFlatten vda") - 1);
    }

    [Fact]
    public async Task Take_OnAChainOfSixtyFiles_IsRefusedWithWhatToDo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await LengthenAsync(portal, vm, ChainLimits.RefuseAbove - 1);
        var allowed = await portal.TakeAsync(vm, "the last one");

        var take = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("one too many"), None);
        var snapshots = await portal.ReadAsync(static db => db.Snapshots.CountAsync());

        Assert.Equal((FailureKind.Conflict, FailureCodes.ChainTooDeep), (take.Failure!.Kind, take.Failure.Code));
        Assert.Contains("60 files", take.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("Flatten", take.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, snapshots);

        // The snapshot's own chain has 59: one more is the last that is allowed.
        Assert.True((await portal.Snapshots.RestoreAsync(Portal.Anna, allowed, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), None)).IsSuccess);
    }

    [Fact]
    public async Task RestoreAndClone_OfASnapshotOnSixtyFiles_AreRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "deep");
        await LengthenBelowAsync(portal, (await portal.SnapshotAsync(snapshot)).Disks[0].LayerId!.Value, ChainLimits.RefuseAbove);

        var restore = await portal.Snapshots.RestoreAsync(Portal.Anna, snapshot, new RestoreSnapshotRequest(), None);
        var clone = await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy"), None);

        Assert.Equal((FailureCodes.ChainTooDeep, FailureCodes.ChainTooDeep), (restore.Failure!.Code, clone.Failure!.Code));
        Assert.Single(await portal.ReadAsync(static db => db.Vms.ToListAsync()));
    }

    [Theory]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public async Task Inspect_OfAChain_SaysBeforehandWhetherASnapshotIsPossible(int files, bool can)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var domain = portal.Engine.Domains[vm];
        domain.Disks = [.. domain.Disks.Select(d => d with { BackingChain = [.. Enumerable.Range(1, files - 1).Select(static n => $"/pool/{n}")] })];

        var inspection = (await portal.Vms.InspectAsync(Portal.Anna, vm, None)).Value!;

        Assert.Equal(can, inspection.CanTakeSnapshot);
        Assert.Equal(can, inspection.WhyNot is null);
        Assert.Contains(inspection.Warnings, static w => w.Contains("Flatten", StringComparison.Ordinal));
    }

    /// <summary>Puts files under the machine's head until its chain has <paramref name="depth"/>.</summary>
    private static async Task LengthenAsync(Portal portal, Guid vm, int depth) => await LengthenBelowAsync(portal, (await portal.HeadAsync(vm)).Id, depth);

    private static Task LengthenBelowAsync(Portal portal, Guid layerId, int depth) => portal.WriteAsync(async db =>
    {
        var layer = await db.Layers.SingleAsync(l => l.Id == layerId);
        DiskLayer? below = null;
        for (var n = 1; n < depth; n++)
        {
            below = Rows.Layer(portal, $"deep-{n}.qcow2", LayerState.Frozen, below);
            db.Layers.Add(below);
        }

        layer.ParentId = below!.Id;
    });
}
