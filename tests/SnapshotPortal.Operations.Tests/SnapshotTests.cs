using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>What taking, restoring, cloning and deleting write.</summary>
public sealed class SnapshotTests
{
    [Fact]
    public async Task Take_Succeeds_OldHeadsAreFrozenAndEveryDiskHasOneNewHead()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", null, "vda", "vdb");
        var before = (await portal.LayersAsync()).ToDictionary(static l => l.Target, StringComparer.Ordinal);

        var first = await portal.TakeAsync(vm, "one");
        var second = await portal.TakeAsync(vm, "two");

        foreach (var target in (string[])["vda", "vdb"])
        {
            var held = (await portal.SnapshotAsync(first)).Disks.Single(d => d.Target == target).LayerId;
            Assert.Equal(before[target].Id, held);
            var layers = (await portal.LayersAsync()).Where(l => l.Target == target).ToDictionary(static l => l.Id);
            Assert.Equal(3, layers.Count);
            Assert.Equal(LayerState.Frozen, layers[held!.Value].State);
            Assert.Null(layers[held.Value].HeadOfVmId);
            Assert.False(layers[held.Value].CreatedByPortal);
            var head = Assert.Single(layers.Values, static l => l.State == LayerState.Head);
            Assert.Equal((vm, true), (head.HeadOfVmId, head.CreatedByPortal));
            Assert.Equal((await portal.SnapshotAsync(second)).Disks.Single(d => d.Target == target).LayerId, head.ParentId);
        }

