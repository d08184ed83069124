using LibVirt;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Machines that somebody else has in hand on the host: nothing is begun, nothing is broken.</summary>
public sealed class BusyTests
{
    [Fact]
    public async Task TakeAndRestore_OfAMachineWhoseMemoryIsSaved_AreRefusedBecauseItsMemoryBelongsToItsDisks()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("asleep"));
        await portal.AdoptAsync(id);
        var snapshot = await portal.TakeAsync(id, "awake");
        var guest = host.Guest(id);
        var head = guest.DiskFile("vda");
        guest.Do(static d => d.ManagedSave());

        var seen = (await portal.Vms.InspectAsync(portal.Owner, id, CancellationToken.None)).Value!;
        var taken = await portal.EndAsync(await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest("asleep"), CancellationToken.None));
        var restored = await portal.EndAsync(await portal.Snapshots.RestoreAsync(portal.Owner, snapshot.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), CancellationToken.None));

        Assert.False(seen.CanTakeSnapshot);
        Assert.Contains("put to sleep", seen.WhyNot, StringComparison.Ordinal);
        Assert.Equal((FailureCodes.VmSaved, FailureCodes.VmSaved), (taken.ErrorCode, restored.ErrorCode));
        Assert.Equal(head, guest.DiskFile("vda"));
        guest.Do(static d => Assert.True(d.HasManagedSave()));

        // Started, it goes on, and can be snapshotted again.
        await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, id, new PowerRequest(PowerAction.Start), CancellationToken.None));
        await portal.TakeAsync(id, "awake again");
    }

    [Fact]
    public async Task Take_WhileSomebodyCopiesADisk_IsRefusedAndTheirJobGoesOn()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("copied"));
        await portal.AdoptAsync(id);
        var guest = host.Guest(id);
        var copy = Path.Combine(host.Folder, "copy.qcow2");
        guest.Do(d => d.BlockCopy(
            "vda",
            $"<disk type='file'><driver type='qcow2'/><source file='{copy}'/></disk>",
            new TypedParameters { ["bandwidth"] = 1UL << 20 },
            DomainBlockCopyFlags.TransientJob));

        var seen = (await portal.Vms.InspectAsync(portal.Owner, id, CancellationToken.None)).Value!;
        var ended = await portal.EndAsync(await portal.Snapshots.TakeAsync(portal.Owner, id, new TakeSnapshotRequest("copied"), CancellationToken.None));

        Assert.Contains("copies or merges the disk vda", seen.WhyNot, StringComparison.Ordinal);
        Assert.Equal(FailureCodes.VmBusy, ended.ErrorCode);
        guest.Do(static d => Assert.NotNull(d.GetBlockJobInfo("vda")));
        Assert.Empty(Directory.EnumerateFiles(host.Folder, "sp-*"));

        guest.Do(static d => d.BlockJobAbort("vda"));
        await portal.TakeAsync(id, "alone again");
    }
}
