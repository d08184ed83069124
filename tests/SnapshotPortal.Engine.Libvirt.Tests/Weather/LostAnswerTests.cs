using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Weather;

/// <summary>libvirt does what it is asked, and the connection ends before it can say so.</summary>
public sealed class LostAnswerTests
{
    private static readonly ModelDisks _then = ModelDisks.Blank.With("vda", 0, 1).With("vdb", 3, 1);

    [Fact]
    public async Task Restore_WhoseDefinitionIsMadeAndTheAnswerLost_IsCompleted()
    {
        using var host = GuestHost.Create();
        await using var wire = new Wire();
        await using var portal = await PortalUnderTest.StartAsync(wire.Uri);
        var (machine, snapshot) = await PrepareAsync(host, portal);

        wire.LoseAnswerTo(Wire.DefineDomain);
        await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Owner, snapshot, new RestoreSnapshotRequest(), CancellationToken.None));

        Assert.True(wire.HasLostIt);
        _then.AssertOn(machine, "after the restore");
        await FileAgreement.AssertAsync(portal, host);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clone_WhoseDefinitionIsMadeAndTheAnswerLost_IsCompleted(bool full)
    {
        using var host = GuestHost.Create();
        await using var wire = new Wire();
        await using var portal = await PortalUnderTest.StartAsync(wire.Uri);
        var (_, snapshot) = await PrepareAsync(host, portal);

        wire.LoseAnswerTo(Wire.DefineDomain);
        var made = await portal.SucceedAsync(portal.Snapshots.CloneAsync(
            portal.Owner, snapshot, new CloneVmRequest(host.NewName("copy"), Start: false) { Full = full }, CancellationToken.None));

        Assert.True(wire.HasLostIt);
        _then.AssertOn(new BlankMachine(host, made.VmId), "the clone");
        await FileAgreement.AssertAsync(portal, host);
    }

    [Fact]
    public async Task Import_WhoseDefinitionIsMadeAndTheAnswerLost_IsCompleted()
    {
        using var host = GuestHost.Create();
        await using var wire = new Wire();
        await using var portal = await PortalUnderTest.StartAsync(wire.Uri);
        var images = portal.Services.GetRequiredService<IImages>();
        await Eventually.TrueAsync(async () => (await images.ListAsync(portal.Administrator, CancellationToken.None)).Value is { Count: 1 }, "the host is connected");
        await using var db = await portal.DbAsync();
        GuestHost.Run("qemu-img", "create", "-q", "-f", "qcow2", Path.Combine(host.Folder, "image.qcow2"), "1M");

        wire.LoseAnswerTo(Wire.DefineDomain);
        var made = await portal.SucceedAsync(images.ImportAsync(
            portal.Administrator,
            new ImportVmRequest((await db.Hosts.SingleAsync()).Id, host.PoolName, "image.qcow2", host.NewName("imported")) { MemoryBytes = 64L << 20 },
            CancellationToken.None));

        Assert.True(wire.HasLostIt);
        Assert.Single(host.Guest(made.VmId).Chain("vda"));
        await FileAgreement.AssertAsync(portal, host);
    }

    /// <summary>A machine that has been written to since its snapshot.</summary>
    private static async Task<(BlankMachine Machine, Guid Snapshot)> PrepareAsync(GuestHost host, PortalUnderTest portal)
    {
        var machine = BlankMachine.Define(host);
        await portal.AdoptAsync(machine.Id);
        machine.Write("vda", 0, 1);
        machine.Write("vdb", 3, 1);
        var snapshot = await portal.TakeAsync(machine.Id, "then");
        machine.Write("vda", 0, 2);
        await portal.IdleAsync();
        return (machine, snapshot.Id);
    }
}
