using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

public sealed class RequestTests
{
    [Fact]
    public async Task IdempotencyKey_SameRequest_AnswersWithTheSameOperation()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var request = new TakeSnapshotRequest("s", IdempotencyKey: "key-1");

        var first = await portal.Snapshots.TakeAsync(Portal.Anna, vm, request, CancellationToken.None);
        await portal.EndedAsync(first.Value!);
        var second = await portal.Snapshots.TakeAsync(Portal.Anna, vm, request, CancellationToken.None);

        Assert.Equal(first.Value!.Id, second.Value!.Id);
        Assert.False(second.Value.IsActive);
        Assert.Single(portal.Engine.Calls, "Take web");
    }

    [Fact]
    public async Task IdempotencyKey_SameRequestTwiceAtOnce_IsDoneOnce()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var request = new TakeSnapshotRequest("s", IdempotencyKey: "key-1");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => portal.Snapshots.TakeAsync(Portal.Anna, vm, request, CancellationToken.None)));

        Assert.Single(answers.Select(static a => a.Value!.Id).Distinct());
        await portal.EndedAsync(answers[0].Value!);
    }

    [Fact]
    public async Task IdempotencyKey_OtherRequest_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var first = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s", IdempotencyKey: "key-1"), CancellationToken.None);

        var second = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("other", IdempotencyKey: "key-1"), CancellationToken.None);
        var power = await portal.Vms.PowerAsync(Portal.Anna, vm, new PowerRequest(PowerAction.Stop, "key-1"), CancellationToken.None);

        Assert.Equal((FailureKind.Conflict, FailureCodes.IdempotencyKeyReused, "idempotencyKey"), (second.Failure!.Kind, second.Failure.Code, second.Failure.Field));
        Assert.Equal(FailureCodes.IdempotencyKeyReused, power.Failure!.Code);
        await portal.EndedAsync(first.Value!);
    }

    [Fact]
    public async Task IdempotencyKey_OtherUser_IsAnotherKey()
    {
        await using var portal = await Portal.StartAsync();
        var annas = await portal.AddVmAsync("annas");
        var bens = await portal.AddVmAsync("bens", Portal.Ben);

        var anna = await portal.Snapshots.TakeAsync(Portal.Anna, annas, new TakeSnapshotRequest("s", IdempotencyKey: "key-1"), CancellationToken.None);
        var ben = await portal.Snapshots.TakeAsync(Portal.Ben, bens, new TakeSnapshotRequest("s", IdempotencyKey: "key-1"), CancellationToken.None);

        Assert.NotEqual(anna.Value!.Id, ben.Value!.Id);
        Assert.Equal(bens, ben.Value.VmId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("schlüssel")]
    [InlineData("new\nline")]
    [InlineData(null)]
    public async Task IdempotencyKey_NotVisibleAscii_IsRefused(string? key)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var outcome = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s", IdempotencyKey: key ?? new string('k', 201)), CancellationToken.None);

        Assert.Equal((FailureKind.Invalid, FailureCodes.IdempotencyKeyInvalid), (outcome.Failure!.Kind, outcome.Failure.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("\u202Etxt.exe")]
    public async Task TakeSnapshot_InvalidName_IsRefusedAndLeavesNoRow(string name)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var outcome = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest(name), CancellationToken.None);

        Assert.Equal((FailureKind.Invalid, FailureCodes.NameInvalid, "name"), (outcome.Failure!.Kind, outcome.Failure.Code, outcome.Failure.Field));
        Assert.False(await portal.ReadAsync(static db => db.Snapshots.AnyAsync()));
        Assert.False(await portal.ReadAsync(static db => db.Operations.AnyAsync()));
        Assert.DoesNotContain(await portal.EventsAsync(), static e => e.OperationId is not null);
    }

    [Fact]
    public async Task TakeSnapshot_TooLongDescription_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var outcome = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s", new string('d', 2_001)), CancellationToken.None);

        Assert.Equal((FailureCodes.DescriptionInvalid, "description"), (outcome.Failure!.Code, outcome.Failure.Field));
    }

    [Fact]
    public async Task TakeSnapshot_NameWithSpaceAround_IsTrimmedAndThenTaken()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "  before upgrade ");

        var again = await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("before upgrade"), CancellationToken.None);

        Assert.Equal("before upgrade", (await portal.SnapshotAsync(snapshot)).Name);
        Assert.Equal((FailureKind.Conflict, FailureCodes.NameTaken, "name"), (again.Failure!.Kind, again.Failure.Code, again.Failure.Field));
    }

    [Fact]
    public async Task TakeSnapshot_SameNameOnAnotherMachine_IsFine()
    {
        await using var portal = await Portal.StartAsync();
        await portal.TakeAsync(await portal.AddVmAsync("one"), "s");

        await portal.TakeAsync(await portal.AddVmAsync("two"), "s");
    }

    [Fact]
    public async Task TakeSnapshot_SameNameManyTimesAtOnce_ExactlyOneWins()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s"), CancellationToken.None)));

        var winner = Assert.Single(answers, static a => a.IsSuccess);
        Assert.All(answers.Where(static a => !a.IsSuccess), static a => Assert.Equal(FailureCodes.NameTaken, a.Failure!.Code));
        await portal.EndedAsync(winner.Value!);
        Assert.Equal(1, await portal.ReadAsync(static db => db.Snapshots.CountAsync()));
    }

    [Fact]
    public async Task TakeSnapshot_AfterTheNameWasDeleted_NameIsFreeAgain()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.EndedAsync(await portal.RequestDeleteAsync(await portal.TakeAsync(vm, "s")));

        await portal.TakeAsync(vm, "s");
    }

    [Theory]
    [InlineData("Web")]
    [InlineData("")]
    [InlineData("../x")]
    public async Task Clone_InvalidName_IsRefused(string name)
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        var outcome = await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest(name), CancellationToken.None);

        Assert.Equal((FailureCodes.NameInvalid, "name"), (outcome.Failure!.Code, outcome.Failure.Field));
    }

    [Fact]
    public async Task Restore_UnknownPolicy_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        var outcome = await portal.Snapshots.RestoreAsync(Portal.Anna, snapshot, new RestoreSnapshotRequest((TargetReadinessPolicy)99), CancellationToken.None);

        Assert.Equal((FailureCodes.PolicyInvalid, "policy"), (outcome.Failure!.Code, outcome.Failure.Field));
    }

    [Fact]
    public async Task Snapshot_StillInProgress_CannotBeRestoredClonedOrDeleted()
    {
        await using var portal = await Portal.StartAsync();
        var gate = portal.Engine.Block("Take:Plan");
        var operation = await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s");
        var id = operation.SnapshotId!.Value;

        Assert.Equal(FailureCodes.SnapshotNotReady, (await portal.Snapshots.RestoreAsync(Portal.Anna, id, new RestoreSnapshotRequest(), CancellationToken.None)).Failure!.Code);
        Assert.Equal(FailureCodes.SnapshotNotReady, (await portal.Snapshots.CloneAsync(Portal.Anna, id, new CloneVmRequest("copy"), CancellationToken.None)).Failure!.Code);
        Assert.Equal(FailureCodes.SnapshotInProgress, (await portal.Snapshots.DeleteAsync(Portal.Anna, id, null, CancellationToken.None)).Failure!.Code);

        gate.Open();
        await portal.EndedAsync(operation);
    }

    [Fact]
    public async Task Snapshot_Failed_CanOnlyBeDeleted()
    {
        await using var portal = await Portal.StartAsync();
        portal.Engine.Fail("Take:Plan", "not-enough-space", "Full.");
        var id = (await portal.EndedAsync(await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s"))).SnapshotId!.Value;

        Assert.Equal(FailureCodes.SnapshotNotReady, (await portal.Snapshots.RestoreAsync(Portal.Anna, id, new RestoreSnapshotRequest(), CancellationToken.None)).Failure!.Code);
        Assert.Equal(FailureCodes.SnapshotNotReady, (await portal.Snapshots.CloneAsync(Portal.Anna, id, new CloneVmRequest("copy"), CancellationToken.None)).Failure!.Code);
        await portal.EndedAsync(await portal.RequestDeleteAsync(id));

        Assert.Empty((await portal.Snapshots.ListAsync(Portal.Anna, (await portal.ReadAsync(static db => db.Vms.SingleAsync())).Id, CancellationToken.None)).Value!);
    }

    [Fact]
    public async Task List_SearchWithWildcards_FindsThemAsText()
    {
        await using var portal = await Portal.StartAsync();
        await portal.AddVmAsync("web_1");
        await portal.AddVmAsync("webx1");
        await portal.AddVmAsync("other", Portal.Ben);

        Assert.Equal(["web_1"], (await portal.Vms.ListAsync(Portal.Anna, new VmQuery("B_"), CancellationToken.None)).Items.Select(static v => v.Name));
        Assert.Empty((await portal.Vms.ListAsync(Portal.Anna, new VmQuery("%"), CancellationToken.None)).Items);
        var page = await portal.Vms.ListAsync(Portal.Admin, new VmQuery(Everybodys: true, Skip: 1, Take: 1), CancellationToken.None);
        Assert.Equal((3, "web_1"), (page.Total, Assert.Single(page.Items).Name));
        Assert.Equal(2, (await portal.Vms.ListAsync(Portal.Anna, new VmQuery(Everybodys: true), CancellationToken.None)).Total);
    }

    [Fact]
    public async Task Adopt_UnknownUserOrManagedAlready_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var nobody = await portal.Vms.AdoptAsync(Portal.Admin, new AdoptRequest(portal.HostId, vm, Guid.NewGuid()), CancellationToken.None);
        var twice = await portal.Vms.AdoptAsync(Portal.Admin, new AdoptRequest(portal.HostId, vm, Portal.Ben.UserId), CancellationToken.None);

        Assert.Equal((FailureCodes.UserUnknown, "ownerId"), (nobody.Failure!.Code, nobody.Failure.Field));
        Assert.Equal(FailureKind.Conflict, twice.Failure!.Kind);
        Assert.Equal(Portal.Anna.UserId, (await portal.VmAsync(vm)).OwnerId);
    }

    [Fact]
    public async Task Adopt_DomainMadeAgainOnTheOldFile_IsAdopted()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var disks = portal.Engine.Domains[vm].Disks;
        await portal.EndedAsync(await portal.RequestDeleteVmAsync(vm));

        // The file was not the portal's: it is still there, and somebody defines a machine with it once more.
        var again = portal.Engine.AddDomain("web", "vda");
        again.Disks = [.. disks.Select(static d => d with { File = d.File! with { LayerId = Guid.CreateVersion7() } })];
        var outcome = await portal.Vms.AdoptAsync(Portal.Admin, new AdoptRequest(portal.HostId, again.Seen.VmId, Portal.Anna.UserId), CancellationToken.None);

        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        Assert.Equal(disks[0].File!.Path, (await portal.HeadAsync(again.Seen.VmId)).Path);
        await portal.TakeAsync(again.Seen.VmId, "s");
    }

    [Fact]
    public async Task Adopt_FileThatAnotherMachineUses_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var twin = portal.Engine.AddDomain("twin", "vda");
        twin.Disks = [.. portal.Engine.Domains[vm].Disks.Select(static d => d with { File = d.File! with { LayerId = Guid.CreateVersion7() } })];

        var outcome = await portal.Vms.AdoptAsync(Portal.Admin, new AdoptRequest(portal.HostId, twin.Seen.VmId, Portal.Anna.UserId), CancellationToken.None);

        Assert.Equal(FailureKind.Conflict, outcome.Failure!.Kind);
        Assert.Contains("vda", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(vm, (await portal.HeadAsync(vm)).HeadOfVmId);
    }

    [Fact]
    public async Task ListUnmanaged_Administrator_SeesOnlyWhatIsNotManaged()
    {
        await using var portal = await Portal.StartAsync();
        await portal.AddVmAsync("managed");
        var free = portal.Engine.AddDomain("free", "vda", "vdb");

        var list = await portal.Vms.ListUnmanagedAsync(Portal.Admin, CancellationToken.None);

        var only = Assert.Single(list.Value!);
        Assert.Equal((free.Seen.VmId, "free", 2), (only.VmId, only.Name, only.Disks.Count));
    }
}