        Assert.Null((await portal.SnapshotAsync(first)).ParentId);
        Assert.Equal(first, (await portal.SnapshotAsync(second)).ParentId);
        Assert.Equal(second, (await portal.VmAsync(vm)).CurrentSnapshotId);
        var view = (await portal.Snapshots.GetAsync(Portal.Anna, second, CancellationToken.None)).Value!;
        Assert.True(view.IsCurrent);
        Assert.Equal(TimeSpan.FromMilliseconds(12), view.FreezeWindow);
    }

    [Fact]
    public async Task Take_Fails_SnapshotSaysCodeAndStepAndLayersAreUntouched()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var before = await portal.LayersAsync();
        portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.");

        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        var snapshot = await portal.SnapshotAsync(ended.SnapshotId!.Value);
        Assert.Equal((SnapshotPhase.Failed, FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.", "Plan"), (snapshot.Phase, snapshot.FailureCode, snapshot.FailureMessage, snapshot.FailureStep));
        Assert.Equal(before.Select(static l => (l.Id, l.State, l.HeadOfVmId)), (await portal.LayersAsync()).Select(static l => (l.Id, l.State, l.HeadOfVmId)));
        Assert.Equal(StepState.Failed, ended.Steps[^1].State);
        Assert.Null((await portal.VmAsync(vm)).CurrentSnapshotId);
    }

    [Theory]
    [InlineData(FailureCodes.NoEligibleDisk)]
    [InlineData(FailureCodes.NotEnoughSpace)]
    [InlineData(FailureCodes.MemoryImpossible)]
    public async Task Take_ThatCannotSucceed_IsRefusedInTheRequestAndLeavesNoRow(string code)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Hopeless = new EngineException(code, "It cannot be.");

        var refused = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s"), CancellationToken.None);
        var stranger = await portal.Snapshots.TakeAsync(Portal.Ben, vm, new TakeSnapshotRequest("s"), CancellationToken.None);

        Assert.Equal((code, "It cannot be."), (refused.Failure!.Code, refused.Failure.Message));
        Assert.Equal(FailureCodes.NotFound, stranger.Failure!.Code);
        Assert.Empty((await portal.Snapshots.ListAsync(Portal.Anna, vm, CancellationToken.None)).Value!);
    }

    [Fact]
    public async Task Take_WhenTheHostIsBusyWithTheMachine_IsQueuedAndFindsOutItself()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Hopeless = new EngineException(FailureCodes.VmBusy, "A job runs.");

        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        Assert.Equal(OperationState.Succeeded, ended.State);
    }

    [Fact]
    public async Task Take_ThatBeginsAtOnce_IsGivenWhatItsRequestSaw_OneThatWaitedIsNot()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Capture");

        var first = await portal.RequestTakeAsync(vm, "first");
        await gate.EnteredAsync();
        var second = await portal.RequestTakeAsync(vm, "second");
        gate.Open();
        await portal.EndedAsync(first);
        await portal.EndedAsync(second);

        Assert.Equal([vm, null], portal.Engine.GivenLooks.Select(static l => (l as FakeLook)?.VmId));
    }

    [Fact]
    public async Task Delete_OfASnapshotWithMemory_GivesTheMemorysFileToTheCollector()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var taken = await portal.EndedAsync((await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s", WithMemory: true), CancellationToken.None)).Value!);
        var memory = (await portal.SnapshotAsync(taken.SnapshotId!.Value)).Memory!;
        await portal.TakeAsync(vm, "later");

        await portal.EndedAsync((await portal.Snapshots.DeleteAsync(Portal.Anna, taken.SnapshotId.Value, null, CancellationToken.None)).Value!);

        await Wait.UntilAsync(() => Task.FromResult(portal.Engine.Calls.Contains($"Remove {memory.Path}", StringComparer.Ordinal)), "the file of the memory is removed");
    }

    [Fact]
    public async Task Take_Drift_StopsWorkOnDisksButNotReading()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        portal.Engine.Fail("Take:Plan", FailureCodes.Drift, "The disk vda is another file.");
        portal.Engine.Swap(vm, "vda", "/pool/elsewhere.qcow2");
        await portal.EndedAsync(await portal.RequestTakeAsync(vm, "drifts"));

        Assert.Contains("The disk vda", (await portal.VmAsync(vm)).Drift, StringComparison.Ordinal);
        Assert.Equal(FailureCodes.Drift, (await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("x"), CancellationToken.None)).Failure!.Code);
        Assert.Equal(FailureCodes.Drift, (await portal.Snapshots.RestoreAsync(Portal.Anna, snapshot, new RestoreSnapshotRequest(), CancellationToken.None)).Failure!.Code);
        Assert.Equal(FailureCodes.Drift, (await portal.Vms.PowerAsync(Portal.Anna, vm, new PowerRequest(PowerAction.Start), CancellationToken.None)).Failure!.Code);
        Assert.True((await portal.Vms.PowerAsync(Portal.Anna, vm, new PowerRequest(PowerAction.Shutdown), CancellationToken.None)).IsSuccess);
        Assert.True((await portal.Vms.GetAsync(Portal.Anna, vm, CancellationToken.None)).IsSuccess);
        Assert.Equal(2, (await portal.Snapshots.ListAsync(Portal.Anna, vm, CancellationToken.None)).Value!.Count);
        var inspection = (await portal.Vms.InspectAsync(Portal.Anna, vm, CancellationToken.None)).Value!;
        Assert.False(inspection.CanTakeSnapshot);
        Assert.Contains("The disk vda", inspection.WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_OfASnapshot_IsSeenByAllAndLeavesWhatIsNotNamed()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var id = await portal.TakeAsync(vm, "monday");
        var other = await portal.TakeAsync(vm, "tuesday");

        var renamed = await portal.Snapshots.ChangeAsync(Portal.Anna, id, new ChangeSnapshotRequest(" before the update "), CancellationToken.None);
        var described = await portal.Snapshots.ChangeAsync(Portal.Anna, id, new ChangeSnapshotRequest(Description: "Kernel 6.1"), CancellationToken.None);
        var taken = await portal.Snapshots.ChangeAsync(Portal.Anna, other, new ChangeSnapshotRequest("before the update"), CancellationToken.None);
        var same = await portal.Snapshots.ChangeAsync(Portal.Anna, other, new ChangeSnapshotRequest("tuesday", ""), CancellationToken.None);

        Assert.Equal(("before the update", ""), (renamed.Value!.Name, renamed.Value.Description));
        Assert.Equal(("before the update", "Kernel 6.1"), (described.Value!.Name, described.Value.Description));
        Assert.Equal((FailureCodes.NameTaken, "name"), (taken.Failure!.Code, taken.Failure.Field));
        Assert.True(same.IsSuccess);
        Assert.Equal(["before the update", "tuesday"], (await portal.Snapshots.ListAsync(Portal.Anna, vm, CancellationToken.None)).Value!.Select(static s => s.Name).Order());
        Assert.Equal(3, (await portal.ReadAsync(db => db.Events.Where(e => e.SnapshotId == id && e.Phase == "Succeeded").ToListAsync())).Count);
    }

    [Theory]
    [InlineData("", 0, FailureCodes.NameInvalid)]
    [InlineData("a\nb", 0, FailureCodes.NameInvalid)]
    [InlineData(null, Names.MaxDescriptionLength + 1, FailureCodes.DescriptionInvalid)]
    public async Task Change_OfASnapshotToWhatCannotBe_IsRefusedAndChangesNothing(string? name, int length, string code)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var id = await portal.TakeAsync(vm, "monday");

        var refused = await portal.Snapshots.ChangeAsync(Portal.Anna, id, new ChangeSnapshotRequest(name, new string('x', length)), CancellationToken.None);

        Assert.Equal(code, refused.Failure!.Code);
        Assert.Equal(("monday", ""), ((await portal.SnapshotAsync(id)).Name, (await portal.SnapshotAsync(id)).Description));
    }

    [Fact]
    public async Task Restore_KeepingThePresent_MakesASafetySnapshotOfIt()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        var two = await portal.TakeAsync(vm, "two");
        var left = await portal.HeadAsync(vm);

        var ended = await portal.EndedAsync(await portal.RequestRestoreAsync(one));

        Assert.Equal(OperationState.Succeeded, ended.State);
        var safety = await portal.ReadAsync(static db => db.Snapshots.AsNoTracking().Include(static s => s.Disks).SingleAsync(static s => s.Origin == SnapshotOrigin.Safety));
        Assert.Equal((SnapshotPhase.Succeeded, (Guid?)two, (Guid?)left.Id), (safety.Phase, safety.ParentId, Assert.Single(safety.Disks).LayerId));
        Assert.StartsWith("Before restore, 2026-03-01", safety.Name, StringComparison.Ordinal);
        var head = await portal.HeadAsync(vm);
        Assert.Equal((await portal.SnapshotAsync(one)).Disks[0].LayerId, head.ParentId);
        Assert.Equal(one, (await portal.VmAsync(vm)).CurrentSnapshotId);
        Assert.Equal(LayerState.Frozen, (await portal.LayersAsync()).Single(l => l.Id == left.Id).State);
        Assert.True(Assert.Single(portal.Engine.Restores).FreezeBeforeStop);

        // And it can be undone.
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(await portal.RequestRestoreAsync(safety.Id))).State);
        Assert.Equal(left.Id, (await portal.HeadAsync(vm)).ParentId);
        Assert.Equal(2, await portal.ReadAsync(static db => db.Snapshots.Where(static s => s.Origin == SnapshotOrigin.Safety).Select(static s => s.Name).Distinct().CountAsync()));
    }

    [Fact]
    public async Task Restore_NotKeeping_ReleasesThePresentToTheCollector()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        var left = await portal.HeadAsync(vm);

        await portal.EndedAsync(await portal.RequestRestoreAsync(one, keepPresent: false));

        Assert.False(Assert.Single(portal.Engine.Restores).FreezeBeforeStop);
        Assert.Equal(1, await portal.ReadAsync(static db => db.Snapshots.CountAsync()));
        await Wait.UntilAsync(async () => (await portal.LayersAsync()).TrueForAll(l => l.Id != left.Id), "the collector removed it");
        Assert.Contains($"Remove {left.Path}", portal.Engine.Calls);
    }

    [Fact]
    public async Task Restore_DiskThatTheSnapshotDoesNotHave_ForcesKeeping()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        await portal.WriteAsync(db =>
        {
            db.Layers.Add(Rows.Layer(portal, "added.qcow2", LayerState.Head, headOf: vm, target: "vdb"));
            return Task.CompletedTask;
        });

        await portal.EndedAsync(await portal.RequestRestoreAsync(one, keepPresent: false));

        var safety = await portal.ReadAsync(static db => db.Snapshots.AsNoTracking().Include(static s => s.Disks).SingleAsync(static s => s.Origin == SnapshotOrigin.Safety));
        Assert.Equal(["vda", "vdb"], safety.Disks.Select(static d => d.Target).Order(StringComparer.Ordinal));
        Assert.True(Assert.Single(portal.Engine.Restores).FreezeBeforeStop);
    }

    [Fact]
    public async Task Restore_Fails_NothingIsChanged()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        var head = await portal.HeadAsync(vm);
        portal.Engine.Fail("Restore:Redefine", FailureCodes.VmRunning, "It runs.");

        var ended = await portal.EndedAsync(await portal.RequestRestoreAsync(one));

        Assert.Equal(FailureCodes.VmRunning, ended.ErrorCode);
        Assert.Equal(head.Id, (await portal.HeadAsync(vm)).Id);
        Assert.Equal(1, await portal.ReadAsync(static db => db.Snapshots.CountAsync()));
    }

    [Fact]
    public async Task Clone_Succeeds_NewMachineStandsOnTheSnapshotsLayers()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");

        var request = await portal.RequestCloneAsync(snapshot, "copy", Portal.Admin);
        var ended = await portal.EndedAsync(request);

        var clone = await portal.VmAsync(request.VmId);
        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.Equal((VmPresence.Present, VmOrigin.Cloned, (Guid?)snapshot, Portal.Admin.UserId, PowerState.Running), (clone.Presence, clone.Origin, clone.OriginSnapshotId, clone.OwnerId, clone.Power));
        Assert.Equal((await portal.SnapshotAsync(snapshot)).Disks[0].LayerId, (await portal.HeadAsync(clone.Id)).ParentId);
    }

    [Fact]
    public async Task Clone_NameTakenOnTheHost_FailsAndTheRowIsGone()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        portal.Engine.AddDomain("copy", "vda");

        var ended = await portal.EndedAsync(await portal.RequestCloneAsync(snapshot, "copy"));

        Assert.Equal((OperationState.Failed, FailureCodes.NameTaken), (ended.State, ended.ErrorCode));
        Assert.False(await portal.ReadAsync(db => db.Vms.AnyAsync(v => v.Id == ended.VmId)));
        Assert.Contains(await portal.EventsAsync(), e => e.Kind == "VmRemoved" && e.VmId == ended.VmId);
    }

    [Fact]
    public async Task Clone_NameOfAnotherMachine_IsRefusedAtOnce()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        var outcome = await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("web"), CancellationToken.None);

        Assert.Equal((FailureCodes.NameTaken, "name"), (outcome.Failure!.Code, outcome.Failure.Field));
    }

    [Fact]
    public async Task Clone_FromAMachineThatIsBeingDeleted_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        var gate = portal.Engine.Block("DeleteVm:Undefine");
        var deletion = await portal.RequestDeleteVmAsync(vm);
        await gate.EnteredAsync();

        var outcome = await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy"), CancellationToken.None);

        Assert.Equal(FailureCodes.NotFound, outcome.Failure!.Code);
        gate.Open();
        await portal.EndedAsync(deletion);
    }

    [Fact]
    public async Task Delete_WhileACloneFromItIsQueued_WaitsForTheClone()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        var gate = portal.Engine.Block("Clone:MakeDisks");
        var clone = await portal.RequestCloneAsync(snapshot, "copy");
        await gate.EnteredAsync();

        var deletion = await portal.RequestDeleteAsync(snapshot);
        await portal.UntilWhileTimePassesAsync(async () => (await portal.OperationAsync(deletion.Id)).WaitingFor is not null, "the deletion says that it waits");
        Assert.Equal(LayerState.Frozen, (await portal.LayersAsync())[0].State);
        gate.Open();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(clone)).State);
        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(deletion.Id)).State);
    }

    [Fact]
    public async Task Delete_InTheMiddle_ChildrenAndTheCurrentMarkMoveToTheParent()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        var two = await portal.TakeAsync(vm, "two");
        var three = await portal.TakeAsync(vm, "three");

        await portal.EndedAsync(await portal.RequestDeleteAsync(two));
        Assert.Equal(one, (await portal.SnapshotAsync(three)).ParentId);
        await portal.EndedAsync(await portal.RequestDeleteAsync(three));

        Assert.Equal(one, (await portal.VmAsync(vm)).CurrentSnapshotId);
        Assert.Equal(FailureCodes.NotFound, (await portal.Snapshots.GetAsync(Portal.Anna, two, CancellationToken.None)).Failure!.Code);
    }

    [Fact]
    public async Task Collector_SnapshotDeleted_MergesAndTheChildKeepsItsIdentityInTheBasesFile()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        var two = await portal.TakeAsync(vm, "two");
        var gone = (await portal.LayersAsync()).Single(l => l.ParentId is null);
        var child = (await portal.LayersAsync()).Single(l => l.ParentId == gone.Id);

        await portal.EndedAsync(await portal.RequestDeleteAsync(one));
        await Wait.UntilAsync(async () => (await portal.LayersAsync()).Count == 2, "the layers are merged");

        var merged = (await portal.LayersAsync()).Single(l => l.Id == child.Id);
        Assert.Equal((gone.Path, gone.Volume, (Guid?)null, LayerState.Frozen, false), (merged.Path, merged.Volume, merged.ParentId, merged.State, merged.CreatedByPortal));
        Assert.Equal(child.Id, (await portal.SnapshotAsync(two)).Disks[0].LayerId);
        Assert.False(Assert.Single(portal.Engine.Merges).ChildIsHead);
    }

    [Fact]
    public async Task Restore_WhileALayerUnderItIsMergedForAnother_WaitsForTheMerge()
    {
        await using var portal = await Portal.StartAsync();
        var (below, snapshot, _) = await SharedAsync(portal);
        var gate = portal.Engine.Block("Collect:Merge");
        await portal.EndedAsync(await portal.RequestDeleteAsync(below));
        await gate.EnteredAsync();

        var restore = await portal.RequestRestoreAsync(snapshot);
        await Wait.UntilAsync(async () => (await portal.OperationAsync(restore.Id)).WaitingFor?.Contains("merged", StringComparison.Ordinal) ?? false, "the restore waits");
        Assert.Single(portal.Engine.Restores);
        gate.Open();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(restore.Id)).State);
        Assert.Equal(Assert.Single(portal.Engine.Merges).Base.Path, portal.Engine.Restores.Last().Layers["vda"].Path);
    }

    [Fact]
    public async Task Export_WhileALayerUnderItIsMergedForAnother_WaitsForTheMerge()
    {
        await using var portal = await Portal.StartAsync();
        var (below, snapshot, _) = await SharedAsync(portal);
        var gate = portal.Engine.Block("Collect:Merge");
        await portal.EndedAsync(await portal.RequestDeleteAsync(below));
        await gate.EnteredAsync();

        var export = (await portal.Exports.ExportSnapshotAsync(Portal.Anna, snapshot, new ExportRequest(), CancellationToken.None)).Value!;
        await Wait.UntilAsync(async () => (await portal.OperationAsync(export.Id)).WaitingFor?.Contains("merged", StringComparison.Ordinal) ?? false, "the export waits");
        Assert.Empty(portal.Engine.Exports);
        gate.Open();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(export.Id)).State);
        Assert.Equal(Assert.Single(portal.Engine.Merges).Base.Path, Assert.Single(portal.Engine.Exports).Sources["vda"].Path);
    }

    [Fact]
    public async Task Collector_WhileAMachineIsRestored_MergesNothingUnderItsSnapshot()
    {
        await using var portal = await Portal.StartAsync();
        var (below, snapshot, clone) = await SharedAsync(portal);
        var other = await portal.AddVmAsync("other");
        var marker = await portal.TakeAsync(other, "marker");
        var taking = portal.Engine.Block("Take:Plan");
        var take = await portal.RequestTakeAsync(clone, "keeps the collector away");
        await taking.EnteredAsync();
        await portal.EndedAsync(await portal.RequestDeleteAsync(below));

        var restoring = portal.Engine.Block("Restore:PrepareOverlays");
        var restore = await portal.RequestRestoreAsync(snapshot);
        await restoring.EnteredAsync();
        taking.Open();
        await portal.EndedAsync(take);
        await portal.EndedAsync(await portal.RequestDeleteAsync(marker));
        portal.WakeCollector();
        await Wait.UntilAsync(() => Task.FromResult(portal.Engine.Merges.Any(m => m.VmId == other)), "the collector has looked");

        Assert.False(await portal.ReadAsync(db => db.Operations.AnyAsync(o => o.VmId == clone && o.Kind == OperationKind.CollectLayers)));
        restoring.Open();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(restore)).State);
    }

    [Fact]
    public async Task Collector_LayerThatCannotBeRemoved_KeepsNoOtherAndIsTriedAgain()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", Portal.Anna, "vda", "vdb");
        await portal.TakeAsync(vm, "s");
        portal.Engine.At("Collect:Remove", _ => Removals().Count() == 1
            ? throw new EngineException(FailureCodes.Drift, "Somebody's domain refers to it.")
            : Task.CompletedTask);

        await portal.EndedAsync(await portal.RequestDeleteVmAsync(vm));
        var failed = await FailedCollectionAsync(portal);

        Assert.Equal("Somebody's domain refers to it.", failed.ErrorMessage);
        Assert.Equal(2, Removals().Count());
        var left = Assert.Single(await portal.LayersAsync(), static l => l.CreatedByPortal);
        Assert.Equal((Removals().First(), LayerState.Released), ($"Remove {left.Path}", left.State));
        portal.Time.Advance(TimeSpan.FromMinutes(2));
        portal.WakeCollector();
        await Wait.UntilAsync(async () => (await portal.LayersAsync()).TrueForAll(static l => !l.CreatedByPortal), "it is removed after all");

        IEnumerable<string> Removals() => portal.Engine.Calls.Where(static c => c.StartsWith("Remove ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Collector_DiskThatCannotBeMerged_KeepsNoOtherAndIsTriedAgain()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", Portal.Anna, "vda", "vdb");
        var one = await portal.TakeAsync(vm, "one");
        await portal.TakeAsync(vm, "two");
        portal.Engine.At("Collect:Merge", _ => portal.Engine.Merges.Count == 1
            ? throw new EngineException(FailureCodes.HypervisorError, "The storage does not answer.")
            : Task.CompletedTask);

        await portal.EndedAsync(await portal.RequestDeleteAsync(one));
        var failed = await FailedCollectionAsync(portal);

        Assert.Equal("The storage does not answer.", failed.ErrorMessage);
        Assert.Equal(2, portal.Engine.Merges.Count);
        Assert.Equal(portal.Engine.Merges.First().Base.LayerId, Assert.Single(await portal.LayersAsync(), static l => l.State == LayerState.Released).Id);
        portal.Time.Advance(TimeSpan.FromMinutes(2));
        portal.WakeCollector();
        await Wait.UntilAsync(async () => (await portal.LayersAsync()).TrueForAll(static l => l.State != LayerState.Released), "it is merged after all");
    }

    [Fact]
    public async Task Collector_PersonAsks_GivesWayAndGoesOnLater()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        var gate = portal.Engine.Block("Collect:Merge");
        await portal.EndedAsync(await portal.RequestDeleteAsync(one));
        await gate.EnteredAsync();

        await portal.TakeAsync(vm, "urgent");

        var given = await portal.ReadAsync(static db => db.Operations.AsNoTracking().FirstAsync(static o => o.Kind == OperationKind.CollectLayers));
        Assert.Equal(OperationState.Cancelled, given.State);
        Assert.DoesNotContain(await portal.LayersAsync(), static l => l.State == LayerState.Merging);
        portal.Engine.Forget("Collect:Merge");
        portal.WakeCollector();
        await Wait.UntilAsync(async () => (await portal.LayersAsync()).TrueForAll(static l => l.State != LayerState.Released), "it is merged after all");
    }

    [Fact]
    public async Task DeleteVm_LayersThatACloneNeeds_StayAndTheOthersGo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.TakeAsync(vm, "one");
        var two = await portal.TakeAsync(vm, "two");
        var clone = await portal.EndedAsync(await portal.RequestCloneAsync(two, "copy"));
        var head = await portal.HeadAsync(vm);

        var ended = await portal.EndedAsync(await portal.RequestDeleteVmAsync(vm));

        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.False(await portal.ReadAsync(db => db.Vms.AnyAsync(v => v.Id == vm)));
        Assert.False(await portal.ReadAsync(static db => db.Snapshots.AnyAsync()));
        await Wait.UntilAsync(async () => (await portal.LayersAsync()).TrueForAll(l => l.Id != head.Id), "its own head is removed");
        Assert.Equal(clone.VmId, (await portal.HeadAsync(clone.VmId)).HeadOfVmId);
    }

    [Fact]
    public async Task Host_Unreachable_OperationWaitsWithAReasonAndRunsWhenItIsBack()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.LoseHostAsync("No route.");

        var operation = await portal.RequestTakeAsync(vm, "s");
        await Wait.UntilAsync(async () => (await portal.OperationAsync(operation.Id)).WaitingFor is not null, "it says why it waits");
        Assert.StartsWith("The host does not answer", (await portal.OperationAsync(operation.Id)).WaitingFor, StringComparison.Ordinal);
        Assert.Equal(FailureCodes.HostUnreachable, (await portal.Vms.InspectAsync(Portal.Anna, vm, CancellationToken.None)).Failure!.Code);
        var view = (await portal.Vms.GetAsync(Portal.Anna, vm, CancellationToken.None)).Value!;
        Assert.Equal((false, "No route."), (view.HostReachable, view.HostMessage));
        await portal.BringHostBackAsync();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(operation)).State);
    }

    [Fact]
    public async Task Machine_RemovedBehindThePortalsBack_IsMissingAndComesBack()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.TakeAsync(vm, "s");
        await portal.MissAsync(vm);

        Assert.Equal(FailureCodes.VmMissing, (await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("x"), CancellationToken.None)).Failure!.Code);
        Assert.Equal(PowerState.Unknown, (await portal.VmAsync(vm)).Power);
        Assert.Single((await portal.Snapshots.ListAsync(Portal.Anna, vm, CancellationToken.None)).Value!);
        portal.Engine.Tell(Portal.HostName, new VmChanged(portal.Engine.Domains[vm].Seen));

        await Wait.UntilAsync(async () => (await portal.VmAsync(vm)).Presence == VmPresence.Present, "it is back");
    }

    [Fact]
    public async Task Machine_AbsentFromAFreshConnection_IsMissing()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        portal.Engine.Tell(Portal.HostName, new HostConnected([]));

        await Wait.UntilAsync(async () => (await portal.VmAsync(vm)).Presence == VmPresence.Missing, "it is missing");
    }

    [Fact]
    public async Task Machine_RenamedBehindThePortalsBack_IsFollowed()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        portal.Engine.Tell(Portal.HostName, new VmChanged(portal.Engine.Domains[vm].Seen with { Name = "web-old" }));

        await Wait.UntilAsync(async () => (await portal.VmAsync(vm)).Name == "web-old", "the new name is known");
    }

    [Fact]
    public async Task Journal_SeveralIntentionsOfOneType_FindsTheLast()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        FakeIntention? found = null;
        portal.Engine.At("Take:Plan", async step =>
        {
            for (var i = 0; i < 10; i++)
            {
                portal.Time.Advance(TimeSpan.FromTicks(1));
                await step.Journal.BeginStepAsync("More", new FakeIntention($"{i}", []));
            }

            found = await step.Journal.FindIntentionAsync<FakeIntention>(CancellationToken.None);
        });

        await portal.TakeAsync(vm, "s");

        Assert.Equal("9", found!.What);
    }

    [Fact]
    public async Task Progress_Reported_IsBoundedAndGoneWithTheNextStep()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.At("Take:Plan", step =>
        {
            step.Journal.ReportProgress(250);
            return Wait.UntilAsync(() => portal.ReadAsync(static db => db.Operations.AnyAsync(static o => o.Percent == 100)), "the progress is written");
        });

        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        Assert.Contains(await portal.EventsAsync(ended.Id), static e => e.Percent == 100);
        Assert.Null(ended.Percent);
    }

    /// <summary>
    /// A machine that stands on its first snapshot again, and a clone of its third: what is between those two is in the chain of
    /// the clone alone.
    /// </summary>
    private static async Task<(Guid Below, Guid Snapshot, Guid Clone)> SharedAsync(Portal portal)
    {
        var vm = await portal.AddVmAsync("web");
        var first = await portal.TakeAsync(vm, "first");
        var below = await portal.TakeAsync(vm, "below");
        var snapshot = await portal.TakeAsync(vm, "snapshot");
        var clone = (await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy", Start: false), CancellationToken.None)).Value!;
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(clone)).State);
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(await portal.RequestRestoreAsync(first, keepPresent: false))).State);
        await Wait.UntilAsync(async () => (await portal.LayersAsync()).TrueForAll(static l => l.State is LayerState.Head or LayerState.Frozen), "what the machine left is removed");
        return (below, snapshot, clone.VmId);
    }

    private static async Task<Operation> FailedCollectionAsync(Portal portal)
    {
        await Wait.UntilAsync(() => portal.ReadAsync(static db => db.Operations.AnyAsync(static o => o.Kind == OperationKind.CollectLayers && o.State == OperationState.Failed)), "a collection has failed");
        return await portal.ReadAsync(static db => db.Operations.AsNoTracking().SingleAsync(static o => o.Kind == OperationKind.CollectLayers && o.State == OperationState.Failed));
    }
}
