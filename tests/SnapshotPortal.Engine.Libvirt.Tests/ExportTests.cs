using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Exports of a real guest with two disks: what is in them, how they are read, what they leave.</summary>
public sealed class ExportTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private PortalUnderTest Portal => booted.Portal;

    private Guest Guest => booted.Guest;

    private IExports Exports => Portal.Exports;

    [Fact]
    public async Task ExportSnapshot_OfARunningGuest_IsEqualToTheSnapshotAndStandsAlone()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/data/exported", "then");
        var first = await Portal.TakeAsync(Guest.Id, "below");
        await Guest.WriteAsync("/root/exported", "then");
        var snapshot = await Portal.TakeAsync(Guest.Id, "to be exported");
        var frozen = new[] { "vda", "vdb" }.ToDictionary(static t => t, t => Guest.Chain(t)[1], StringComparer.Ordinal);
        await Guest.WriteAsync("/root/exported", "now");

        var export = await ReadyAsync(Exports.ExportSnapshotAsync(Portal.Owner, snapshot.Id, new ExportRequest(), None));

        Assert.Equal(["vda", "vdb"], export.Disks.Select(static d => d.Target));
        foreach (var disk in export.Disks)
        {
            var file = Path.Combine(booted.Host.Folder, disk.Volume);
            GuestHost.Run("qemu-img", "compare", "-U", file, frozen[disk.Target]);
            GuestHost.Run("qemu-img", "check", "-q", file);
            Assert.DoesNotContain("backing file", GuestHost.Run("qemu-img", "info", file), StringComparison.Ordinal);
            Assert.Equal(new FileInfo(file).Length, disk.Size);
        }

        Assert.Equal("now", await Guest.ReadAsync("/root/exported"));
        Assert.Equal("thawed", Guest.FreezeStatus());
        await DeleteAsync(export);
        Assert.NotEqual(first.Id, snapshot.Id);
    }

    [Fact]
    public async Task ExportVm_OfARunningGuest_BootsWithWhatItHadOnItsDisks()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/present", "alive");
        var export = await ReadyAsync(Exports.ExportVmAsync(Portal.Owner, Guest.Id, new ExportRequest(), None));
        await Guest.WriteAsync("/root/present", "later");

        // The two files under another domain, as somebody would use them elsewhere.
        var files = export.Disks.ToDictionary(static d => d.Target, d => Path.Combine(booted.Host.Folder, d.Volume), StringComparer.Ordinal);
        var name = booted.Host.NewName("from-export");
        var id = booted.Host.Define(name, change: xml => xml.Replace($"{name}.qcow2", Path.GetFileName(files["vda"]), StringComparison.Ordinal));
        var copy = await booted.Host.Guest(id).BootedAsync();
        Assert.Equal("alive", await copy.ReadAsync("/root/present"));

        // While a machine uses a file it is not removed, and goes as soon as none does.
        Assert.True((await Exports.DeleteAsync(Portal.Owner, export.Id, None)).IsSuccess);
        await Eventually.TrueAsync(async () => (await Exports.GetAsync(Portal.Owner, export.Id, None)).Value?.FailureMessage?.Contains(name, StringComparison.Ordinal) ?? false, "the export says who uses it");
        Assert.True(File.Exists(files["vda"]));
        copy.Do(static d => { d.Destroy(); d.Undefine(); });
        await using (var db = await Portal.DbAsync())
        {
            Assert.Equal(ExportState.Removing, (await db.Exports.SingleAsync(e => e.Id == export.Id)).State);
        }

        await Portal.StopAsync();
        await Portal.StartAsync();
        await Eventually.TrueAsync(() => Task.FromResult(files.Values.All(static f => !File.Exists(f))), "the files are removed");
        await Eventually.TrueAsync(async () => !(await Exports.GetAsync(Portal.Owner, export.Id, None)).IsSuccess, "the export is gone");
    }

    [Fact]
    public async Task ExportVm_OfAGuestThatIsOff_LeavesItOff()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/off", "exported");
        await Portal.SucceedAsync(Portal.Vms.PowerAsync(Portal.Owner, Guest.Id, new PowerRequest(PowerAction.Shutdown), None));

        var export = await ReadyAsync(Exports.ExportVmAsync(Portal.Owner, Guest.Id, new ExportRequest(), None));

        Assert.False(Guest.IsActive);
        foreach (var disk in export.Disks)
        {
            GuestHost.Run("qemu-img", "compare", Path.Combine(booted.Host.Folder, disk.Volume), Guest.DiskFile(disk.Target));
        }

        await DeleteAsync(export);
    }

    [Fact]
    public async Task Download_InPiecesAtAnyPlace_EqualsTheFile()
    {
        await booted.ReadyAsync();
        var snapshot = await Portal.TakeAsync(Guest.Id, "downloaded");
        var export = await ReadyAsync(Exports.ExportSnapshotAsync(Portal.Owner, snapshot.Id, new ExportRequest(), None));
        var file = Path.Combine(booted.Host.Folder, export.Disks[0].Volume);
        var whole = await File.ReadAllBytesAsync(file);
        await using var content = (await Exports.OpenAsync(Portal.Owner, export.Id, "vda", None)).Value!.Content;

        Assert.Equal(whole.Length, content.Length);
        using var read = new MemoryStream();
        await content.CopyToAsync(read);
        Assert.Equal(SHA256.HashData(whole), SHA256.HashData(read.ToArray()));

        // A download that broke off goes on in the middle of a window, and in the last one.
        foreach (var offset in new[] { 12_345_678L % whole.Length, whole.Length - 1000, 0 })
        {
            content.Seek(offset, SeekOrigin.Begin);
            var piece = new byte[Math.Min(100_000, whole.Length - offset)];
            await content.ReadExactlyAsync(piece);
            Assert.Equal(whole[(int)offset..(int)(offset + piece.Length)], piece);
        }

        content.Seek(whole.Length, SeekOrigin.Begin);
        Assert.Equal(0, await content.ReadAsync(new byte[10]));
        await DeleteAsync(export);
    }

    [Fact]
    public async Task Cancel_WhileItCopies_LeavesNothing()
    {
        await booted.ReadyAsync();

        // Enough that the copy is still under way when it is cancelled.
        await Guest.ShAsync("dd if=/dev/urandom of=/data/much bs=1M count=40 2>/dev/null; sync");
        var snapshot = await Portal.TakeAsync(Guest.Id, "cancelled");
        foreach (var request in new Func<Task<Outcome<OperationView>>>[]
        {
            () => Exports.ExportSnapshotAsync(Portal.Owner, snapshot.Id, new ExportRequest(), None),
            () => Exports.ExportVmAsync(Portal.Owner, Guest.Id, new ExportRequest(), None),
        })
        {
            var operation = (await request()).Value!;
            await Eventually.TrueAsync(async () => (await Portal.Operations.GetAsync(Portal.Owner, operation.Id, None)).Value is { CurrentStep: "Copy" or "Freeze" } or { IsActive: false }, "it copies");
            await Portal.Operations.CancelAsync(Portal.Owner, operation.Id, None);
            var ended = await Portal.EndAsync(operation.Id);

            if (ended.State == OperationState.Succeeded)
            {
                // The machine was quicker than the cancel: then there is an export, which goes as any other.
                await DeleteAsync((await Exports.GetAsync(Portal.Owner, operation.Id, None)).Value!);
            }
            else
            {
                Assert.Equal(OperationState.Cancelled, ended.State);
                Assert.False((await Exports.GetAsync(Portal.Owner, operation.Id, None)).IsSuccess);
            }
        }

        AssertNothingLeft();
        Assert.Equal("thawed", Guest.FreezeStatus());
        Assert.True(Guest.AgentAnswers());
    }

    [Fact]
    public async Task Export_IntoAPoolThatIsNotThere_FailsAndSaysSo()
    {
        await booted.ReadyAsync();
        var operation = await Portal.EndAsync(await Exports.ExportVmAsync(Portal.Administrator, Guest.Id, new ExportRequest(Pool: "no-such-pool"), None));

        Assert.Equal(FailureCodes.PoolUnknown, operation.ErrorCode);
        var export = (await Exports.GetAsync(Portal.Owner, operation.Id, None)).Value!;
        Assert.Equal((ExportState.Failed, FailureCodes.PoolUnknown), (export.State, export.FailureCode));
        AssertNothingLeft();
    }

    private async Task<ExportView> ReadyAsync(Task<Outcome<OperationView>> requested)
    {
        var operation = await Portal.SucceedAsync(requested);
        var export = (await Exports.GetAsync(Portal.Owner, operation.Id, None)).Value!;
        Assert.Equal(ExportState.Ready, export.State);
        return export;
    }

    private async Task DeleteAsync(ExportView export)
    {
        Assert.True((await Exports.DeleteAsync(Portal.Owner, export.Id, None)).IsSuccess);
        await Eventually.TrueAsync(async () => !(await Exports.GetAsync(Portal.Owner, export.Id, None)).IsSuccess, "the export is gone");
        foreach (var disk in export.Disks)
        {
            Assert.False(File.Exists(Path.Combine(booted.Host.Folder, disk.Volume)));
        }
    }

    private void AssertNothingLeft()
    {
        Assert.Empty(Directory.EnumerateFiles(booted.Host.Folder, "export-*"));
        foreach (var domain in booted.Host.Connection.ListAllDomains())
        {
            using (domain)
            {
                Assert.DoesNotContain("sp-export-", domain.Name, StringComparison.Ordinal);
            }
        }
    }
}
