using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Classes;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>A machine's name, description, and how it boots.</summary>
public sealed class SettingsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private Portal _portal = null!;
    private Guid _vm;

    public async ValueTask InitializeAsync()
    {
        _portal = await Portal.StartAsync();
        _vm = await _portal.AddVmAsync("web");
        await OffAsync(_portal, _vm);
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Description_IsSavedAtOnceAndNothingElseChanges()
    {
        await _portal.Vms.ChangeAsync(Portal.Anna, _vm, new ChangeVmRequest(TimeSpan.FromMinutes(3)), None);
        var revision = (await RowAsync(_vm)).RecordRevision;

        var changed = await _portal.Vms.ChangeAsync(Portal.Anna, _vm, new ChangeVmRequest(null) { DeadlineStays = true, Description = " The shop. Ask Ben. " }, None);

        Assert.Equal(("The shop. Ask Ben.", TimeSpan.FromMinutes(3), null), (changed.Value!.Description, changed.Value.FailureDeadline, changed.Value.ActiveOperation));
        Assert.True((await RowAsync(_vm)).RecordRevision > revision);
    }

    [Fact]
    public async Task Description_ThatIsNotSaid_StaysWhenTheDeadlineChanges()
    {
        await _portal.Vms.ChangeAsync(Portal.Anna, _vm, new ChangeVmRequest(null) { Description = "The shop." }, None);

        var changed = await _portal.Vms.ChangeAsync(Portal.Anna, _vm, new ChangeVmRequest(TimeSpan.FromMinutes(3)), None);

        Assert.Equal("The shop.", changed.Value!.Description);
    }

    [Fact]
    public async Task Description_TooLong_IsRefusedAndNothingChanges()
    {
        var refused = await _portal.Vms.ChangeAsync(Portal.Anna, _vm, new ChangeVmRequest(TimeSpan.FromMinutes(3)) { Description = new string('x', 2_001) }, None);

        Assert.Equal((FailureCodes.DescriptionInvalid, "description"), (refused.Failure!.Code, refused.Failure.Field));
        Assert.Null((await RowAsync(_vm)).FailureDeadline);
    }

    [Fact]
    public async Task Rename_OfAMachineThatIsOff_RenamesItOnItsHostAndHere()
    {
        var snapshot = await _portal.TakeAsync(_vm, "before");

        var ended = await RenameAsync("shop-1");

        Assert.Equal((OperationState.Succeeded, "shop-1"), (ended.State, ended.VmName));
        Assert.Equal("shop-1", _portal.Engine.Domains[_vm].Seen.Name);
        Assert.Equal(("shop-1", VmPresence.Present), (await RowAsync(_vm) is var row ? row.Name : "", row.Presence));
        Assert.True((await _portal.Snapshots.GetAsync(Portal.Anna, snapshot, None)).IsSuccess);
    }

    [Fact]
    public async Task Rename_IsWrittenDownWithWhoAskedAndHowItEnded()
    {
        await RenameAsync("shop-1");

        var lines = (await _portal.Services.GetRequiredService<IAudit>().ListAsync(Portal.Admin, new AuditQuery(Act: "vm.configure"), None)).Value!.Items;
        Assert.Equal(["vm.configure.ended", "vm.configure"], lines.Select(static l => l.Act));
        Assert.All(lines, static l => Assert.Equal(AuditOutcome.Done, l.Outcome));
    }

    [Theory]
    [InlineData("Shop 1")]
    [InlineData("-shop")]
    [InlineData("")]
    public async Task Rename_ToWhatIsNoHostName_IsRefusedLikeThatOfANewMachine(string name)
    {
        var refused = await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest(name), None);

        Assert.Equal((FailureCodes.NameInvalid, "name"), (refused.Failure!.Code, refused.Failure.Field));
    }

    [Fact]
    public async Task Rename_ToANameThatAnotherHas_IsRefused()
    {
        await _portal.AddVmAsync("shop-1", Portal.Ben);

        var refused = await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None);

        Assert.Equal((FailureKind.Conflict, FailureCodes.NameTaken, "name"), (refused.Failure!.Kind, refused.Failure.Code, refused.Failure.Field));
    }

    [Fact]
    public async Task Rename_ToANameThatAnotherIsAboutToGet_IsRefused()
    {
        var other = await _portal.AddVmAsync("mail");
        await OffAsync(_portal, other);
        var gate = _portal.Engine.Block("Configure:Rename");
        var first = (await _portal.Vms.ConfigureAsync(Portal.Anna, other, new ConfigureVmRequest("shop-1"), None)).Value!;

        var refused = await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None);
        gate.Open();

        Assert.Equal(FailureCodes.NameTaken, refused.Failure!.Code);
        Assert.Equal(OperationState.Succeeded, (await _portal.EndedAsync(first)).State);
    }

    [Fact]
    public async Task NewMachine_OfANameThatAnotherIsAboutToGet_IsRefusedLikeARename()
    {
        var snapshot = await _portal.TakeAsync(_vm, "before");
        var gate = _portal.Engine.Block("Configure:Rename");
        var rename = (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None)).Value!;
        var alike = (await _portal.Vms.ConfigureAsync(Portal.Ben, await OffAsync("mail", Portal.Ben), new ConfigureVmRequest("shop-1"), None)).Failure!;

        var clone = await _portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("shop-1"), None);
        var import = await _portal.Images.ImportAsync(Portal.Admin, new ImportVmRequest(_portal.HostId, "default", "disk.img", "shop-1"), None);
        var asked = await _portal.Snapshots.TakenNamesAsync(Portal.Anna, snapshot, ["shop-2", "shop-1", "web"], None);
        gate.Open();

        Assert.Equal((FailureCodes.NameTaken, "name"), (alike.Code, alike.Field));
        Assert.Equal(alike, clone.Failure);
        Assert.Equal(alike, import.Failure);
        Assert.Equal(["shop-1", "web"], asked.Value!);
        Assert.Equal(OperationState.Succeeded, (await _portal.EndedAsync(rename)).State);
        Assert.Equal(["shop-1"], (await _portal.Snapshots.TakenNamesAsync(Portal.Anna, snapshot, ["shop-2", "shop-1", "web"], None)).Value!);
    }

    [Fact]
    public async Task NewMachine_OfANameThatARenameWouldHaveGiven_IsMadeOnceThatHasEndedWithoutIt()
    {
        var snapshot = await _portal.TakeAsync(_vm, "before");
        var gate = _portal.Engine.Block("Configure:Rename");
        var rename = (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None)).Value!;
        await gate.EnteredAsync();
        await _portal.Operations.CancelAsync(Portal.Anna, rename.Id, None);
        Assert.Equal(OperationState.Cancelled, (await _portal.EndedAsync(rename)).State);

        Assert.True((await _portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("shop-1"), None)).IsSuccess);
    }

    [Fact]
    public async Task Deployment_OfANameThatAMachineIsAboutToGet_SaysSoInItsPlan()
    {
        await using var room = await Classroom.MakeAsync();
        await OffAsync(room.Portal, room.LabVm);
        var gate = room.Portal.Engine.Block("Configure:Rename");
        Assert.True((await room.Portal.Vms.ConfigureAsync(Portal.Tess, room.LabVm, new ConfigureVmRequest("lab-1"), None)).IsSuccess);

        var plan = await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request() with { NamePattern = "lab-{n}" }, None);
        gate.Open();

        Assert.Contains("exists already", plan.Value!.Machines.Single(static i => i.VmName == "lab-1").Problem, StringComparison.Ordinal);
        Assert.Null(plan.Value.Machines.Single(static i => i.VmName == "lab-2").Problem);
    }

    [Fact]
    public async Task Rename_ToANameThatOnlyTheHostKnows_FailsAndTheNameStays()
    {
        _portal.Engine.AddDomain("shop-1", "vda");

        var ended = await RenameAsync("shop-1");

        Assert.Equal((OperationState.Failed, FailureCodes.NameTaken), (ended.State, ended.ErrorCode));
        Assert.Equal("web", (await RowAsync(_vm)).Name);
    }

    [Theory]
    [InlineData(PowerState.Running)]
    [InlineData(PowerState.Paused)]
    public async Task Rename_OfAMachineThatIsOn_IsRefusedAndSaysWhatToDo(PowerState power)
    {
        await _portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == _vm)).Power = power);

        var refused = await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None);

        Assert.Equal((FailureKind.Conflict, FailureCodes.VmRunning), (refused.Failure!.Kind, refused.Failure.Code));
        Assert.Contains("Shut it down first", refused.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rename_OfAMachineThatHasSnapshotsWithMemory_IsRefusedBecauseThatWouldBeLost()
    {
        var snapshot = await _portal.TakeAsync(_vm, "with memory");
        await _portal.WriteAsync(async db => (await db.Snapshots.SingleAsync(s => s.Id == snapshot)).Memory = new MemoryImage("default", "s.memory", "/pool/s.memory", 1_000));

        var refused = await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None);

        Assert.Equal((FailureKind.Conflict, FailureCodes.VmSaved, "name"), (refused.Failure!.Kind, refused.Failure.Code, refused.Failure.Field));
        Assert.True((await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest(StartsWithHost: true), None)).IsSuccess);
    }

    [Fact]
    public async Task Rename_ToTheNameItHas_SaysThatNothingWouldChange()
        => Assert.Equal(FailureCodes.NothingToDo, (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("web"), None)).Failure!.Code);

    [Fact]
    public async Task Rename_ByTheSameKeyTwice_IsOneOperation()
    {
        var first = await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1", IdempotencyKey: "k"), None);
        await _portal.EndedAsync(first.Value!);

        var second = await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1", IdempotencyKey: "k"), None);

        Assert.Equal(first.Value!.Id, second.Value!.Id);
        Assert.Equal(FailureCodes.IdempotencyKeyReused, (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-2", IdempotencyKey: "k"), None)).Failure!.Code);
    }

    [Fact]
    public async Task Rename_CancelledBeforeItsStep_LeavesTheName()
    {
        var gate = _portal.Engine.Block("Configure:Rename");
        var operation = (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None)).Value!;
        await gate.EnteredAsync();

        await _portal.Operations.CancelAsync(Portal.Anna, operation.Id, None);
        var ended = await _portal.EndedAsync(operation);

        Assert.Equal(OperationState.Cancelled, ended.State);
        Assert.Equal("web", (await RowAsync(_vm)).Name);
    }

    [Fact]
    public async Task Rename_MadeOnTheHostMeanwhile_IsNotTakenForAnother()
    {
        var gate = _portal.Engine.Block("Configure:Rename");
        var operation = (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None)).Value!;
        await gate.EnteredAsync();

        // The host tells of it before the operation has its answer.
        _portal.Engine.Tell(Portal.HostName, new VmChanged(_portal.Engine.Domains[_vm].Seen with { Name = "shop-1", Power = PowerState.ShutOff }));
        gate.Open();

        Assert.Equal(OperationState.Succeeded, (await _portal.EndedAsync(operation)).State);
        Assert.Equal(("shop-1", VmPresence.Present), (await RowAsync(_vm) is var row ? row.Name : "", row.Presence));
    }

    [Fact]
    public async Task Boot_IsWhatTheHostSays()
    {
        _portal.Engine.Boots[_vm] = new BootSettings(true, [new BootDevice("sda", BootDeviceKind.CdRom, 1), new BootDevice("vda", BootDeviceKind.Disk, null)], HasOwnKernel: false);

        Assert.Equal(_portal.Engine.Boots[_vm], (await _portal.Vms.BootAsync(Portal.Anna, _vm, None)).Value);
    }

    [Fact]
    public async Task Boot_OfAHostThatDoesNotAnswer_SaysSoAfterAWhile()
    {
        _portal.Engine.Block("ReadBoot");

        var asked = _portal.Vms.BootAsync(Portal.Anna, _vm, None);
        while (!asked.IsCompleted)
        {
            _portal.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal((FailureKind.Unavailable, FailureCodes.HostUnreachable), ((await asked).Failure!.Kind, (await asked).Failure!.Code));
    }

    [Fact]
    public async Task BootOrder_OfAMachineThatRuns_IsChangedForItsNextStart()
    {
        await _portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == _vm)).Power = PowerState.Running);
        var revision = (await RowAsync(_vm)).RecordRevision;

        var ended = await _portal.EndedAsync((await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest(StartsWithHost: true, BootOrder: ["sda", "vda"]), None)).Value!);

        Assert.Equal(OperationState.Succeeded, ended.State);
        Assert.Equal(["SetBootOrder", "SetAutostart"], ended.Steps.Select(static s => s.Name));
        var order = Assert.Single(_portal.Engine.Configured);
        Assert.Equal((null, true, "sda,vda"), (order.Name, order.StartsWithHost, string.Join(',', order.BootOrder!)));

        // What was written into the definition while it was made anew is written once more.
        Assert.True((await RowAsync(_vm)).RecordRevision > revision);
    }

    [Theory]
    [InlineData]
    [InlineData("vda", "vda")]
    [InlineData("vda", "")]
    [InlineData("vda", null)]
    public async Task BootOrder_ThatIsNone_IsRefused(params string?[] order)
        => Assert.Equal(FailureCodes.BootOrderInvalid, (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest(BootOrder: order!), None)).Failure!.Code);

    [Fact]
    public async Task Settings_NothingOfThem_AreRefused()
        => Assert.Equal(FailureCodes.NothingToDo, (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest(), None)).Failure!.Code);

    [Fact]
    public async Task Settings_OfAMachineThatIsGoneFromItsHost_AreRefused()
    {
        await _portal.MissAsync(_vm);

        Assert.Equal(FailureCodes.VmMissing, (await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest("shop-1"), None)).Failure!.Code);
        Assert.Equal(FailureCodes.VmMissing, (await _portal.Vms.BootAsync(Portal.Anna, _vm, None)).Failure!.Code);
    }

    [Fact]
    public async Task Machine_OfAClass_IsRenamedByItsTeacherAndDescribedByItsStudent()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var sam = await room.VmOfAsync(Portal.Sam);
        var request = new ConfigureVmRequest("exam-sam");

        var refused = await room.Portal.Vms.ConfigureAsync(Portal.Sam, sam, request, None);
        Assert.Equal((FailureKind.Forbidden, FailureCodes.ClassForbids), (refused.Failure!.Kind, refused.Failure.Code));
        Assert.Equal("Mine.", (await room.Portal.Vms.ChangeAsync(Portal.Sam, sam, new ChangeVmRequest(null) { Description = "Mine." }, None)).Value!.Description);

        Assert.Equal(OperationState.Succeeded, (await room.Portal.EndedAsync((await room.Portal.Vms.ConfigureAsync(Portal.Tess, sam, request, None)).Value!)).State);
        Assert.Equal("exam-sam", (await room.Portal.VmAsync(sam)).Name);
    }

    [Fact]
    public async Task Machine_OfAClass_NeverStartsWithItsHost()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var sam = await room.VmOfAsync(Portal.Sam);

        foreach (var actor in new[] { Portal.Sam, Portal.Tess, Portal.Admin })
        {
            var refused = await room.Portal.Vms.ConfigureAsync(actor, sam, new ConfigureVmRequest(StartsWithHost: true), None);
            Assert.Equal((FailureKind.Forbidden, FailureCodes.ClassForbids, "startsWithHost"), (refused.Failure!.Kind, refused.Failure.Code, refused.Failure.Field));
        }

        Assert.True((await room.Portal.Vms.ConfigureAsync(Portal.Tess, sam, new ConfigureVmRequest(StartsWithHost: false), None)).IsSuccess);
    }

    private async Task<Guid> OffAsync(string name, Actor owner)
    {
        var vm = await _portal.AddVmAsync(name, owner);
        await OffAsync(_portal, vm);
        return vm;
    }

    private static async Task OffAsync(Portal portal, Guid vm)
    {
        var domain = portal.Engine.Domains[vm];
        domain.Seen = domain.Seen with { Power = PowerState.ShutOff, AgentConnected = false };
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Power = PowerState.ShutOff);
    }

    private async Task<OperationView> RenameAsync(string name)
        => await _portal.EndedAsync((await _portal.Vms.ConfigureAsync(Portal.Anna, _vm, new ConfigureVmRequest(name), None)).Value!);

    private Task<VirtualMachine> RowAsync(Guid vm) => _portal.ReadAsync(db => db.Vms.AsNoTracking().SingleAsync(v => v.Id == vm));
}
