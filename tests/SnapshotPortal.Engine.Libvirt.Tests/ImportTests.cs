using System.Xml.Linq;
using LibVirt;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Images;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Images from elsewhere on a real libvirt.</summary>
public sealed class ImportTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private GuestHost _host = null!;
    private PortalUnderTest _portal = null!;
    private Guid _hostId;

    private IImages Images => _portal.Services.GetRequiredService<IImages>();

    public async ValueTask InitializeAsync()
    {
        _host = GuestHost.Create();
        _portal = await PortalUnderTest.StartAsync(settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["SnapshotPortal:Images:LargestFile"] = $"{24 << 20}",
            ["SnapshotPortal:Images:LargestDisk"] = $"{2L << 30}",
        });
        await using var db = await _portal.DbAsync();
        _hostId = (await db.Hosts.SingleAsync()).Id;
        await Eventually.TrueAsync(async () => (await Images.ListAsync(_portal.Administrator, None)).Value is { Count: 1 }, "the host is connected");
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _host.Dispose();
    }

    [Fact]
    public async Task Upload_OfAQcow2_BecomesAMachineThatSharesNothing()
    {
        await using var content = File.OpenRead(Path.Combine(_host.GuestFolder, "demo.qcow2"));
        var image = (await Images.UploadAsync(_portal.Administrator, new UploadImageRequest(_hostId, _host.PoolName, "Demo Guest.QCOW2", content.Length), content, None)).Value!;
        Assert.Equal((ImageKind.Qcow2, 1L << 30, content.Length), (image.Kind, image.VirtualSize, image.FileBytes));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_host.GuestFolder, "demo.qcow2"), None), await File.ReadAllBytesAsync(Path.Combine(_host.Folder, image.Volume), None));
        Assert.Contains((await Images.ListAsync(_portal.Administrator, None)).Value!.Single().Pools.Single(p => p.Name == _host.PoolName).Images, i => i.Volume == image.Volume);

        var name = _host.NewName("imported");
        var made = await _portal.SucceedAsync(Images.ImportAsync(_portal.Administrator, new ImportVmRequest(_hostId, _host.PoolName, image.Volume, name, _portal.Owner.UserId) { VCpus = 1, MemoryBytes = 128L << 20, Start = true }, None));
        var vm = (await _portal.Vms.GetAsync(_portal.Owner, made.VmId, None)).Value!;
        Assert.Equal((name, VmOrigin.Imported, PowerState.Running), (vm.Name, vm.Origin, vm.Power));
        Assert.Single(_host.Guest(made.VmId).Chain("vda"));
        var xml = XElement.Parse(_host.Guest(made.VmId).Xml(DomainXmlFlags.Inactive));
        Assert.Equal("127.0.0.1", xml.Descendants("graphics").Single().Attribute("listen")!.Value);
        var kvm = await _portal.Services.GetRequiredService<IHostChecks>().CheckAsync(new HostRef(_hostId, "local", GuestHost.Uri, []), again: false, None);
        Assert.Equal(kvm is { HasKvm: true, KvmTrouble: null } ? "kvm" : "qemu", xml.Attribute("type")!.Value);
        Assert.Equal(
            kvm.KvmTrouble is { } trouble ? [$"KVM is offered by libvirt but does not run here: {trouble} This machine is emulated, which is slow."] : [],
            made.Steps.Select(static s => s.Detail).OfType<string>());
        await FileAgreement.AssertAsync(_portal, _host);
        await _portal.TakeAsync(made.VmId, "it can be snapshotted");
        await _portal.SucceedAsync(_portal.Vms.DeleteAsync(_portal.Owner, made.VmId, null, None));
        await Eventually.TrueAsync(() => Task.FromResult(!Directory.EnumerateFiles(_host.Folder, "sp-*").Any()), "its files are removed", TimeSpan.FromSeconds(30));
        Assert.True(File.Exists(Path.Combine(_host.Folder, image.Volume)));
    }

    [Fact]
    public async Task Upload_ThatRefersToAnotherFile_IsRefusedAndRemoved()
    {
        var secret = Path.Combine(_host.Folder, "secret.raw");
        await File.WriteAllBytesAsync(secret, new byte[1 << 20], None);
        foreach (var options in new[] { $"backing_file={secret},backing_fmt=raw", $"data_file={secret},data_file_raw=on" })
        {
            var path = Path.Combine(Path.GetTempPath(), $"sp-{Guid.NewGuid():N}.qcow2");
            GuestHost.Run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, path, "1M");

            var refused = (await UploadAsync(await File.ReadAllBytesAsync(path, None), "evil.qcow2")).Failure!;

            Assert.Equal((FailureKind.Invalid, FailureCodes.ImageRefused), (refused.Kind, refused.Code));
            File.Delete(path);
        }

        await AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData(0, "empty")]
    [InlineData(25 << 20, "larger than")]
    public async Task Upload_OfAnUnfitSize_IsRefusedAndRemoved(int bytes, string why)
    {
        Assert.Contains(why, (await UploadAsync(new byte[bytes], "disk.img")).Failure!.Message, StringComparison.Ordinal);
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Upload_CutOffInTheHeader_IsRefusedAndLeavesThePoolAlone()
    {
        var path = Path.Combine(Path.GetTempPath(), $"sp-{Guid.NewGuid():N}.qcow2");
        GuestHost.Run("qemu-img", "create", "-q", "-f", "qcow2", path, "1M");

        var refused = (await UploadAsync((await File.ReadAllBytesAsync(path, None))[..50], "torn.qcow2")).Failure!;

        File.Delete(path);
        Assert.Equal((FailureKind.Invalid, FailureCodes.ImageRefused), (refused.Kind, refused.Code));
        await AssertNothingLeftAsync();
        Assert.Contains((await Images.ListAsync(_portal.Administrator, None)).Value!.Single().Pools, p => p.Name == _host.PoolName);
    }

    [Fact]
    public async Task Upload_OfADiskLargerThanAllowed_IsRefusedAndRemoved()
    {
        var path = Path.Combine(Path.GetTempPath(), $"sp-{Guid.NewGuid():N}.qcow2");
        GuestHost.Run("qemu-img", "create", "-q", "-f", "qcow2", path, "3G");

        Assert.Contains("3.0 GiB", (await UploadAsync(await File.ReadAllBytesAsync(path, None), "big.qcow2")).Failure!.Message, StringComparison.Ordinal);
        File.Delete(path);
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Upload_ThatBreaksOff_LeavesNothing()
    {
        await Assert.ThrowsAsync<IOException>(() => Images.UploadAsync(_portal.Administrator, new UploadImageRequest(_hostId, _host.PoolName, "broken.img"), new BrokenStream(3 << 20), None));
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Import_OfAnImageInThePoolThatRefersToAnother_IsRefusedAndLeft()
    {
        GuestHost.Run("qemu-img", "create", "-q", "-f", "qcow2", Path.Combine(_host.Folder, "base.qcow2"), "1M");
        GuestHost.Run("qemu-img", "create", "-q", "-f", "qcow2", "-b", Path.Combine(_host.Folder, "base.qcow2"), "-F", "qcow2", Path.Combine(_host.Folder, "child.qcow2"));

        var ended = await _portal.EndAsync(await Images.ImportAsync(_portal.Administrator, new ImportVmRequest(_hostId, _host.PoolName, "child.qcow2", _host.NewName("child")) { MemoryBytes = 64L << 20 }, None));

        Assert.Equal((OperationState.Failed, FailureCodes.ImageRefused), (ended.State, ended.ErrorCode));
        Assert.True(File.Exists(Path.Combine(_host.Folder, "child.qcow2")));
        Assert.False((await _portal.Vms.GetAsync(_portal.Administrator, ended.VmId, None)).IsSuccess);
    }

    [Fact]
    public async Task Import_OfAnIso_HasItInTheDriveAndAnEmptyDisk()
    {
        var disc = new byte[1 << 20];
        "CD001"u8.CopyTo(disc.AsSpan(0x8001));
        var image = (await UploadAsync(disc, "installer.iso")).Value!;
        Assert.Equal(ImageKind.Iso, image.Kind);

        var made = await _portal.SucceedAsync(Images.ImportAsync(_portal.Administrator, new ImportVmRequest(_hostId, _host.PoolName, image.Volume, _host.NewName("iso")) { MemoryBytes = 64L << 20, DiskBytes = 1L << 30 }, None));

        var disks = XElement.Parse(_host.Guest(made.VmId).Xml(DomainXmlFlags.Inactive)).Descendants("disk").ToDictionary(static d => d.Attribute("device")!.Value, static d => d.Element("source")!.Attribute("file")!.Value, StringComparer.Ordinal);
        Assert.Equal(Path.Combine(_host.Folder, image.Volume), disks["cdrom"]);
        Assert.Contains("\"virtual-size\": 1073741824", GuestHost.Run("qemu-img", "info", "--output=json", disks["disk"]), StringComparison.Ordinal);
        await FileAgreement.AssertAsync(_portal, _host);
    }

    private async Task<Outcome<Operations.Views.UploadedImageView>> UploadAsync(byte[] content, string name)
    {
        using var stream = new MemoryStream(content);
        return await Images.UploadAsync(_portal.Administrator, new UploadImageRequest(_hostId, _host.PoolName, name), stream, None);
    }

    private async Task AssertNothingLeftAsync()
    {
        await Eventually.TrueAsync(() => Task.FromResult(!Directory.EnumerateFiles(_host.Folder, "upload-*").Any()), "the upload is removed");
        await Eventually.TrueAsync(
            async () =>
            {
                await using var db = await _portal.DbAsync();
                return !await db.Layers.AnyAsync();
            },
            "its row is gone",
            TimeSpan.FromSeconds(30));
    }

    /// <summary>Sends so many bytes and then loses the line.</summary>
    private sealed class BrokenStream(int bytes) : Stream
    {
        private int _left = bytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_left == 0)
            {
                throw new IOException("The line is lost.");
            }

            var now = Math.Min(count, _left);
            _left -= now;
            return now;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
