using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Recovering;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>A database is lost, and rebuilt from the records on the hosts.</summary>
public sealed class RecoverTests
{
    [Fact]
    public async Task Recover_IntoAnEmptyDatabase_MachinesSnapshotsAndLayersAreBack()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, one, two, clone) = await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);

        var report = await RecoverAsync(portal);

        Assert.Empty(report.Problems);
        Assert.Equal(["copy", "web"], report.Machines.Select(static m => m.Name));
        Assert.All(report.Machines, static m => Assert.Empty(m.Notes));
        Assert.Equal(await ShapeAsync(lost), await ShapeAsync(portal));
        var (before, after) = (await lost.SnapshotAsync(one), await portal.SnapshotAsync(one));
        Assert.Equal((before.Name, before.Phase, before.DomainXml, before.CapturedAt, before.FreezeWindow, before.CompletedAt), (after.Name, after.Phase, after.DomainXml, after.CapturedAt, after.FreezeWindow, after.CompletedAt));
        Assert.Equal(before.Indications, after.Indications);
        Assert.Equal((Guid?)one, (await portal.SnapshotAsync(two)).ParentId);
        Assert.Equal((two, Portal.Anna.UserId), ((await portal.VmAsync(vm)).CurrentSnapshotId!.Value, (await portal.VmAsync(vm)).OwnerId));
        Assert.Equal((VmOrigin.Cloned, (Guid?)one, Portal.Ben.UserId), ((await portal.VmAsync(clone)).Origin, (await portal.VmAsync(clone)).OriginSnapshotId, (await portal.VmAsync(clone)).OwnerId));

        // It works again.
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(await portal.RequestRestoreAsync(one))).State);
        await portal.TakeAsync(vm, "after the recovery");
        Assert.Equal(OperationState.Succeeded, (await portal.EndedAsync(await portal.RequestDeleteAsync(two))).State);
    }

    [Fact]
    public async Task Recover_OfAnotherOwnersMachine_StrangersStillGetNotFound()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, one, _, _) = await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);

        await RecoverAsync(portal);

        Assert.Equal(FailureCodes.NotFound, (await portal.Vms.GetAsync(Portal.Ben, vm, CancellationToken.None)).Failure!.Code);
        Assert.Equal(FailureCodes.NotFound, (await portal.Snapshots.RestoreAsync(Portal.Ben, one, new RestoreSnapshotRequest(), CancellationToken.None)).Failure!.Code);
    }

    [Fact]
    public async Task Recover_DryRun_SaysTheSameAndWritesNothing()
    {
        await using var lost = await Portal.StartAsync();
        await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);

        var dry = await RecoverAsync(portal, dryRun: true);

        Assert.False(await portal.ReadAsync(static db => db.Vms.AnyAsync()));
        Assert.False(await portal.ReadAsync(static db => db.Layers.AnyAsync()));
        Assert.Equal((await RecoverAsync(portal)).Machines.Select(static m => (m.Name, m.Snapshots, m.Layers)), dry.Machines.Select(static m => (m.Name, m.Snapshots, m.Layers)));
    }

    [Fact]
    public async Task Recover_DatabaseThatHasMachines_IsRefusedAndMergeAddsOnlyWhatIsMissing()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, one, _, clone) = await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);
        await RecoverAsync(portal);

        // A record that is being written while its rows are taken away would be one without disks.
        await RecordTests.FreshAsync(portal, vm);
        await RecordTests.FreshAsync(portal, clone);
        await portal.WriteAsync(async db =>
        {
            (await db.Vms.SingleAsync(v => v.Id == vm)).Description = "mine";
            db.Layers.Remove(await db.Layers.SingleAsync(l => l.HeadOfVmId == clone));
            db.Vms.Remove(await db.Vms.SingleAsync(v => v.Id == clone));
        });

        var refused = await portal.Services.GetRequiredService<IRecovery>().RunAsync(merge: false, dryRun: false, CancellationToken.None);
        var merged = await RecoverAsync(portal, merge: true);

        Assert.Equal(FailureCodes.DatabaseNotEmpty, refused.Failure!.Code);
        Assert.Equal(["copy"], merged.Machines.Select(static m => m.Name));
        Assert.Equal("mine", (await portal.VmAsync(vm)).Description);
        Assert.Equal((await portal.SnapshotAsync(one)).Disks[0].LayerId, (await portal.HeadAsync(clone)).ParentId);
    }

    [Fact]
    public async Task Recover_UnknownOwner_GetsAnAccountWithoutAPassword()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, _, _, _) = await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);
        await using (var db = await portal.ContextAsync())
        {
            await db.Users.Where(static u => u.UserName == "Anna").ExecuteDeleteAsync();
        }

        var report = await RecoverAsync(portal);

        Assert.True(report.Machines.Single(static m => m.Name == "web").OwnerIsNew);
        Assert.False(report.Machines.Single(static m => m.Name == "copy").OwnerIsNew);
        await using var context = await portal.ContextAsync();
        var anna = await context.Users.SingleAsync(static u => u.Email == "Anna@example.org");
        Assert.Null(anna.PasswordHash);
        Assert.Equal(anna.Id, (await portal.VmAsync(vm)).OwnerId);
    }

    [Fact]
    public async Task Recover_OwnerWithANewAccount_IsFoundByTheAddress()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, _, _, _) = await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);
        var again = Guid.CreateVersion7();
        await using (var db = await portal.ContextAsync())
        {
            await db.Users.Where(static u => u.UserName == "Anna").ExecuteDeleteAsync();
            db.Users.Add(new() { Id = again, UserName = "anna2", Email = "anna@example.org", NormalizedEmail = "ANNA@EXAMPLE.ORG" });
            await db.SaveChangesAsync();
        }

        await RecoverAsync(portal);

        Assert.Equal(again, (await portal.VmAsync(vm)).OwnerId);
    }

    [Fact]
    public async Task Recover_FileOfASnapshotGone_ThatSnapshotIsLeftOutAndTheRestIsRecovered()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, one, two, _) = await PopulateAsync(lost);
        var branch = (await lost.SnapshotAsync(two)).Disks[0].LayerId;
        await lost.EndedAsync(await lost.RequestRestoreAsync(one, keepPresent: false));
        await RecordTests.FreshAsync(lost, vm);
        await using var portal = await LoseDatabaseAsync(lost, v => v.LayerId == branch ? null : v);

        var report = await RecoverAsync(portal);

        var machine = report.Machines.Single(static m => m.Name == "web");
        Assert.Contains("“two” is not recovered", Assert.Single(machine.Notes), StringComparison.Ordinal);
        Assert.Contains("is gone", machine.Notes[0], StringComparison.Ordinal);
        Assert.Equal([one], await portal.ReadAsync(db => db.Snapshots.Where(s => s.VmId == vm).Select(static s => s.Id).ToListAsync()));
        Assert.Null((await portal.VmAsync(vm)).Drift);
    }

    [Fact]
    public async Task Recover_SnapshotWithMemory_KeepsItWhereTheFileIsThereAndSaysSoWhereItIsGone()
    {
        await using var lost = await Portal.StartAsync();
        var vm = await lost.AddVmAsync("web");
        var ended = await lost.EndedAsync((await lost.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("m", WithMemory: true), CancellationToken.None)).Value!);
        var memory = (await lost.SnapshotAsync(ended.SnapshotId!.Value)).Memory!;
        await lost.WriteAsync(async db => (await db.Snapshots.SingleAsync()).FirmwareVariables = [1, 2, 3]);
        await RecordTests.FreshAsync(lost, vm);
        foreach (var gone in (bool[])[false, true])
        {
            await using var portal = await LoseDatabaseAsync(lost);
            portal.Engine.Survey = portal.Engine.Survey with
            {
                Volumes = [.. portal.Engine.Survey.Volumes, .. gone ? (VolumeSeen[])[] : [new VolumeSeen(memory.Pool, memory.Volume, memory.Path, "raw", 1_000, 1_000, null, null)]],
            };

            var notes = Assert.Single((await RecoverAsync(portal)).Machines).Notes;

            var snapshot = await portal.SnapshotAsync(ended.SnapshotId.Value);
            Assert.Equal(gone ? null : memory, snapshot.Memory);
            Assert.Equal([1, 2, 3], snapshot.FirmwareVariables);
            Assert.Equal(gone, notes.Any(static n => n.Contains("“m” is recovered without its memory", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Recover_BackingFileNotAsRecorded_NothingOnTopOfItIsBelieved()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, one, two, _) = await PopulateAsync(lost);
        var changed = (await lost.SnapshotAsync(two)).Disks[0].LayerId;
        await using var portal = await LoseDatabaseAsync(lost, v => v.LayerId == changed ? v with { BackingPath = "/pool/other.qcow2" } : v);

        var notes = (await RecoverAsync(portal)).Machines.Single(static m => m.Name == "web").Notes;

        Assert.Contains(notes, static n => n.Contains("“two” is not recovered", StringComparison.Ordinal) && n.Contains("stands on /pool/other.qcow2", StringComparison.Ordinal));
        Assert.Equal([one], await portal.ReadAsync(db => db.Snapshots.Where(s => s.VmId == vm).Select(static s => s.Id).ToListAsync()));

        // What it writes to is taken as it is; below it nothing will ever be merged.
        var head = await portal.HeadAsync(vm);
        Assert.Equal((false, (Guid?)null), (head.CreatedByPortal, head.ParentId));
    }

    [Fact]
    public async Task Recover_RecordOlderThanTheLastSnapshot_TakesTheYoungerFilesOverAndReleasesNothing()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, _, two, _) = await PopulateAsync(lost);
        var old = lost.Engine.Domains[vm].Record;
        await lost.TakeAsync(vm, "three");
        await RecordTests.FreshAsync(lost, vm);
        var layers = await lost.LayersAsync();
        await using var portal = await LoseDatabaseAsync(lost);
        portal.Engine.Domains[vm].Record = old;

        var report = await RecoverAsync(portal);

        Assert.Contains("younger than the record", Assert.Single(report.Machines.Single(static m => m.Name == "web").Notes), StringComparison.Ordinal);
        var head = await portal.HeadAsync(vm);
        var expected = layers.Single(l => l.HeadOfVmId == vm);
        Assert.Equal((expected.Id, expected.Path, expected.ParentId), (head.Id, head.Path, head.ParentId));
        Assert.All(await portal.LayersAsync(), static l => Assert.NotEqual(LayerState.Released, l.State));
        Assert.Equal((Guid?)two, (await portal.VmAsync(vm)).CurrentSnapshotId);
    }

    [Fact]
    public async Task Recover_MachineOnAForeignOverlay_IsMarkedAsDrifted()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, _, _, _) = await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);
        portal.Engine.Swap(vm, "vda", "/pool/web.snap1");

        await RecoverAsync(portal);

        Assert.Contains("/pool/web.snap1", (await portal.VmAsync(vm)).Drift, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recover_RecordThatWasCopiedToAnotherMachine_IsNobodys()
    {
        await using var lost = await Portal.StartAsync();
        var (vm, _, _, _) = await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);
        var copy = portal.Engine.AddDomain("virt-clone", "vda");
        copy.Record = portal.Engine.Domains[vm].Record;

        var report = await RecoverAsync(portal);

        Assert.Contains("“virt-clone” carries the record of another machine", Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.Equal(2, report.Machines.Count);
    }

    [Fact]
    public async Task Recover_HostAway_SaysSoAndRecoversNothingOfIt()
    {
        await using var lost = await Portal.StartAsync();
        await PopulateAsync(lost);
        await using var portal = await LoseDatabaseAsync(lost);
        portal.Engine.Unreachable[Portal.HostName] = "No route.";

        var report = await RecoverAsync(portal);

        Assert.Contains("No route.", Assert.Single(report.Problems), StringComparison.Ordinal);
        Assert.Empty(report.Machines);
    }

    /// <summary>Anna's machine with two snapshots, and Ben's clone of the first.</summary>
    private static async Task<(Guid Vm, Guid One, Guid Two, Guid Clone)> PopulateAsync(Portal portal)
    {
        var vm = await portal.AddVmAsync("web");
        var one = await portal.TakeAsync(vm, "one");
        var two = await portal.TakeAsync(vm, "two");
        var clone = await portal.EndedAsync(await portal.RequestCloneAsync(one, "copy", Portal.Admin));
        Assert.Equal(OperationState.Succeeded, clone.State);
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == clone.VmId)).OwnerId = Portal.Ben.UserId);
        await RecordTests.FreshAsync(portal, vm);
        await RecordTests.FreshAsync(portal, clone.VmId);
        return (vm, one, two, clone.VmId);
    }

    /// <summary>A portal with an empty database, on the host as the other one left it.</summary>
    private static async Task<Portal> LoseDatabaseAsync(Portal lost, Func<VolumeSeen, VolumeSeen?>? change = null)
    {
        var engine = new FakeEngine(lost.Time);
        foreach (var domain in lost.Engine.Domains)
        {
            engine.Domains[domain.Key] = domain.Value;
        }

        var layers = (await lost.LayersAsync()).ToDictionary(static l => l.Id);
        engine.Survey = engine.Survey with
        {
            Volumes =
            [
                .. layers.Values
                    .Select(l => new VolumeSeen(l.Pool, l.Volume, l.Path, l.Format, l.VirtualSize, l.Allocation, l.ParentId is { } p ? layers[p].Path : null, l.CreatedByPortal ? l.Id : null))
                    .Select(v => change is null ? v : change(v)).OfType<VolumeSeen>(),
            ],
        };
        return await Portal.StartAsync(s =>
        {
            s.Time = lost.Time;
            s.Engine = engine;
        });
    }

    private static async Task<RecoveryReport> RecoverAsync(Portal portal, bool merge = false, bool dryRun = false)
    {
        var outcome = await portal.Services.GetRequiredService<IRecovery>().RunAsync(merge, dryRun, CancellationToken.None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        return outcome.Value;
    }

    private static async Task<List<(Guid, string, Guid?, LayerState, Guid?, bool)>> ShapeAsync(Portal portal)
        => [.. (await portal.LayersAsync()).Select(static l => (l.Id, l.Path, l.ParentId, l.State, l.HeadOfVmId, l.CreatedByPortal)).OrderBy(static l => l.Id)];
}
