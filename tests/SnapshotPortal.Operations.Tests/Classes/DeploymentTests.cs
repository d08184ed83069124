using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Classes;

public sealed class DeploymentTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Deploy_AClass_MakesEachStudentTheirOwnMachine()
    {
        await using var room = await Classroom.MakeDeployedAsync();

        var view = await room.ViewAsync();

        Assert.Equal(["lab-sam", "lab-sue"], view.Items.Select(static i => i.Vm!.Name));
        Assert.All(view.Items, static i => Assert.Equal((DeploymentItemState.Ready, i.StudentId), (i.State, i.Vm!.OwnerId)));
        Assert.All(view.Items, i => Assert.Equal((room.Class, "Lab machine", 1), (i.Vm!.Class!.ClassId, i.Vm.Template!.Title, i.Vm.Template.Number)));
        Assert.Equal((BatchState.Succeeded, 2), (view.Batches[0].State, view.Batches[0].Ended));
        Assert.Equal(["lab-sam"], (await room.Portal.Vms.ListAsync(Portal.Sam, new VmQuery(), None)).Items.Select(static v => v.Name));
    }

    [Fact]
    public async Task Deploy_SameKeyTwice_IsOneDeployment()
    {
        await using var room = await Classroom.MakeAsync();
        var request = room.Request() with { IdempotencyKey = "k1" };

        var outcomes = await Task.WhenAll(room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, request, None), room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, request, None));
        var other = await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, request with { Name = "Other" }, None);

        Assert.Equal(outcomes[0].Value!.Deployment.Id, outcomes[1].Value!.Deployment.Id);
        Assert.Equal(FailureCodes.IdempotencyKeyReused, other.Failure!.Code);
        Assert.Equal(1, await room.Portal.ReadAsync(static db => db.Deployments.CountAsync()));
    }

    [Theory]
    [InlineData("", "lab-{user}", FailureCodes.NameInvalid)]
    [InlineData("Lab", "lab", FailureCodes.PatternInvalid)]
    [InlineData("Lab", "lab-{nobody}", FailureCodes.PatternInvalid)]
    public async Task Deploy_WithWrongFields_IsRefusedAndNothingIsMade(string name, string pattern, string code)
    {
        await using var room = await Classroom.MakeAsync();

        var outcome = await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request(name) with { NamePattern = pattern }, None);

        Assert.Equal(code, outcome.Failure!.Code);
        Assert.Equal(0, await room.Portal.ReadAsync(static db => db.Deployments.CountAsync()));
    }

    [Fact]
    public async Task Deploy_NameThatExists_IsFoundBeforeAnythingIsMade()
    {
        await using var room = await Classroom.MakeAsync();
        await room.Portal.AddVmAsync("lab-sue");

        var plan = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request(), None)).Value!;
        var outcome = await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request(), None);

        Assert.Contains("lab-sue", Assert.Single(plan.Machines, static m => m.Problem is not null).Problem, StringComparison.Ordinal);
        Assert.Equal((FailureKind.Conflict, FailureCodes.NameTaken), (outcome.Failure!.Kind, outcome.Failure.Code));
        Assert.Equal(0, await room.Portal.ReadAsync(static db => db.Operations.CountAsync(static o => o.Kind == OperationKind.CloneVm)));
    }

    [Fact]
    public async Task Deploy_NameThatAStudentTook_SaysTheWayOutAndNotWhoseMachineItIs()
    {
        await using var room = await Classroom.MakeAsync();
        await room.Portal.AddVmAsync("lab-sue", Portal.Sam);

        var plan = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request(), None)).Value!;
        var refused = (await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request(), None)).Failure!;

        Assert.Equal("A virtual machine named “lab-sue” exists already. Choose another pattern.", Assert.Single(plan.Machines, static m => m.Problem is not null).Problem);
        Assert.Equal(("Sue: A virtual machine named “lab-sue” exists already. Choose another pattern.", "namePattern"), (refused.Message, refused.Field));
        await room.DeployedAsync(await room.DeployAsync(room.Request() with { NamePattern = "db-{user}" }));
        Assert.Equal(["db-sam", "db-sue"], (await room.ViewAsync()).Items.Select(static i => i.Vm!.Name));
    }

    [Fact]
    public async Task Latecomer_WhoseMachinesNameIsTaken_CanBeTriedAgainWhenItIsFree()
    {
        await using var room = await Classroom.MakeAsync();
        await room.DeployedAsync(await room.DeployAsync(room.Request() with { ForLatecomers = true }));
        var squatter = await room.Portal.AddVmAsync("lab-anna", Portal.Sam);
        Assert.True((await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, Portal.Email(Portal.Anna), None)).IsSuccess);
        DeploymentItemView? late = null;
        await room.Portal.UntilWhileTimePassesAsync(
            async () => (late = (await room.ViewAsync()).Items.SingleOrDefault(static i => i.StudentId == Portal.Anna.UserId))?.State == DeploymentItemState.Failed,
            "it is told that the name is taken");
        await room.Portal.EndedAsync((await room.Portal.Vms.DeleteAsync(Portal.Sam, squatter, null, None)).Value!);

        Assert.Equal("A virtual machine named “lab-anna” exists already. Try again when it is gone or has another name, or make a deployment with another pattern for this student.", late!.FailureMessage);
        Assert.Equal(BatchState.Succeeded, (await room.EndedAsync((await room.ActAsync(BatchKind.Deploy)).Id)).State);
        Assert.Equal("lab-anna", (await room.Portal.VmAsync(await room.VmOfAsync(Portal.Anna))).Name);
    }

    [Fact]
    public async Task Deploy_NameOfAMachineThatNobodyManages_IsFoundBeforeAnythingIsMade()
    {
        await using var room = await Classroom.MakeAsync();
        room.Portal.Engine.AddDomain("lab-sue", "vda");

        var plan = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request(), None)).Value!;
        var outcome = await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request(), None);

        Assert.Contains("lab-sue", Assert.Single(plan.Machines, static m => m.Problem is not null).Problem, StringComparison.Ordinal);
        Assert.Equal((FailureKind.Conflict, FailureCodes.NameTaken), (outcome.Failure!.Kind, outcome.Failure.Code));
        Assert.Equal(0, await room.Portal.ReadAsync(static db => db.Operations.CountAsync(static o => o.Kind == OperationKind.CloneVm)));
    }

    [Fact]
    public async Task Deploy_TemplateWithAScript_IsRunInEachGuestAndTheNewerEditionsAfterTheMove()
    {
        await using var room = await Classroom.MakeAsync();
        await room.PublishAsync("echo one");
        await room.DeployedAsync(await room.DeployAsync(room.Request() with { Start = true }));
        await room.Portal.UntilWhileTimePassesAsync(() => Task.FromResult(room.Portal.Engine.Identities.Count == 2), "both guests have an identity");
        var first = room.Portal.Engine.Identities.Select(static o => o.Script).ToList();

        await room.PublishAsync("echo two");
        await room.EndedAsync((await room.ActAsync(BatchKind.Update)).Id);
        await room.EndedAsync((await room.ActAsync(BatchKind.Start)).Id);
        await room.Portal.UntilWhileTimePassesAsync(() => Task.FromResult(room.Portal.Engine.Identities.Count == 4), "both have one again");

        Assert.Equal(["echo one", "echo one"], first);
        Assert.Equal(["echo two", "echo two"], room.Portal.Engine.Identities.Skip(2).Select(static o => o.Script));
    }

    [Fact]
    public async Task Deploy_OneThatFails_IsToldAndTriedAgainAloneWithoutDuplicates()
    {
        await using var room = await Classroom.MakeAsync();
        room.Portal.Engine.At("Clone:Define", step => room.Portal.Engine.Clones.Last(c => c.VmId == step.VmId).Name == "lab-sue"
            ? throw new Operations.Engine.EngineException(FailureCodes.NotEnoughSpace, "The pool is full.")
            : Task.CompletedTask);
        var view = await room.DeployedAsync(await room.DeployAsync());
        Assert.Equal([DeploymentItemState.Ready, DeploymentItemState.Failed], view.Items.Select(static i => i.State));
        Assert.Equal((BatchState.Failed, "The pool is full."), (view.Batches[0].State, view.Items[1].FailureMessage));

        room.Portal.Engine.Forget("Clone:Define");
        var again = await room.EndedAsync((await room.ActAsync(BatchKind.Deploy)).Id);

        Assert.Equal((BatchState.Succeeded, 1), (again.State, again.Items.Count));
        Assert.Equal(["lab-sam", "lab-sue"], (await room.ViewAsync()).Items.Select(static i => i.Vm!.Name));
        Assert.Equal(2, await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));
    }

    [Fact]
    public async Task Deploy_PoolFullAtTheSeventeenth_MakesSixteenSaysWhyForTheRestAndGoesOnWhenThereIsRoom()
    {
        await using var room = await Classroom.MakeAsync();
        await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, string.Join('\n', Enumerable.Range(1, 18).Select(static n => $"s{n}@example.org")), None);
        var made = 0;
        room.Portal.Engine.At("Clone:Define", _ => Interlocked.Increment(ref made) > 16
            ? throw new Operations.Engine.EngineException(FailureCodes.NotEnoughSpace, "The pool is full.")
            : Task.CompletedTask);

        var full = await room.DeployedAsync(await room.DeployAsync());
        var inDatabase = await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class));
        room.Portal.Engine.Forget("Clone:Define");
        var again = await room.EndedAsync((await room.ActAsync(BatchKind.Deploy)).Id);

        Assert.Equal((16, 4), (full.Items.Count(static i => i.State == DeploymentItemState.Ready), full.Items.Count(static i => i.State == DeploymentItemState.Failed)));
        Assert.All(full.Items.Where(static i => i.State == DeploymentItemState.Failed), static i => Assert.Equal("The pool is full.", i.FailureMessage));
        Assert.Equal(16, inDatabase);
        Assert.Equal((BatchState.Succeeded, 4), (again.State, again.Items.Count));
        Assert.Equal(20, await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));
    }

    [Fact]
    public async Task Batch_ThatMeetsAnUnexpectedError_DoesNotHoldUpAnother()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var gate = room.Portal.Engine.Block("Take:Plan");
        var broken = await room.ActAsync(BatchKind.Snapshot, await room.ItemOfAsync(Portal.Sam));
        await gate.EnteredAsync();
        await using (var db = await room.Portal.ContextAsync())
        {
            // No code of the portal leaves it so; what does is not known beforehand.
            await db.BatchItems.Where(i => i.BatchId == broken.Id).ExecuteUpdateAsync(static s => s.SetProperty(static i => i.OperationId, (Guid?)null), None);
        }

        var other = await room.EndedAsync((await room.ActAsync(BatchKind.Start, await room.ItemOfAsync(Portal.Sue))).Id);

        Assert.Equal(BatchState.Succeeded, other.State);
        gate.Open();
    }

    [Fact]
    public async Task Deploy_PortalKilledInTheMiddle_GoesOnWithNoneTwiceAndNoneMissing()
    {
        await using var room = await Classroom.MakeAsync();
        await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, string.Join('\n', Enumerable.Range(1, 20).Select(static n => $"s{n}@example.org")), None);
        var made = 0;
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        room.Portal.Engine.At("Clone:Define", async _ =>
        {
            // As many as a batch may work on at a time: whoever stands in for the dead has nothing in hand that could still come through.
            var mine = Interlocked.Increment(ref made);
            if (mine == 14)
            {
                reached.SetResult();
            }

            if (mine >= 12)
            {
                await never.Task;
            }
        });
        var deployment = await room.DeployAsync();
        await room.Portal.UntilWhileTimePassesAsync(() => Task.FromResult(reached.Task.IsCompleted), "the twelfth machine is being made, and two more");
        await Wait.UntilAsync(async () => await room.Portal.ReadAsync(static db => db.Operations.CountAsync(static o => o.Kind == OperationKind.CloneVm && o.State == OperationState.Succeeded)) == 11, "eleven are recorded");
        var file = await room.Portal.CrashAsync();
        room.Portal.Engine.Forget("Clone:Define");

        await using var next = await Portal.StartAsync(s =>
        {
            s.File = file;
            s.Engine = room.Portal.Engine;
            s.Time = room.Portal.Time;
            s.Settings.Add(Classroom.Patience.Key, Classroom.Patience.Value);
        });
        BatchView? batch = null;
        await next.UntilWhileTimePassesAsync(
            async () => (batch = (await next.Deployments.GetBatchAsync(Portal.Tess, deployment.Batches[0].Id, None)).Value!).State != BatchState.Running,
            "the batch is over");
        Assert.Empty(batch!.Items.Where(static i => i.State != BatchItemState.Succeeded).Select(static i => $"{i.State}: {i.ErrorCode}: {i.ErrorMessage}"));
        Assert.Equal((BatchState.Succeeded, 22), (batch.State, batch.Items.Count));

        var view = (await next.Deployments.GetAsync(Portal.Tess, deployment.Deployment.Id, None)).Value!;
        Assert.Equal(22, view.Items.Count);
        Assert.All(view.Items, static i => Assert.Equal(DeploymentItemState.Ready, i.State));
        Assert.Equal(22, view.Items.Select(static i => i.Vm!.Id).Distinct().Count());
        Assert.Equal(22, await next.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));
        never.SetResult();
    }

    [Fact]
    public async Task Deploy_HostLostAtTheNinth_GoesOnWhenItIsBackWithNoneTwiceAndNoneMissing()
    {
        await using var room = await Classroom.MakeAsync();
        await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, string.Join('\n', Enumerable.Range(1, 14).Select(static n => $"s{n}@example.org")), None);
        var (made, lost) = (0, false);
        room.Portal.Engine.At("Clone:Define", _ =>
        {
            // Nobody knows whether the ninth was defined; whatever comes after it finds no host either.
            if (Volatile.Read(ref lost) || Interlocked.Increment(ref made) >= 9)
            {
                Volatile.Write(ref lost, true);
                room.Portal.Engine.Tell(Portal.HostName, new Operations.Engine.HostLost("The connection was reset."));
                throw new Operations.Engine.EngineException(FailureCodes.HostUnreachable, "The connection was reset.");
            }

            return Task.CompletedTask;
        });
        var deployment = await room.DeployAsync();
        await room.Portal.UntilWhileTimePassesAsync(
            () => room.Portal.ReadAsync(static db => db.Hosts.AnyAsync(static h => h.State == Domain.Vms.HostState.Unreachable)),
            "the host is lost");
        DeploymentView? meanwhile = null;
        await room.Portal.UntilWhileTimePassesAsync(
            async () => (meanwhile = await room.ViewAsync()).Items.Count(static i => i.State == DeploymentItemState.Ready) == 8,
            "the eight that were made before are there");
        room.Portal.Engine.Forget("Clone:Define");

        await room.Portal.BringHostBackAsync();
        var batch = await room.EndedAsync(deployment.Batches[0].Id);

        Assert.Equal(8, meanwhile!.Items.Count(static i => i.State is DeploymentItemState.Creating or DeploymentItemState.Planned));
        Assert.Equal((BatchState.Succeeded, 16), (batch.State, batch.Items.Count));
        var view = await room.ViewAsync();
        Assert.All(view.Items, static i => Assert.Equal(DeploymentItemState.Ready, i.State));
        Assert.Equal(16, view.Items.Select(static i => i.Vm!.Id).Distinct().Count());
        Assert.Equal(16, await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));
    }

    [Fact]
    public async Task Deploy_TemplateUnpublishedHalfWay_MakesTheRestAllTheSame()
    {
        await using var room = await Classroom.MakeAsync(static s => s.OperationsPerHost = 1);
        var gate = room.Portal.Engine.Block("Clone:Define");
        var deployment = await room.DeployAsync();
        await gate.EnteredAsync();

        Assert.True((await room.Portal.Templates.SetPublishedAsync(Portal.Tess, room.Template, published: false, None)).IsSuccess);
        var delete = await room.Portal.Snapshots.DeleteAsync(Portal.Tess, room.LabSnapshot, null, None);
        gate.Open();

        Assert.Equal(FailureCodes.TemplatePublished, delete.Failure!.Code);
        Assert.Equal(BatchState.Succeeded, (await room.EndedAsync(deployment.Batches[0].Id)).State);
    }

    [Fact]
    public async Task Deploy_ManyMachines_LeavesRoomForOnePersonsRequest()
    {
        await using var room = await Classroom.MakeAsync(static s => s.OperationsPerHost = 2);
        var own = await room.Portal.AddVmAsync("own", Portal.Ben);
        var gate = room.Portal.Engine.Block("Clone:Define");
        await room.DeployAsync();
        await gate.EnteredAsync();

        var take = await room.Portal.RequestTakeAsync(own, "now", Portal.Ben);

        Assert.Equal(OperationState.Succeeded, (await room.Portal.EndedAsync(take)).State);
        gate.Open();
    }

    [Fact]
    public async Task Student_AddedLater_GetsAMachineToo()
    {
        await using var room = await Classroom.MakeDeployedAsync();

        await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, Portal.Email(Portal.Ben), None);
        var view = await room.ViewAsync();
        await room.EndedAsync(view.Batches[0].Id);

        Assert.Equal("lab-ben", (await room.ViewAsync()).Items.Single(static i => i.StudentId == Portal.Ben.UserId).Vm!.Name);
    }

    [Fact]
    public async Task Student_RemovedWhileTheirMachineIsMade_LeavesNone()
    {
        await using var room = await Classroom.MakeAsync();
        var gate = room.Portal.Engine.Block("Clone:Define");
        var deployment = await room.DeployAsync();
        await Wait.UntilAsync(() => gate.Arrivals == 2, "both machines are being made");

        Assert.True((await room.Portal.Classes.RemoveAsync(Portal.Tess, room.Class, Portal.Sue.UserId, None)).IsSuccess);
        await room.Portal.UntilWhileTimePassesAsync(
            () => room.Portal.ReadAsync(static db => db.Operations.AnyAsync(static o => o.State == OperationState.Cancelled)),
            "the making was cancelled");
        gate.Open();
        await room.EndedAsync(deployment.Batches[0].Id);

        var view = await room.ViewAsync();
        Assert.Equal(["lab-sam"], view.Items.Select(static i => i.VmName));
        Assert.Equal(["lab-sam"], await room.Portal.ReadAsync(db => db.Vms.Where(v => v.ClassId == room.Class).Select(static v => v.Name).ToListAsync()));
    }

    [Fact]
    public async Task Act_CancelledInTheMiddle_StopsWhatWaitsAndKeepsWhatIsDone()
    {
        await using var room = await Classroom.MakeAsync(static s => s.OperationsPerHost = 1);
        var gate = room.Portal.Engine.Block("Clone:Define");
        var deployment = await room.DeployAsync();
        await gate.EnteredAsync();

        Assert.True((await room.Portal.Deployments.CancelAsync(Portal.Cora, deployment.Batches[0].Id, None)).IsSuccess);
        gate.Open();
        var ended = await room.EndedAsync(deployment.Batches[0].Id);

        Assert.Equal(BatchState.Cancelled, ended.State);
        Assert.All(ended.Items, static i => Assert.Contains("Cora", i.ErrorMessage, StringComparison.Ordinal));
        Assert.Equal(0, await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));
    }

    [Fact]
    public async Task Act_ByATeacherWhoLeavesTheClass_BeginsNoMore()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        Assert.True((await room.Portal.Classes.RemoveAsync(Portal.Tess, room.Class, Portal.Cora.UserId, None)).IsSuccess);
        var item = await room.ItemOfAsync(Portal.Sam);
        var batch = new Batch
        {
            Kind = BatchKind.Delete,
            ClassId = room.Class,
            DeploymentId = room.Deployment,
            RequestedById = Portal.Cora.UserId,
            RequestedByName = Portal.Cora.Name,
            RequestedAt = room.Portal.Time.GetUtcNow(),
        };
        batch.Items.Add(new BatchItem { BatchId = batch.Id, DeploymentItemId = item, Ordinal = 0 });

        // She had asked for it a moment before.
        await room.Portal.WriteAsync(async db => await db.Batches.AddAsync(batch));
        var ended = await room.EndedAsync(batch.Id);

        Assert.Equal((BatchState.Failed, BatchItemState.Cancelled), (ended.State, ended.Items[0].State));
        Assert.Equal(VmPresence.Present, (await room.Portal.VmAsync(await room.VmOfAsync(Portal.Sam))).Presence);
    }

    [Fact]
    public async Task Reset_ByTheTeacher_KeepsEachStudentsStateAsASafetySnapshot()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var sam = await room.VmOfAsync(Portal.Sam);
        var before = await room.Portal.HeadAsync(sam);

        var batch = await room.EndedAsync((await room.ActAsync(BatchKind.Reset)).Id);

        Assert.Equal((BatchState.Succeeded, 2), (batch.State, batch.Items.Count));
        var safety = Assert.Single((await room.Portal.Snapshots.ListAsync(Portal.Sam, sam, None)).Value!);
        Assert.Equal(SnapshotOrigin.Safety, safety.Origin);
        var after = await room.Portal.HeadAsync(sam);
        Assert.NotEqual(before.Id, after.Id);
        Assert.Equal(before.ParentId, after.ParentId);
        Assert.All(room.Portal.Engine.Restores, static r => Assert.True(r.KeepHardware));
    }

    [Fact]
    public async Task Reset_Undone_BringsTheStudentsStateBack()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var sam = await room.VmOfAsync(Portal.Sam);
        await room.Portal.EndedAsync((await room.Portal.Vms.ResetAsync(Portal.Sam, sam, new ResetVmRequest(), None)).Value!);
        var safety = Assert.Single((await room.Portal.Snapshots.ListAsync(Portal.Sam, sam, None)).Value!);

        var undo = await room.Portal.EndedAsync((await room.Portal.Snapshots.RestoreAsync(Portal.Sam, safety.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), None)).Value!);

        Assert.Equal(OperationState.Succeeded, undo.State);
        Assert.Equal(safety.Id, (await room.Portal.VmAsync(sam)).CurrentSnapshotId);
    }

    [Fact]
    public async Task Update_ToANewerEdition_MovesTheMachinesAndUndoMovesThemBack()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var newer = await room.Portal.TakeAsync(room.LabVm, "newer", Portal.Tess);
        Assert.True((await room.Portal.Templates.PublishVersionAsync(Portal.Tess, room.Template, newer, new TemplateVersionRequest("More"), None)).IsSuccess);
        Assert.All((await room.ViewAsync()).Items, static i => Assert.True(i.Vm!.Template!.HasNewer));

        await room.EndedAsync((await room.ActAsync(BatchKind.Update)).Id);

        Assert.All((await room.ViewAsync()).Items, static i => Assert.Equal(2, i.Vm!.Template!.Number));
        var sam = await room.VmOfAsync(Portal.Sam);
        var safety = Assert.Single((await room.Portal.Snapshots.ListAsync(Portal.Sam, sam, None)).Value!);
        await room.Portal.EndedAsync((await room.Portal.Snapshots.RestoreAsync(Portal.Sam, safety.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), None)).Value!);
        Assert.Equal(1, (await room.Portal.Vms.GetAsync(Portal.Sam, sam, None)).Value!.Template!.Number);
    }

    [Fact]
    public async Task Reset_MachineWithADiskOfItsOwn_IsRefusedAndStaysAsItWas()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var sam = await room.VmOfAsync(Portal.Sam);
        await room.Portal.WriteAsync(async db => db.Layers.Add(Rows.Layer(room.Portal, "extra.qcow2", Domain.Layers.LayerState.Head, headOf: sam, target: "vdb")));
        var before = await room.Portal.HeadAsync(sam);

        var ended = await room.Portal.EndedAsync((await room.Portal.Vms.ResetAsync(Portal.Sam, sam, new ResetVmRequest(), None)).Value!);

        Assert.Equal((OperationState.Failed, FailureCodes.DisksDiffer), (ended.State, ended.ErrorCode));
        Assert.Equal(before.Id, (await room.Portal.HeadAsync(sam)).Id);
    }

    [Fact]
    public async Task Reset_MachineFromNoTemplate_IsRefused()
    {
        await using var room = await Classroom.MakeAsync();

        Assert.Equal(FailureCodes.NoTemplate, (await room.Portal.Vms.ResetAsync(Portal.Tess, room.LabVm, new ResetVmRequest(), None)).Failure!.Code);
    }

    [Fact]
    public async Task Collect_AClass_ProtectsASnapshotOfEachMachine()
    {
        await using var room = await Classroom.MakeDeployedAsync();

        await room.EndedAsync((await room.ActAsync(BatchKind.Collect)).Id);

        var snapshot = Assert.Single((await room.Portal.Snapshots.ListAsync(Portal.Sam, await room.VmOfAsync(Portal.Sam), None)).Value!);
        Assert.True(snapshot.Protected);
        Assert.Equal(SnapshotPhase.Succeeded, snapshot.Phase);
    }

    [Fact]
    public async Task Act_OnASelection_LeavesTheOthersAlone()
    {
        await using var room = await Classroom.MakeDeployedAsync();

        var batch = await room.EndedAsync((await room.ActAsync(BatchKind.Delete, await room.ItemOfAsync(Portal.Sue))).Id);

        Assert.Equal((BatchState.Succeeded, 1), (batch.State, batch.Items.Count));
        Assert.Equal([DeploymentItemState.Ready, DeploymentItemState.Gone], (await room.ViewAsync()).Items.Select(static i => i.State));
        Assert.Null((await room.ViewAsync()).Deployment.EndedAt);
    }

    [Fact]
    public async Task Act_OnSomebodyElsesItem_IsRefused()
    {
        await using var room = await Classroom.MakeDeployedAsync();

        var outcome = await room.Portal.Deployments.ActAsync(Portal.Tess, room.Deployment, new BatchRequest(BatchKind.Delete, [Guid.CreateVersion7()]), None);

        Assert.Equal(FailureKind.NotFound, outcome.Failure!.Kind);
    }

    [Fact]
    public async Task Act_SameKeyTwice_IsOneBatch()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var request = new BatchRequest(BatchKind.Snapshot, IdempotencyKey: "k2");

        var first = (await room.Portal.Deployments.ActAsync(Portal.Tess, room.Deployment, request, None)).Value!;
        var second = (await room.Portal.Deployments.ActAsync(Portal.Tess, room.Deployment, request, None)).Value!;

        Assert.Equal(first.Id, second.Id);
        await room.EndedAsync(first.Id);
        Assert.Single((await room.Portal.Snapshots.ListAsync(Portal.Sam, await room.VmOfAsync(Portal.Sam), None)).Value!);
    }

    [Fact]
    public async Task Delete_All_EndsTheDeploymentAndFreesTheTemplate()
    {
        await using var room = await Classroom.MakeDeployedAsync();

        await room.EndedAsync((await room.ActAsync(BatchKind.Delete)).Id);

        Assert.NotNull((await room.ViewAsync()).Deployment.EndedAt);
        Assert.Equal(FailureCodes.DeploymentEnded, (await room.Portal.Deployments.ActAsync(Portal.Tess, room.Deployment, new BatchRequest(BatchKind.Deploy), None)).Failure!.Code);
        await room.Portal.Templates.SetPublishedAsync(Portal.Tess, room.Template, false, None);
        Assert.True((await room.Portal.Snapshots.DeleteAsync(Portal.Tess, room.LabSnapshot, null, None)).IsSuccess);
    }

    [Fact]
    public async Task Expiry_Announced_ThenShutDownAndLocked_ThenDeletedAfterTheGrace()
    {
        await using var room = await Classroom.MakeAsync();
        var ends = room.Portal.Time.GetUtcNow().AddDays(10);
        await room.DeployedAsync(await room.DeployAsync(room.Request() with { Start = true, ExpiresAt = ends, Grace = TimeSpan.FromDays(3) }));
        var sam = await room.VmOfAsync(Portal.Sam);
        Assert.Null(await WarnedAsync());

        await AdvanceAsync(TimeSpan.FromDays(4), async () => await WarnedAsync() is not null, "it is announced");
        Assert.Equal(PowerState.Running, (await room.Portal.VmAsync(sam)).Power);

        await AdvanceAsync(TimeSpan.FromDays(6), async () => (await room.ViewAsync()).Deployment.ExpiredAt is not null, "it is over");
        await room.Portal.UntilWhileTimePassesAsync(async () => (await room.ViewAsync()).Batches[0] is { Kind: BatchKind.ShutDown, State: BatchState.Succeeded }, "the machines are shut down");
        Assert.Equal(FailureCodes.ClassForbids, (await room.Portal.Vms.PowerAsync(Portal.Sam, sam, new PowerRequest(PowerAction.Start), None)).Failure!.Code);

        await AdvanceAsync(TimeSpan.FromDays(3), async () => (await room.ViewAsync()).Deployment.EndedAt is not null, "the machines are deleted");
        Assert.Equal(0, await room.Portal.ReadAsync(db => db.Vms.CountAsync(v => v.ClassId == room.Class)));

        Task<DateTimeOffset?> WarnedAsync() => room.Portal.ReadAsync(db => db.Deployments.Where(d => d.Id == room.Deployment).Select(static d => d.WarnedAt).SingleAsync());

        Task AdvanceAsync(TimeSpan time, Func<Task<bool>> until, string what)
        {
            room.Portal.Time.Advance(time);
            return room.Portal.UntilWhileTimePassesAsync(
                async () =>
                {
                    room.Portal.Time.Advance(TimeSpan.FromMinutes(1));
                    return await until();
                },
                what);
        }
    }

    [Fact]
    public async Task Expiry_PutOff_UnlocksTheMachines()
    {
        await using var room = await Classroom.MakeAsync();
        await room.DeployedAsync(await room.DeployAsync(room.Request() with { ExpiresAt = room.Portal.Time.GetUtcNow().AddDays(1) }));
        room.Portal.Time.Advance(TimeSpan.FromDays(1));
        await room.Portal.UntilWhileTimePassesAsync(
            async () =>
            {
                room.Portal.Time.Advance(TimeSpan.FromMinutes(1));
                return (await room.ViewAsync()).Deployment.ExpiredAt is not null;
            },
            "it is over");

        var extended = await room.Portal.Deployments.ChangeAsync(Portal.Tess, room.Deployment, new DeploymentFields("Lab 1", true, false, room.Portal.Time.GetUtcNow().AddDays(30), TimeSpan.FromDays(14)), None);

        Assert.False(extended.Value!.Deployment.Locked);
        Assert.True((await room.Portal.Vms.PowerAsync(Portal.Sam, await room.VmOfAsync(Portal.Sam), new PowerRequest(PowerAction.Start), None)).IsSuccess);
    }

    [Fact]
    public async Task Expiry_InThePastOrWithoutGrace_IsRefused()
    {
        await using var room = await Classroom.MakeAsync();

        Assert.Equal(FailureCodes.ExpiryInvalid, (await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request() with { ExpiresAt = room.Portal.Time.GetUtcNow() }, None)).Failure!.Code);
        Assert.Equal(FailureCodes.GraceInvalid, (await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request() with { Grace = TimeSpan.FromHours(1) }, None)).Failure!.Code);
    }

    [Fact]
    public async Task Expiry_AtTheEndOfTheCalendar_IsRefusedBecauseTheGraceComesAfterIt()
    {
        await using var room = await Classroom.MakeAsync();

        var outcome = await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request() with { ExpiresAt = new DateTimeOffset(9999, 12, 31, 23, 59, 0, TimeSpan.Zero) }, None);

        Assert.Equal(FailureCodes.ExpiryInvalid, outcome.Failure!.Code);
    }

    [Fact]
    public async Task Plan_OfMachinesThatNoHostCanHave_SaysSoBeforeAnythingIsMade()
    {
        await using var room = await Classroom.MakeAsync();

        Assert.Equal(FailureCodes.MemoryInvalid, (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request() with { MemoryBytes = 1 << 20 }, None)).Failure!.Code);
        Assert.Equal(FailureCodes.ProcessorsInvalid, (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request() with { VCpus = 0 }, None)).Failure!.Code);
    }
}
