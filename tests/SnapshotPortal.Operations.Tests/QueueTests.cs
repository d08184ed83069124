using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

public sealed class QueueTests
{
    [Fact]
    public async Task Queue_SeveralRequestsForOneMachine_OneRunsAndTheyRunInTheirOrder()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Plan");
        var operations = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            operations.Add((await portal.RequestTakeAsync(vm, $"s{i}")).Id);
        }

        await gate.EnteredAsync();
        await Wait.UntilAsync(async () => (await portal.OperationAsync(operations[4])).WaitingFor is not null, "the last one says why it waits");
        Assert.Equal(1, await portal.ReadAsync(static db => db.Operations.CountAsync(static o => o.State == OperationState.Running)));
        Assert.Equal("Another operation on this machine runs first.", (await portal.OperationAsync(operations[1])).WaitingFor);
        gate.Open();
        foreach (var operation in operations)
        {
            Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(operation)).State);
        }

        var rows = await portal.ReadAsync(db => db.Events.Where(static e => e.State == "Succeeded").OrderBy(static e => e.Sequence).Select(static e => e.OperationId!.Value).ToListAsync());
        Assert.Equal(operations, rows);
        var events = await portal.EventsAsync();
        var running = 0;
        foreach (var change in events.Where(static e => e.OperationId is not null).GroupBy(static e => e.OperationId))
        {
            running = Math.Max(running, events.Count(e => e.State == "Running" && e.Sequence == change.First(static c => c.State == "Running").Sequence));
        }

        Assert.Equal(1, running);
    }

    [Fact]
    public async Task Queue_MachineAndHostAreFree_TheRequestIsClaimedInItsOwnCommit()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Inspect");

        var operation = await portal.RequestTakeAsync(vm, "s");
        await gate.EnteredAsync();

        Assert.Equal((OperationState.Running, operation.RequestedAt), (operation.State, operation.StartedAt));
        var events = await portal.EventsAsync(operation.Id);
        Assert.Equal(["Queued", "Running"], events.Take(2).Select(static e => e.State));
        Assert.Equal(events[0].Sequence + 1, events[1].Sequence);
        gate.Open();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(operation)).State);
    }

    [Fact]
    public async Task Queue_WhileOthersWaitForTheHost_NothingOvertakes()
    {
        await using var portal = await Portal.StartAsync(static s => s.OperationsPerHost = 1);
        var gate = portal.Engine.Block("Take:Plan");
        var operations = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            operations.Add((await portal.RequestTakeAsync(await portal.AddVmAsync($"vm-{i}"), "s")).Id);
        }

        await gate.EnteredAsync();
        Assert.Equal([OperationState.Running, OperationState.Queued, OperationState.Queued], await Task.WhenAll(operations.Select(async o => (await portal.OperationAsync(o)).State)));
        gate.Open();

        foreach (var operation in operations)
        {
            Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(operation)).State);
        }

        Assert.Equal(operations, await portal.ReadAsync(static db => db.Events.Where(static e => e.State == "Running" && e.OperationId != null).OrderBy(static e => e.Sequence).Select(static e => e.OperationId!.Value).Distinct().ToListAsync()));
    }

    [Fact]
    public async Task Cancel_AskedOfAnotherInstance_IsSeenByTheOneThatRunsIt()
    {
        await using var portal = await Portal.StartAsync();
        var gate = portal.Engine.Block("Take:Plan");
        var operation = await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s", deadline: TimeSpan.FromHours(24));
        await gate.EnteredAsync();

        await portal.WriteAsync(async db => (await db.Operations.SingleAsync(o => o.Id == operation.Id)).RequestCancel("Bert", portal.Time.GetUtcNow()));

        Assert.Equal(OperationState.Cancelled, (await portal.EndedWhileTimePassesAsync(operation.Id)).State);
    }

    [Fact]
    public async Task Queue_DifferentMachines_RunSideBySideUpToTheHostsLimit()
    {
        await using var portal = await Portal.StartAsync(static s => s.OperationsPerHost = 3);
        var gate = portal.Engine.Block("Take:Plan");
        var operations = new List<Guid>();
        for (var i = 0; i < 5; i++)
        {
            operations.Add((await portal.RequestTakeAsync(await portal.AddVmAsync($"vm-{i}"), "s")).Id);
        }

        await Wait.UntilAsync(() => gate.Arrivals == 3, "three run");
        await Wait.UntilAsync(async () => (await portal.OperationAsync(operations[4])).WaitingFor == "The host is busy with other operations.", "the fifth waits for the host");
        Assert.Equal(3, gate.Arrivals);
        gate.Open();

        foreach (var operation in operations)
        {
            Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(operation)).State);
        }
    }

    [Fact]
    public async Task Queue_SecondRunningOperationOfAMachine_TheDatabaseItselfRefuses()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        await Assert.ThrowsAsync<DbUpdateException>(() => portal.WriteAsync(db =>
        {
            for (var i = 0; i < 2; i++)
            {
                var operation = Rows.Operation(portal, OperationKind.StartVm, vm);
                operation.TryClaim("elsewhere", portal.Time.GetUtcNow(), TimeSpan.FromMinutes(1));
                db.Operations.Add(operation);
            }

            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task Deadline_PassesWhileQueued_FailsAndSaysThatNothingWasBegun()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Power:Reboot");
        await portal.RequestPowerAsync(vm, PowerAction.Reboot);
        await gate.EnteredAsync();
        var operation = await portal.RequestTakeAsync(vm, "s", deadline: TimeSpan.FromSeconds(10));
        await Wait.UntilAsync(async () => (await portal.OperationAsync(operation.Id)).WaitingFor is not null, "it waits");

        portal.Time.Advance(TimeSpan.FromSeconds(11));
        var ended = await portal.EndedAsync(operation);

        Assert.Equal((OperationState.Failed, FailureCodes.DeadlineExceeded), (ended.State, ended.ErrorCode));
        Assert.Contains("was not begun. Another operation on this machine runs first. Nothing was changed.", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(SnapshotPhase.Failed, (await portal.SnapshotAsync(operation.SnapshotId!.Value)).Phase);
        Assert.DoesNotContain("Take web", portal.Engine.Calls);
        gate.Open();
    }

    [Fact]
    public async Task Deadline_PassesWhileRunning_StopsTheStepAndNamesIt()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Plan");
        var operation = await portal.RequestTakeAsync(vm, "s", deadline: TimeSpan.FromSeconds(10));
        await gate.EnteredAsync();

        portal.Time.Advance(TimeSpan.FromSeconds(10));
        var ended = await portal.EndedAsync(operation);

        Assert.Equal((OperationState.Failed, FailureCodes.DeadlineExceeded), (ended.State, ended.ErrorCode));
        Assert.Contains("step Plan", ended.ErrorMessage, StringComparison.Ordinal);
        var snapshot = await portal.SnapshotAsync(operation.SnapshotId!.Value);
        Assert.Equal((SnapshotPhase.Failed, FailureCodes.DeadlineExceeded, "Plan"), (snapshot.Phase, snapshot.FailureCode, snapshot.FailureStep));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(24 * 3600 + 1)]
    public async Task Deadline_OutsideItsLimits_IsRefused(double seconds)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var outcome = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s", FailureDeadline: TimeSpan.FromSeconds(seconds)), CancellationToken.None);

        Assert.Equal((FailureCodes.DeadlineInvalid, "failureDeadline"), (outcome.Failure!.Code, outcome.Failure.Field));
    }

    [Fact]
    public async Task Deadline_NothingSaid_IsTheMachinesThenThePortals()
    {
        await using var portal = await Portal.StartAsync();
        var plain = await portal.AddVmAsync("plain");
        var own = await portal.AddVmAsync("own");
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == own)).FailureDeadline = TimeSpan.FromMinutes(17));

        var first = await portal.RequestTakeAsync(plain, "s");
        var second = await portal.RequestTakeAsync(own, "s");

        Assert.Equal(TimeSpan.FromMinutes(5), first.Deadline - first.RequestedAt);
        Assert.Equal(TimeSpan.FromMinutes(17), second.Deadline - second.RequestedAt);
    }

    [Fact]
    public async Task Cancel_Queued_EndsAtOnceWithoutBeingBegunAndSaysWho()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Power:Reboot");
        await portal.RequestPowerAsync(vm, PowerAction.Reboot);
        await gate.EnteredAsync();
        var operation = await portal.RequestTakeAsync(vm, "s");

        var asked = await portal.Operations.CancelAsync(Portal.Admin, operation.Id, CancellationToken.None);
        var ended = await portal.EndedAsync(operation);

        Assert.True(asked.Value!.CancelRequested);
        Assert.Equal((OperationState.Cancelled, FailureCodes.Cancelled), (ended.State, ended.ErrorCode));
        Assert.StartsWith("Cancelled by Ada.", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("Take web", portal.Engine.Calls);
        Assert.Equal(SnapshotPhase.Failed, (await portal.SnapshotAsync(operation.SnapshotId!.Value)).Phase);
        gate.Open();
    }

    [Fact]
    public async Task Cancel_Running_StopsTheStepAndSaysWho()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Capture");
        var operation = await portal.RequestTakeAsync(vm, "s");
        await gate.EnteredAsync();

        await portal.Operations.CancelAsync(Portal.Anna, operation.Id, CancellationToken.None);
        var ended = await portal.EndedAsync(operation);

        Assert.Equal(OperationState.Cancelled, ended.State);
        Assert.Equal("Cancelled by Anna. The machine is as before.", ended.ErrorMessage);
        var snapshot = await portal.SnapshotAsync(operation.SnapshotId!.Value);
        Assert.Equal((SnapshotPhase.Failed, FailureCodes.Cancelled), (snapshot.Phase, snapshot.FailureCode));
    }

    [Fact]
    public async Task Cancel_Ended_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var operation = await portal.EndedAsync(await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s"));

        var outcome = await portal.Operations.CancelAsync(Portal.Anna, operation.Id, CancellationToken.None);

        Assert.Equal((FailureKind.Conflict, FailureCodes.NotCancellable), (outcome.Failure!.Kind, outcome.Failure.Code));
    }

    [Fact]
    public async Task Cancel_OfADeletion_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        var gate = portal.Engine.Block("Power:Reboot");
        await portal.RequestPowerAsync(vm, PowerAction.Reboot);
        await gate.EnteredAsync();
        var deletion = await portal.RequestDeleteAsync(snapshot);
        var vmDeletion = await portal.RequestDeleteVmAsync(vm);

        foreach (var id in new[] { deletion.Id, vmDeletion.Id })
        {
            Assert.Equal(FailureCodes.NotCancellable, (await portal.Operations.CancelAsync(Portal.Anna, id, CancellationToken.None)).Failure!.Code);
        }

        gate.Open();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(vmDeletion)).State);
    }

    [Fact]
    public async Task Worker_UnexpectedException_FailsTheOperationAndGoesOn()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.At("Take:Plan", static _ => throw new InvalidOperationException("/secret/path"));

        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));
        portal.Engine.Forget("Take:Plan");

        Assert.Equal((OperationState.Failed, FailureCodes.Internal), (ended.State, ended.ErrorCode));
        Assert.DoesNotContain("secret", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(ended.Id.ToString(), ended.ErrorMessage, StringComparison.Ordinal);
        await portal.TakeAsync(vm, "again");
    }

    [Fact]
    public async Task Worker_Stop_LetsWhatRunsFinish()
    {
        await using var portal = await Portal.StartAsync();
        var gate = portal.Engine.Block("Take:Plan");
        var operation = await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s");
        await gate.EnteredAsync();

        var stop = portal.StopAsync();
        gate.Open();
        await stop;

        Assert.Equal(OperationState.Succeeded, await portal.ReadAsync(db => db.Operations.Where(o => o.Id == operation.Id).Select(static o => o.State).SingleAsync()));
    }

    [Fact]
    public async Task Lease_WhileItRuns_IsRenewed()
    {
        await using var portal = await Portal.StartAsync();
        var gate = portal.Engine.Block("Take:Plan");
        var operation = await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s", deadline: TimeSpan.FromHours(24));
        await gate.EnteredAsync();
        var first = await LeaseAsync();

        await portal.UntilWhileTimePassesAsync(async () => await LeaseAsync() > first + TimeSpan.FromMinutes(1), "the lease was prolonged again and again");

        gate.Open();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(operation)).State);
        Assert.Equal(1, await portal.ReadAsync(db => db.Operations.Where(o => o.Id == operation.Id).Select(static o => o.Attempt).SingleAsync()));

        async Task<DateTimeOffset> LeaseAsync() => (await portal.ReadAsync(db => db.Operations.AsNoTracking().SingleAsync(o => o.Id == operation.Id))).LeaseUntil!.Value;
    }
}
