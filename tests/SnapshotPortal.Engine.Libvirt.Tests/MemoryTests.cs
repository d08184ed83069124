using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Snapshots with memory: the guest goes on exactly where it was.</summary>
public sealed class MemoryTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private PortalUnderTest Portal => booted.Portal;

    private Guest Guest => booted.Guest;

    [Fact]
    public async Task Restore_OfASnapshotWithMemory_GoesOnWhereTheGuestWas()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/memory", "then");

        // Only memory knows this file.
        await Guest.ShAsync("mkdir -p /tmp/ram && (mountpoint -q /tmp/ram || mount -t tmpfs none /tmp/ram) && printf then > /tmp/ram/note");
        var boot = await Guest.ReadAsync("/proc/sys/kernel/random/boot_id");

        var snapshot = await TakeAsync("with memory");

        Assert.Equal([IndicationKind.Online, IndicationKind.WithMemory], snapshot.Indications.Select(static i => i.Kind));
        Assert.True(snapshot.HasMemory);
        var file = MemoryFiles().Single(f => f.Contains(snapshot.Id.ToString("N"), StringComparison.Ordinal));
        Assert.True(Guest.IsActive);
        await Guest.WriteAsync("/root/memory", "now");
        await Guest.ShAsync("printf now > /tmp/ram/note");

        await Portal.SucceedAsync(Portal.Snapshots.RestoreAsync(Portal.Owner, snapshot.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), CancellationToken.None));

        Assert.Equal("thenthen", await Guest.ShAsync("cat /root/memory /tmp/ram/note"));
        Assert.Equal(boot, await Guest.ReadAsync("/proc/sys/kernel/random/boot_id"));

        // What it writes from here on is on its disk, and the snapshot is as it was: it serves a second time.
        await Guest.WriteAsync("/root/memory", "after");
        await Portal.SucceedAsync(Portal.Vms.PowerAsync(Portal.Owner, Guest.Id, new PowerRequest(PowerAction.Stop), CancellationToken.None));
        await Portal.SucceedAsync(Portal.Snapshots.RestoreAsync(Portal.Owner, snapshot.Id, new RestoreSnapshotRequest(), CancellationToken.None));
        Assert.Equal("then", await Guest.ReadAsync("/tmp/ram/note"));

        await Portal.SucceedAsync(Portal.Snapshots.DeleteAsync(Portal.Owner, snapshot.Id, null, CancellationToken.None));
        await Eventually.TrueAsync(() => Task.FromResult(!File.Exists(file)), "the memory's file is removed with its snapshot");
    }

    [Fact]
    public async Task Restore_OfTheDisksOfASnapshotWithMemory_BootsTheGuestAnew()
    {
        await booted.ReadyAsync();
        var boot = await Guest.ReadAsync("/proc/sys/kernel/random/boot_id");
        var snapshot = await TakeAsync("memory left aside");

        await Portal.SucceedAsync(Portal.Snapshots.RestoreAsync(
            Portal.Owner, snapshot.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, DisksOnly: true), CancellationToken.None));

        await Guest.BootedAsync();
        Assert.NotEqual(boot, await Guest.ReadAsync("/proc/sys/kernel/random/boot_id"));
    }

    [Fact]
    public async Task Clone_OfASnapshotWithMemory_BootsFromItsDisks()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/shared", "both");
        var snapshot = await TakeAsync("for a clone");

        var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(booted.Host.NewName("memory")), CancellationToken.None));

        var clone = await booted.Host.Guest(made.VmId).BootedAsync();
        Assert.Equal("both", await clone.ReadAsync("/root/shared"));
        await Portal.SucceedAsync(Portal.Vms.DeleteAsync(Portal.Owner, clone.Id, null, CancellationToken.None));
    }

    [Fact]
    public async Task Cancel_OfASnapshotWithMemory_LeavesTheGuestRunningOnItsFilesAndNoFileBehind()
    {
        await booted.ReadyAsync();

        // Memory that does not compress, and is written all the time, keeps the saving busy.
        await Guest.ShAsync("mkdir -p /tmp/big && (mountpoint -q /tmp/big || mount -t tmpfs none /tmp/big) && dd if=/dev/urandom of=/tmp/big/a bs=1M count=24 2>/dev/null");
        var (head, files) = (Guest.DiskFile("vda"), MemoryFiles().Length);

        var requested = await Portal.Snapshots.TakeAsync(Portal.Owner, Guest.Id, new TakeSnapshotRequest("never", WithMemory: true), CancellationToken.None);
        await Eventually.TrueAsync(
            async () => (await Portal.Operations.GetAsync(Portal.Owner, requested.Value!.Id, CancellationToken.None)).Value is { CurrentStep: "Capture" } or { IsActive: false },
            "the memory is being saved");
        await Portal.Operations.CancelAsync(Portal.Owner, requested.Value!.Id, CancellationToken.None);
        var ended = await Portal.EndAsync(requested);

        Assert.Equal(OperationState.Cancelled, ended.State);
        Assert.Equal((head, files), (Guest.DiskFile("vda"), MemoryFiles().Length));
        Assert.True(Guest.AgentAnswers());
        await Guest.ShAsync("umount /tmp/big");
    }

    [Fact]
    public async Task TakeWithMemory_OfAGuestThatIsOff_IsRefusedAtOnce()
    {
        await booted.ReadyAsync();
        await Portal.SucceedAsync(Portal.Vms.PowerAsync(Portal.Owner, Guest.Id, new PowerRequest(PowerAction.Stop), CancellationToken.None));
        await Eventually.TrueAsync(
            async () => (await Portal.Vms.GetAsync(Portal.Owner, Guest.Id, CancellationToken.None)).Value!.Power == Domain.Vms.PowerState.ShutOff,
            "the portal has seen it go off");

        var refused = await Portal.Snapshots.TakeAsync(Portal.Owner, Guest.Id, new TakeSnapshotRequest("off", WithMemory: true), CancellationToken.None);

        Assert.Equal((FailureCodes.VmNotRunning, "withMemory"), (refused.Failure!.Code, refused.Failure.Field));
    }

    private string[] MemoryFiles() => Directory.GetFiles(booted.Host.Folder, "*.memory");

    private async Task<Operations.Views.SnapshotView> TakeAsync(string name)
    {
        var ended = await Portal.SucceedAsync(Portal.Snapshots.TakeAsync(Portal.Owner, Guest.Id, new TakeSnapshotRequest(name, WithMemory: true), CancellationToken.None));
        return (await Portal.Snapshots.GetAsync(Portal.Owner, ended.SnapshotId!.Value, CancellationToken.None)).Value!;
    }
}
