using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What becomes of the files: chains, merges, removals, restores, on a real guest with two disks.</summary>
public sealed class LayerTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private PortalUnderTest Portal => booted.Portal;

    private Guest Guest => booted.Guest;

    [Fact]
    public async Task Delete_OfSnapshotsOfARunningGuest_MergesTheirLayersAndKeepsEveryByte()
    {
        await booted.ReadyAsync();
        var (system, data) = (Guest.Chain("vda").Count, Guest.Chain("vdb").Count);
        await Guest.WriteAsync("/root/one", "1");
        var first = await Portal.TakeAsync(Guest.Id, "merge 1");
        await Guest.WriteAsync("/root/two", "2");
        var second = await Portal.TakeAsync(Guest.Id, "merge 2");
        await Guest.WriteAsync("/root/three", "3");
        await Guest.WriteAsync("/data/three", "3");
        Assert.Equal((system + 2, data + 2), (Guest.Chain("vda").Count, Guest.Chain("vdb").Count));

        // The middle of the chain first, then the layer below the head.
        await Portal.SucceedAsync(Portal.Snapshots.DeleteAsync(Portal.Owner, first.Id, null, CancellationToken.None));
        await Eventually.TrueAsync(() => Task.Run(() => Guest.Chain("vda").Count == system + 1), "the middle layer is merged");
        await Portal.SucceedAsync(Portal.Snapshots.DeleteAsync(Portal.Owner, second.Id, null, CancellationToken.None));
        await Eventually.TrueAsync(() => Task.Run(() => Guest.Chain("vda").Count == system && Guest.Chain("vdb").Count == data), "the head is merged");
        await Portal.IdleAsync();

        Assert.Equal("123 3", await Guest.ShAsync("cat /root/one /root/two /root/three; printf ' '; cat /data/three"));
        await AssertFilesAgreeAsync();
    }

    [Fact]
    public async Task Restore_OfARunningGuest_BringsBothDisksBackAndCanBeUndone()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/state", "old");
        await Guest.WriteAsync("/data/state", "old");
        var snapshot = await Portal.TakeAsync(Guest.Id, "undo me");
        await Guest.WriteAsync("/root/state", "new");
        await Guest.WriteAsync("/data/state", "new");

        await RestoreAsync(snapshot.Id);
        Assert.Equal("oldold", await Guest.ShAsync("cat /root/state /data/state"));

        var safety = (await Portal.Snapshots.ListAsync(Portal.Owner, Guest.Id, CancellationToken.None)).Value!.First(static s => s.Origin == SnapshotOrigin.Safety);
        Assert.Equal([IndicationKind.Online, IndicationKind.GuestAgent], safety.Indications.Select(static i => i.Kind));
        await RestoreAsync(safety.Id);
        Assert.Equal("newnew", await Guest.ShAsync("cat /root/state /data/state"));
        await AssertFilesAgreeAsync();
    }

    [Fact]
    public async Task Delete_OfSnapshotsOfAGuestThatIsOff_MergesAndLeavesItOff()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/off", "kept");
        var snapshot = await Portal.TakeAsync(Guest.Id, "offline");
        await Portal.SucceedAsync(Portal.Vms.PowerAsync(Portal.Owner, Guest.Id, new PowerRequest(PowerAction.Shutdown), CancellationToken.None));
        Assert.False(Guest.IsActive);
        var depth = Guest.Chain("vda").Count;

        await Portal.SucceedAsync(Portal.Snapshots.DeleteAsync(Portal.Owner, snapshot.Id, null, CancellationToken.None));
        await Eventually.TrueAsync(() => Task.Run(() => Guest.Chain("vda").Count == depth - 1), "the layer is merged while the machine is off");
        await Portal.IdleAsync();

        Assert.False(Guest.IsActive);
        await AssertFilesAgreeAsync();
        await booted.ReadyAsync();
        Assert.Equal("kept", await Guest.ReadAsync("/root/off"));
    }

    [Fact]
    public async Task Take_OfAGuestThatIsOff_HasNoIndicationsAndRestoresExactly()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/exact", "then");
        await Portal.SucceedAsync(Portal.Vms.PowerAsync(Portal.Owner, Guest.Id, new PowerRequest(PowerAction.Shutdown), CancellationToken.None));

        var snapshot = await Portal.TakeAsync(Guest.Id, "exact");

        Assert.Empty(snapshot.Indications);
        Assert.Null(snapshot.FreezeWindow);
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/exact", "now");
        await RestoreAsync(snapshot.Id);
        Assert.Equal("then", await Guest.ReadAsync("/root/exact"));
    }

    [Fact]
    public async Task Clone_ThenDeleteOfItsSnapshotAndSource_TheCloneKeepsItsData()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/shared", "common");
        var snapshot = await Portal.TakeAsync(Guest.Id, "for a clone");
        var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(booted.Host.NewName("clone"), Start: false), CancellationToken.None));
        var clone = booted.Host.Guest(made.VmId);
        var files = clone.Chain("vda");

        // The layer has two readers now: nothing may merge into it.
        await Portal.SucceedAsync(Portal.Snapshots.DeleteAsync(Portal.Owner, snapshot.Id, null, CancellationToken.None));
        await Portal.IdleAsync();
        Assert.Equal(files, clone.Chain("vda"));

        // With the clone gone, its own files go and the layer has one reader again.
        await Portal.SucceedAsync(Portal.Vms.DeleteAsync(Portal.Owner, clone.Id, null, CancellationToken.None));
        await Eventually.TrueAsync(() => Task.FromResult(!File.Exists(files[0])), "the clone's own file is removed");
        await Eventually.TrueAsync(() => Task.Run(() => !Guest.Chain("vda").Contains(files[1], StringComparer.Ordinal) || Guest.DiskFile("vda") == files[1]), "the layer is merged");
        await Portal.IdleAsync();
        Assert.Equal("common", await Guest.ReadAsync("/root/shared"));
        await AssertFilesAgreeAsync();
    }

    private async Task RestoreAsync(Guid snapshotId)
    {
        await Portal.SucceedAsync(Portal.Snapshots.RestoreAsync(Portal.Owner, snapshotId, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), CancellationToken.None));
        await Guest.BootedAsync();
    }

    private async Task AssertFilesAgreeAsync()
    {
        await FileAgreement.AssertAsync(Portal, booted.Host);
        await using var db = await Portal.DbAsync();
        Assert.False(await db.Operations.AnyAsync(static o => o.State == OperationState.Failed));
    }
}
