using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

public sealed class FirstPathTests
{
    [Fact]
    public async Task Journey_TakeChangeRestoreClone_OldContentReturnsAndTheCloneIsAnother()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("dev"));
        var guest = await host.Guest(id).BootedAsync();
        await portal.AdoptAsync(id);
        var mac = guest.MacAddress;
        await guest.WriteAsync("/root/note", "before");

        var snapshot = await portal.TakeAsync(id, "Before upgrade");

        Assert.Equal(SnapshotPhase.Succeeded, snapshot.Phase);
        Assert.Equal([IndicationKind.Online, IndicationKind.GuestAgent], snapshot.Indications.Select(static i => i.Kind));
        Assert.NotNull(snapshot.FreezeWindow);
        Assert.Equal("thawed", guest.FreezeStatus());

        // What the time line says it occupies is what the storage page says.
        Assert.Equal(snapshot.SizeBytes, Assert.Single((await portal.Storage.MapAsync(portal.Owner, id, CancellationToken.None)).Value!.Snapshots).OccupiedBytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"window {snapshot.FreezeWindow}, whole {snapshot.CompletedAt - snapshot.RequestedAt}");

        await guest.WriteAsync("/root/note", "after");
        await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Owner, snapshot.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), CancellationToken.None));
        await guest.BootedAsync();

        Assert.Equal("before", await guest.ReadAsync("/root/note"));
        Assert.Equal(mac, guest.MacAddress);

        var made = await portal.SucceedAsync(portal.Snapshots.CloneAsync(portal.Owner, snapshot.Id, new CloneVmRequest(host.NewName("copy")), CancellationToken.None));
        var clone = await host.Guest(made.VmId).BootedAsync();

        Assert.Equal("before", await clone.ReadAsync("/root/note"));
        Assert.NotEqual(mac, clone.MacAddress);
        Assert.NotEqual(id, clone.Id);
    }
}
