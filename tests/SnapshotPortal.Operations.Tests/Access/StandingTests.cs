using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Classes;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Access;

/// <summary>Whoever loses a right loses it for what they have asked for and what has not begun, too. What has begun finishes.</summary>
public sealed class StandingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string, string> Endings => new()
    {
        { "demoted", "Ada does not administrate the portal any more." },
        { "locked", "The account of Cora is locked." },
        { "left", "Cora does not teach this class any more." },
        { "gone", "The account of Cora is gone." },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task Batch_OfSomebodyWhoseRightEnded_BeginsNothingMoreAndSaysWhose(string how, string why)
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var who = how == "demoted" ? Portal.Admin : Portal.Cora;
        await EndAsync(room, who, how);

        // They had asked for it a moment before.
        var ended = await room.EndedAsync(await AddBatchAsync(room, BatchKind.Delete, who));

        Assert.Equal(BatchState.Failed, ended.State);
        Assert.All(ended.Items, i => Assert.Equal((BatchItemState.Cancelled, FailureCodes.RightEnded, null), (i.State, i.ErrorCode, i.OperationId)));
        Assert.All(ended.Items, i => Assert.StartsWith(why, i.ErrorMessage, StringComparison.Ordinal));
        Assert.False(await room.Portal.ReadAsync(static db => db.Operations.AnyAsync(static o => o.Kind == OperationKind.DeleteVm)));
    }

    [Fact]
    public async Task Batch_OfAnAdministratorWhoIsDemotedAndTeachesTheClass_GoesOn()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        await room.Portal.WriteAsync(async db => await db.ClassMembers.AddAsync(new ClassMember { ClassId = room.Class, UserId = Portal.Admin.UserId, Role = ClassRole.Teacher, AddedAt = room.Portal.Time.GetUtcNow() }));
        await room.Portal.DemoteAsync(Portal.Admin);

        Assert.Equal(BatchState.Succeeded, (await room.EndedAsync(await AddBatchAsync(room, BatchKind.Start, Portal.Admin))).State);
    }

    [Fact]
    public async Task Deploy_OrdererLockedInTheMiddle_FinishesWhatRunsAndBeginsNoMore()
    {
        await using var room = await Classroom.MakeAsync(static s => s.OperationsPerHost = 1);
        await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, string.Join('\n', Enumerable.Range(1, 10).Select(static n => $"s{n}@example.org")), None);
        var gate = room.Portal.Engine.Block("Clone:Define");
        var deployment = await room.DeployAsync();
        await gate.EnteredAsync();
        await room.Portal.LockAsync(Portal.Tess);
        gate.Open();

        var ended = await room.EndedAsync(deployment.Batches[0].Id);

        Assert.Equal((BatchState.Failed, 12, 1), (ended.State, ended.Items.Count, ended.Items.Count(static i => i.State == BatchItemState.Succeeded)));
        Assert.All(ended.Items.Where(static i => i.State != BatchItemState.Succeeded), static i => Assert.Equal(FailureCodes.RightEnded, i.ErrorCode));
        Assert.Equal(1, await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));

        // Whoever else teaches the class completes it.
        var again = await room.Portal.Deployments.ActAsync(Portal.Cora, room.Deployment, new BatchRequest(BatchKind.Deploy), None);
        Assert.Equal(BatchState.Succeeded, (await room.EndedAsync(again.Value!.Id)).State);
        Assert.Equal(12, await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));
    }

    [Fact]
    public async Task Latecomer_WhoseTeacherIsLocked_GetsTheMachineThatTheClassGives()
    {
        await using var room = await Classroom.MakeAsync();
        await room.DeployedAsync(await room.DeployAsync(room.Request() with { ForLatecomers = true }));
        var gate = room.Portal.Engine.Block("Clone:Define");
        Assert.True((await room.Portal.Classes.AddRosterAsync(Portal.Cora, room.Class, Portal.Email(Portal.Anna), None)).IsSuccess);
        await room.Portal.LockAsync(Portal.Cora);
        await room.Portal.LockAsync(Portal.Tess);
        gate.Open();

        await room.Portal.UntilWhileTimePassesAsync(
            () => room.Portal.ReadAsync(static db => db.Vms.AnyAsync(static v => v.OwnerId == Portal.Anna.UserId && v.Presence == Domain.Vms.VmPresence.Present)),
            "the latecomer has a machine");
    }

    [Fact]
    public async Task Operation_RequesterLockedWhileItWaits_IsNotBegunAndTheOneBeforeItFinishes()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Plan");
        var runs = await portal.RequestTakeAsync(vm, "runs");
        await gate.EnteredAsync();
        var waits = await portal.RequestTakeAsync(vm, "waits");
        await portal.LockAsync(Portal.Anna);
        gate.Open();

        var ended = await portal.EndedAsync(waits);

        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(runs)).State);
        Assert.Equal((OperationState.Failed, FailureCodes.RightEnded), (ended.State, ended.ErrorCode));
        Assert.StartsWith("The account of Anna is locked.", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(ended.Steps);
        Assert.Equal(SnapshotPhase.Failed, (await portal.SnapshotAsync(waits.SnapshotId!.Value)).Phase);
    }

    [Fact]
    public async Task Operation_OfATeacherWhoLeavesWhileItWaits_IsNotBegunAndTheSnapshotIsTheStudentsAgain()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var vm = await room.VmOfAsync(Portal.Sam);
        var kept = await room.Portal.TakeAsync(vm, "kept", Portal.Sam);
        var gate = room.Portal.Engine.Block("Take:Plan");
        var runs = await room.Portal.RequestTakeAsync(vm, "runs", Portal.Sam);
        await gate.EnteredAsync();
        var delete = (await room.Portal.Snapshots.DeleteAsync(Portal.Cora, kept, null, None)).Value!;
        Assert.True((await room.Portal.Classes.RemoveAsync(Portal.Tess, room.Class, Portal.Cora.UserId, None)).IsSuccess);
        gate.Open();

        var ended = await room.Portal.EndedAsync(delete);

        Assert.Equal((OperationState.Failed, FailureCodes.RightEnded), (ended.State, ended.ErrorCode));
        Assert.StartsWith("Cora may not act on this machine any more.", ended.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(OperationState.Succeeded, (await room.Portal.EndedAsync(runs)).State);
        Assert.Equal(SnapshotPhase.Succeeded, (await room.Portal.SnapshotAsync(kept)).Phase);
        Assert.True((await room.Portal.Snapshots.RestoreAsync(Portal.Sam, kept, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), None)).IsSuccess);
    }

    [Fact]
    public async Task Clone_OfAStudentsSnapshotByATeacherWhoLeaves_IsNotMade()
    {
        await using var room = await Classroom.MakeDeployedAsync(static s => s.OperationsPerHost = 1);
        var snapshot = await room.Portal.TakeAsync(await room.VmOfAsync(Portal.Sam), "work", Portal.Sam);
        var gate = room.Portal.Engine.Block("Take:Plan");
        await room.Portal.RequestTakeAsync(room.LabVm, "runs", Portal.Tess);
        await gate.EnteredAsync();
        var clone = await room.Portal.RequestCloneAsync(snapshot, "copy", Portal.Cora);
        Assert.True((await room.Portal.Classes.RemoveAsync(Portal.Tess, room.Class, Portal.Cora.UserId, None)).IsSuccess);
        gate.Open();

        Assert.Equal(FailureCodes.RightEnded, (await room.Portal.EndedAsync(clone)).ErrorCode);
        Assert.False(await room.Portal.ReadAsync(static db => db.Vms.AnyAsync(static v => v.Name == "copy")));
    }

    [Fact]
    public async Task Operation_WhoseHostWasLostBeforeItsFirstStep_AsksAgainBeforeItBegins()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Take:Look", FailureCodes.HostUnreachable, "Lost.");
        var operation = await portal.RequestTakeAsync(vm, "s");
        await Wait.UntilAsync(async () => (await portal.OperationAsync(operation.Id)).WaitingFor is not null, "it waits for the host");
        await portal.LockAsync(Portal.Anna);
        portal.Engine.Forget("Take:Look");

        var ended = await portal.EndedWhileTimePassesAsync(operation.Id);

        Assert.Equal((OperationState.Failed, FailureCodes.RightEnded), (ended.State, ended.ErrorCode));
        Assert.Empty(ended.Steps);
    }

    [Fact]
    public async Task Identity_OfACloneWhoseOwnerIsLockedMeanwhile_IsGiven()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        var gate = portal.Engine.Block("Clone:Define");
        var clone = (await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { Identity = new IdentityRequest() }, None)).Value!;
        await gate.EnteredAsync();
        await portal.LockAsync(Portal.Anna);
        gate.Open();

        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(clone)).State);
        await portal.UntilWhileTimePassesAsync(() => Task.FromResult(portal.Engine.Identities.Any(i => i.VmId == clone.VmId)), "the guest gets an identity of its own");
    }

    [Fact]
    public async Task Schedule_OfAMachineWhoseOwnerIsLocked_GoesOn()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        Assert.True((await portal.Schedules.SetAsync(Portal.Anna, vm, new SetScheduleRequest(new ScheduleRule("30 * * * *", "UTC", new Retention(Last: 10)), true), None)).IsSuccess);
        await portal.LockAsync(Portal.Anna);

        portal.Time.Advance(TimeSpan.FromMinutes(30));

        await portal.UntilWhileTimePassesAsync(
            () => portal.ReadAsync(db => db.Snapshots.AnyAsync(s => s.VmId == vm && s.Phase == SnapshotPhase.Succeeded)),
            "the snapshot was taken");
    }

    [Fact]
    public async Task Recovery_OfWhatHadBegun_DoesNotAskWhoWantedIt()
    {
        await using var first = await Portal.StartAsync();
        var vm = await first.AddVmAsync("web");
        var gate = first.Engine.Block("Take:Plan");
        var operation = await first.RequestTakeAsync(vm, "s");
        await gate.EnteredAsync();
        await first.LockAsync(Portal.Anna);
        var file = await first.CrashAsync();
        gate.Open();
        var engine = new FakeEngine(first.Time);
        foreach (var domain in first.Engine.Domains)
        {
            engine.Domains[domain.Key] = domain.Value;
        }

        await using var second = await Portal.StartAsync(s =>
        {
            s.File = file;
            s.Time = first.Time;
            s.Engine = engine;
        });

        Assert.Equal(FailureCodes.Interrupted, (await second.EndedWhileTimePassesAsync(operation.Id)).ErrorCode);
        Assert.Contains(engine.Calls, static c => c.StartsWith("RecoverTake", StringComparison.Ordinal));
    }

    private static async Task<Guid> AddBatchAsync(Classroom room, BatchKind kind, Actor who)
    {
        var batch = new Batch
        {
            Kind = kind,
            ClassId = room.Class,
            DeploymentId = room.Deployment,
            RequestedById = who.UserId,
            RequestedByName = who.Name,
            ByAdministrator = who.IsAdministrator,
            RequestedAt = room.Portal.Time.GetUtcNow(),
        };
        foreach (var student in (Actor[])[Portal.Sam, Portal.Sue])
        {
            batch.Items.Add(new BatchItem { BatchId = batch.Id, DeploymentItemId = await room.ItemOfAsync(student), Ordinal = batch.Items.Count });
        }

        await room.Portal.WriteAsync(async db => await db.Batches.AddAsync(batch));
        return batch.Id;
    }

    private static async Task EndAsync(Classroom room, Actor who, string how)
    {
        switch (how)
        {
            case "demoted":
                await room.Portal.DemoteAsync(who);
                break;
            case "locked":
                await room.Portal.LockAsync(who);
                break;
            case "left":
                Assert.True((await room.Portal.Classes.RemoveAsync(Portal.Tess, room.Class, who.UserId, None)).IsSuccess);
                break;
            default:
                await room.Portal.WriteAsync(db => db.RemoveAccountAsync(who.UserId, None));
                break;
        }
    }
}
