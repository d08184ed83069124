using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>After <c>kill -9</c>: a copy of the database as it stands in the middle of an operation, and a second portal on it.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task TakeSnapshot_KilledBeforeTheCapture_IsUndoneAndSaysSo()
    {
        var (second, operation) = await CrashAsync("Take:Plan", static (p, vm, _) => p.RequestTakeAsync(vm, "crash"));
        await using var portal = second;
        FakeIntention? found = null;
        portal.Engine.RecoverTake = async (_, journal) =>
        {
            found = await journal.FindIntentionAsync<FakeIntention>(CancellationToken.None);
            return null;
        };
        await portal.BringHostBackAsync();

        var ended = await portal.EndedWhileTimePassesAsync(operation.Id);

        Assert.Equal("overlays", found!.What);
        Assert.Equal((OperationState.Failed, FailureCodes.Interrupted), (ended.State, ended.ErrorCode));
        Assert.Contains("was undone", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(SnapshotPhase.Failed, (await portal.SnapshotAsync(operation.SnapshotId!.Value)).Phase);
        Assert.Equal([JournalState.Undone], await JournalAsync(portal, operation.Id));
        Assert.DoesNotContain("Take web", portal.Engine.Calls);
    }

    /// <summary>Killed between the commit of the claim and the first step.</summary>
    [Theory]
    [InlineData(false, OperationState.Succeeded, null)]
    [InlineData(true, OperationState.Failed, FailureCodes.DeadlineExceeded)]
    public async Task Operation_KilledBeforeItsFirstStep_IsDoneAfterAllIfItsTimeAllows(bool late, OperationState state, string? code)
    {
        string file;
        Operation claimed;
        Guid vm;
        var engine = default(FakeEngine);
        await using (var first = await Portal.StartAsync(static s => s.Instance = "another that takes nothing over"))
        {
            engine = first.Engine;
            vm = await first.AddVmAsync("web");
            claimed = Rows.Operation(first, OperationKind.StopVm, vm);
            claimed.TryClaim("instance-1", first.Time.GetUtcNow(), TimeSpan.FromSeconds(30));
            await first.WriteAsync(db =>
            {
                db.Operations.Add(claimed);
                return Task.CompletedTask;
            });
            file = await first.CrashAsync();
        }

        await using var second = await Portal.StartAsync(s =>
        {
            s.File = file;
            s.Engine = engine;
            s.Instance = "instance-1";
            s.Time = new(claimed.RequestedAt + (late ? TimeSpan.FromMinutes(6) : TimeSpan.FromSeconds(5)));
        });

        var ended = await second.EndedWhileTimePassesAsync(claimed.Id);

        Assert.Equal((state, code), (ended.State, ended.ErrorCode));
        Assert.Equal(late ? 0 : 1, engine.Calls.Count(static c => c == "Stop web"));
    }

    [Fact]
    public async Task TakeSnapshot_KilledBeforeAnyIntention_NothingIsFound()
    {
        var (second, operation) = await CrashAsync("Take:Inspect", static (p, vm, _) => p.RequestTakeAsync(vm, "crash"));
        await using var portal = second;
        var found = true;
        portal.Engine.RecoverTake = async (_, journal) =>
        {
            found = await journal.FindIntentionAsync<FakeIntention>(CancellationToken.None) is not null;
            return null;
        };
        await portal.BringHostBackAsync();

        await portal.EndedWhileTimePassesAsync(operation.Id);

        Assert.False(found);
    }

    [Fact]
    public async Task TakeSnapshot_KilledAfterTheCapture_IsCompleted()
    {
        var (second, operation) = await CrashAsync("Take:Capture", static (p, vm, _) => p.RequestTakeAsync(vm, "crash"));
        await using var portal = second;
        portal.Engine.RecoverTake = (order, _) => Task.FromResult<CaptureResult?>(portal.Engine.Captured(order));
        await portal.BringHostBackAsync();

        var ended = await portal.EndedWhileTimePassesAsync(operation.Id);

        Assert.Equal(OperationState.Succeeded, ended.State);
        var snapshot = await portal.SnapshotAsync(operation.SnapshotId!.Value);
        Assert.Equal(SnapshotPhase.Succeeded, snapshot.Phase);
        Assert.Equal((await portal.HeadAsync(operation.VmId)).ParentId, Assert.Single(snapshot.Disks).LayerId);
        Assert.Equal([JournalState.Done], await JournalAsync(portal, operation.Id));
    }

    [Fact]
    public async Task Restore_KilledBeforeAndAfterTheCommitPoint_IsUndoneOrCompleted()
    {
        foreach (var complete in (bool[])[false, true])
        {
            var (second, operation) = await CrashAsync("Restore:Redefine", static (p, _, snapshot) => p.RequestRestoreAsync(snapshot));
            await using var portal = second;
            portal.Engine.RecoverRestore = (order, _) => Task.FromResult(complete ? portal.Engine.Restored(order) : null);
            await portal.BringHostBackAsync();

            var ended = await portal.EndedWhileTimePassesAsync(operation.Id);

            Assert.Equal(complete ? OperationState.Succeeded : OperationState.Failed, ended.State);
            Assert.Equal(complete ? null : FailureCodes.Interrupted, ended.ErrorCode);
            Assert.Equal(complete ? 1 : 0, await portal.ReadAsync(static db => db.Snapshots.CountAsync(static s => s.Origin == SnapshotOrigin.Safety)));
        }
    }

    [Fact]
    public async Task Clone_KilledBeforeTheDomainIsDefined_RowIsRemoved()
    {
        var (second, operation) = await CrashAsync("Clone:MakeDisks", static (p, _, snapshot) => p.RequestCloneAsync(snapshot, "copy"));
        await using var portal = second;
        await portal.BringHostBackAsync();

        var ended = await portal.EndedWhileTimePassesAsync(operation.Id);

        Assert.Equal((OperationState.Failed, FailureCodes.Interrupted), (ended.State, ended.ErrorCode));
        Assert.False(await portal.ReadAsync(db => db.Vms.AnyAsync(v => v.Id == operation.VmId)));
    }

    [Fact]
    public async Task Clone_KilledAfterTheDomainIsDefined_IsCompleted()
    {
        var (second, operation) = await CrashAsync("Clone:Define", static (p, _, snapshot) => p.RequestCloneAsync(snapshot, "copy"));
        await using var portal = second;
        portal.Engine.RecoverClone = (order, _) => Task.FromResult<CloneResult?>(portal.Engine.Cloned(order));
        await portal.BringHostBackAsync();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(operation.Id)).State);
        Assert.Equal(VmPresence.Present, (await portal.VmAsync(operation.VmId)).Presence);
    }

    [Fact]
    public async Task Reboot_Killed_IsNotRepeated()
    {
        var (second, operation) = await CrashAsync("Power:Reboot", static (p, vm, _) => p.RequestPowerAsync(vm, PowerAction.Reboot));
        await using var portal = second;
        await portal.BringHostBackAsync();

        Assert.Equal(FailureCodes.Interrupted, (await portal.EndedWhileTimePassesAsync(operation.Id)).ErrorCode);
        Assert.DoesNotContain("Reboot web", portal.Engine.Calls);
    }

    [Fact]
    public async Task Stop_Killed_IsRepeated()
    {
        var (second, operation) = await CrashAsync("Power:Stop", static (p, vm, _) => p.RequestPowerAsync(vm, PowerAction.Stop));
        await using var portal = second;
        await portal.BringHostBackAsync();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(operation.Id)).State);
        Assert.Contains("Stop web", portal.Engine.Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rename_Killed_EndsAsTheHostSays(bool complete)
    {
        var (second, operation) = await CrashAsync("Configure:Rename", static async (p, vm, _) =>
        {
            await p.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Power = PowerState.ShutOff);
            return (await p.Vms.ConfigureAsync(Portal.Anna, vm, new ConfigureVmRequest("shop-1"), CancellationToken.None)).Value!;
        });
        await using var portal = second;
        foreach (var domain in portal.Engine.Domains.Values)
        {
            // The dead one's gate was opened for it in the meantime.
            domain.Seen = domain.Seen with { Name = "web" };
        }

        portal.Engine.RecoverConfigure = _ => complete;
        await portal.BringHostBackAsync();

        var ended = await portal.EndedWhileTimePassesAsync(operation.Id);

        Assert.Equal(complete ? (OperationState.Succeeded, null) : (OperationState.Failed, FailureCodes.Interrupted), (ended.State, ended.ErrorCode));
        Assert.Equal(complete ? "shop-1" : "web", (await portal.VmAsync(operation.VmId)).Name);
    }

    [Fact]
    public async Task DeleteVm_Killed_IsCompleted()
    {
        var (second, operation) = await CrashAsync("DeleteVm:Undefine", static (p, vm, _) => p.RequestDeleteVmAsync(vm));
        await using var portal = second;
        await portal.BringHostBackAsync();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(operation.Id)).State);
        Assert.False(await portal.ReadAsync(static db => db.Vms.AnyAsync()));
    }

    [Fact]
    public async Task Recovery_HostStaysAwayLongerThanItsPatience_StillIsDoneWhenTheHostIsBack()
    {
        var (second, operation) = await CrashAsync("Take:Plan", static (p, vm, _) => p.RequestTakeAsync(vm, "crash"));
        await using var portal = second;
        portal.Engine.RecoverTake = (order, _) => Task.FromResult<CaptureResult?>(portal.Engine.Captured(order));

        // The host is being repaired. Nobody may say meanwhile that anything was undone.
        for (var i = 0; i < 20; i++)
        {
            portal.Time.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(OperationState.Running, (await portal.OperationAsync(operation.Id)).State);
        }

        await portal.BringHostBackAsync();
        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(operation.Id)).State);
        Assert.Contains("RecoverTake", portal.Engine.Calls);
    }

    [Fact]
    public async Task Host_LostBeforeTheFirstStep_IsWaitedForAndTheOperationBeginsAnew()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var attempts = 0;
        portal.Engine.At("Take:Look", _ => ++attempts < 3 ? throw new EngineException(FailureCodes.HostUnreachable, "Lost.") : Task.CompletedTask);

        var operation = await portal.RequestTakeAsync(vm, "s");
        await Wait.UntilAsync(async () => (await portal.OperationAsync(operation.Id)).WaitingFor is { } why && why.StartsWith("The host does not answer", StringComparison.Ordinal), "it says what it waits for");

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(operation.Id)).State);
        Assert.Equal(3, attempts);
        Assert.DoesNotContain("RecoverTake", portal.Engine.Calls);
    }

    [Fact]
    public async Task Host_LostBeforeTheFirstStep_IsNotWaitedForAfterTheDeadline()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Take:Look", FailureCodes.HostUnreachable, "Lost.");

        var operation = await portal.RequestTakeAsync(vm, "s", deadline: TimeSpan.FromSeconds(5));

        Assert.Equal(FailureCodes.DeadlineExceeded, (await portal.EndedWhileTimePassesAsync(operation.Id)).ErrorCode);
    }

    [Fact]
    public async Task Recovery_HostLostInTheMiddle_TriesAgain()
    {
        var (second, operation) = await CrashAsync("Take:Plan", static (p, vm, _) => p.RequestTakeAsync(vm, "crash"));
        await using var portal = second;
        var attempts = 0;
        portal.Engine.RecoverTake = (_, _) => ++attempts < 3 ? throw new EngineException(FailureCodes.HostUnreachable, "Lost.") : Task.FromResult<CaptureResult?>(null);
        await portal.BringHostBackAsync();

        Assert.Equal(FailureCodes.Interrupted, (await portal.EndedWhileTimePassesAsync(operation.Id)).ErrorCode);
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Lease_OfAnotherInstance_IsTakenOverOnlyWhenItHasExpired()
    {
        var (second, operation) = await CrashAsync("Take:Plan", static (p, vm, _) => p.RequestTakeAsync(vm, "crash"), instance: "instance-2");
        await using var portal = second;
        await portal.BringHostBackAsync();
        var until = (await portal.ReadAsync(db => db.Operations.SingleAsync(o => o.Id == operation.Id))).LeaseUntil!.Value;

        // Rounds of the worker that must not touch it.
        for (var i = 0; i < 5; i++)
        {
            portal.Time.Advance(TimeSpan.FromSeconds(5));
            var probe = await portal.EndedAsync(await portal.RequestTakeAsync(await portal.AddVmAsync($"probe-{i}"), "s"));
            Assert.Equal(OperationState.Succeeded, probe.State);
        }

        Assert.True(portal.Time.GetUtcNow() < until);
        var untouched = await portal.ReadAsync(db => db.Operations.AsNoTracking().SingleAsync(o => o.Id == operation.Id));
        Assert.Equal(("instance-1", 1), (untouched.LeaseOwner, untouched.Attempt));
        Assert.DoesNotContain("RecoverTake", portal.Engine.Calls);

        Assert.Equal(FailureCodes.Interrupted, (await portal.EndedWhileTimePassesAsync(operation.Id)).ErrorCode);
        Assert.True(portal.Time.GetUtcNow() > until);
    }

    [Fact]
    public async Task Merge_KilledInTheMiddle_IsStoppedThenDoneAnew()
    {
        foreach (var complete in (bool[])[false, true])
        {
            var (second, _) = await CrashAsync("Collect:Merge", static async (p, _, snapshot) => await p.EndedAsync(await p.RequestDeleteAsync(snapshot)), wait: true);
            await using var portal = second;
            portal.Engine.RecoverMerge = (_, _) => Task.FromResult(complete);
            var collection = await portal.ReadAsync(static db => db.Operations.SingleAsync(static o => o.Kind == OperationKind.CollectLayers));
            await portal.BringHostBackAsync();

            Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(collection.Id)).State);
            Assert.Equal(complete ? 0 : 1, portal.Engine.Merges.Count);
            Assert.Equal(LayerState.Head, Assert.Single(await portal.LayersAsync()).State);
        }
    }

    [Fact]
    public async Task Removal_KilledInTheMiddle_IsRepeated()
    {
        // A restore that keeps nothing leaves a head that nobody needs.
        var (second, _) = await CrashAsync("Collect:Remove", static async (p, _, snapshot) => await p.EndedAsync(await p.RequestRestoreAsync(snapshot, keepPresent: false)), wait: true);
        await using var portal = second;
        var doomed = Assert.Single(await portal.LayersAsync(), static l => l.State == LayerState.Deleting);
        var collection = await portal.ReadAsync(static db => db.Operations.SingleAsync(static o => o.Kind == OperationKind.CollectLayers));
        await portal.BringHostBackAsync();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(collection.Id)).State);
        Assert.Contains($"Remove {doomed.Path}", portal.Engine.Calls);
        Assert.DoesNotContain(await portal.LayersAsync(), l => l.Id == doomed.Id);
    }

    /// <summary>The snapshot stands on the host: that its end could not be written down is no reason to call it failed.</summary>
    [Fact]
    public async Task Database_FailsAtTheEndOfAnOperation_TheOperationIsRecoveredAtOnceAndNoNoteIsLost()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.At("Take:Thaw", _ => BreakAsync(portal));
        portal.Engine.RecoverTake = async (order, _) =>
        {
            await MendAsync(portal);
            return portal.Engine.Captured(order);
        };

        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.Equal(SnapshotPhase.Succeeded, (await portal.SnapshotAsync(ended.SnapshotId!.Value)).Phase);
        Assert.Equal(["Inspect", "Plan", "Freeze", "Capture", "Thaw"], await portal.ReadAsync(db => db.Steps.Where(s => s.OperationId == ended.Id).OrderBy(static s => s.Ordinal).Select(static s => s.Name).ToListAsync()));
        Assert.Equal(0, await portal.ReadAsync(static db => db.FreezeDebts.CountAsync()));
    }

    [Fact]
    public async Task Database_FailsLongerThanARecoveryTries_TheOperationIsRecoveredAfterItsLease()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.At("Take:Thaw", _ => BreakAsync(portal));
        var recoveries = 0;
        portal.Engine.RecoverTake = async (order, _) =>
        {
            if (++recoveries == 2)
            {
                await MendAsync(portal);
            }

            return portal.Engine.Captured(order);
        };

        var operation = await portal.RequestTakeAsync(vm, "s");

        Assert.Equal(OperationState.Succeeded, (await portal.EndedWhileTimePassesAsync(operation.Id)).State);
        Assert.Equal(2, recoveries);
        Assert.Null((await portal.VmAsync(vm)).Drift);
    }

    [Fact]
    public async Task Database_FailsAndTheRecoveryDoesToo_TheOperationEndsAsDriftAndIsNotTriedForEver()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.At("Take:Thaw", _ => BreakAsync(portal));
        portal.Engine.RecoverTake = async (_, _) =>
        {
            await MendAsync(portal);
            throw new InvalidOperationException("Nobody knows.");
        };

        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));

        Assert.Equal((OperationState.Failed, FailureCodes.Drift), (ended.State, ended.ErrorCode));
        Assert.Single(portal.Engine.Calls, static c => c == "RecoverTake");
    }

    [Fact]
    public async Task Database_FailsWhileProgressIsWritten_TheOperationGoesOnWhenItIsBack()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        portal.Engine.At("Clone:MakeDisks", async step =>
        {
            await BreakAsync(portal);
            step.Journal.ReportProgress(40);

            // It waits for what is written in the background.
            await Assert.ThrowsAsync<DbUpdateException>(() => step.Journal.ReportWaitingAsync("Nobody reads this.", CancellationToken.None));
            await MendAsync(portal);
        });

        var ended = await portal.EndedAsync(await portal.RequestCloneAsync(snapshot, "copy"));

        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.DoesNotContain("RecoverClone", portal.Engine.Calls);
    }

    [Fact]
    public async Task FaultPoint_Reached_IntentionAndStepAreOnDiskAlready()
    {
        var faults = new Faults();
        await using var portal = await Portal.StartAsync(s => s.Services = services => services.Replace(ServiceDescriptor.Singleton<IFaultPoint>(faults)));
        var vm = await portal.AddVmAsync("web");
        faults.OnReached = step =>
        {
            using var db = portal.Db();
            var intentions = db.Journal.AsNoTracking().Count();
            var operation = db.Operations.AsNoTracking().Single();
            faults.Seen.Add($"{step}: {operation.CurrentStep} {intentions} {db.FreezeDebts.Count()}");
        };

        await portal.TakeAsync(vm, "s");

        Assert.Equal(["TakeSnapshot:Inspect: Inspect 0 0", "TakeSnapshot:Plan: Plan 1 0", "TakeSnapshot:Freeze: Freeze 1 1"], faults.Seen.Take(3));
        Assert.Equal(5, faults.Seen.Count);
    }

    /// <summary>From now on the database refuses to write of any operation how far it is, or that it has ended.</summary>
    private static async Task BreakAsync(Portal portal)
    {
        await using var db = await portal.ContextAsync();
        await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER Broken BEFORE UPDATE OF State, Percent ON Operations BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");
    }

    private static async Task MendAsync(Portal portal)
    {
        await using var db = await portal.ContextAsync();
        await db.Database.ExecuteSqlRawAsync("DROP TRIGGER Broken");
    }

    private static Task<List<JournalState>> JournalAsync(Portal portal, Guid operationId)
        => portal.ReadAsync(db => db.Journal.Where(j => j.OperationId == operationId).Select(static j => j.State).ToListAsync());

    /// <summary>
    /// A machine with a snapshot; an operation that is killed at <paramref name="step"/>; and the portal that finds it. The
    /// host does not answer yet, so that the test can say first what recovery will find.
    /// </summary>
    private static async Task<(Portal Second, OperationView Operation)> CrashAsync(string step, Func<Portal, Guid, Guid, Task<OperationView>> request, string instance = "instance-1", bool wait = false)
    {
        await using var first = await Portal.StartAsync();
        var vm = await first.AddVmAsync("web");
        var snapshot = await first.TakeAsync(vm, "s");
        var gate = first.Engine.Block(step);
        var operation = await request(first, vm, snapshot);
        await gate.EnteredAsync();
        var file = await first.CrashAsync();
        gate.Open();
        var engine = new FakeEngine(first.Time);
        foreach (var domain in first.Engine.Domains)
        {
            engine.Domains[domain.Key] = domain.Value;
        }

        engine.Unreachable[Portal.HostName] = "Starting.";
        var second = await Portal.StartAsync(s =>
        {
            s.File = file;
            s.Time = first.Time;
            s.Engine = engine;
            s.Instance = instance;
        });
        Assert.True(wait || (await second.OperationAsync(operation.Id)).State == OperationState.Running);
        return (second, operation);
    }

    private sealed class Faults : IFaultPoint
    {
        public List<string> Seen { get; } = [];

        public Action<string>? OnReached { get; set; }

        public void Reached(OperationKind kind, string step) => OnReached?.Invoke($"{kind}:{step}");
    }
}
