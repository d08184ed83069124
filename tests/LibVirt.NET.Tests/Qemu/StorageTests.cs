namespace LibVirt.Tests.Qemu;

[Collection("qemu")]
public sealed class StorageTests(QemuHost host)
{
    [Fact]
    public void Volume_UploadedAndDownloaded_IsTheSame()
    {
        using var volume = host.CreateDisk(2, "raw");
        var data = new byte[2 << 20];
        new Random(7).NextBytes(data);
        volume.Upload(new MemoryStream(data));
        using var all = new MemoryStream();
        volume.Download(all);
        Assert.Equal(data, all.ToArray());
        using var part = new MemoryStream();
        volume.Download(part, offset: 1000, length: 70_000);
        Assert.Equal(data[1000..71_000], part.ToArray());
        volume.Wipe();
        using var wiped = new MemoryStream();
        volume.Download(wiped);
        Assert.True(wiped.ToArray().All(one => one == 0));
        volume.Delete();
    }

    [Fact]
    public async Task Volume_NonBlockingStreams_CarryTheSameBytes()
    {
        using var volume = host.CreateDisk(2, "raw");
        var data = new byte[2 << 20];
        new Random(8).NextBytes(data);
        var token = TestContext.Current.CancellationToken;
        using (var upload = host.Connection.CreateStream(VirStreamFlags.NonBlocking))
        {
            volume.Upload(upload);
            await upload.AsStream().WriteAsync(data, token);
            upload.Finish();
        }

        using var download = host.Connection.CreateStream(VirStreamFlags.NonBlocking);
        volume.Download(download);
        using var back = new MemoryStream();
        await download.AsStream().CopyToAsync(back, token);
        download.Finish();
        Assert.Equal(data, back.ToArray());
    }

    [Fact]
    public async Task Volume_BlockingStreamReadAsynchronously_CarriesTheSameBytes()
    {
        using var volume = host.CreateDisk(1, "raw");
        var data = new byte[1 << 20];
        new Random(9).NextBytes(data);
        using (var upload = host.Connection.CreateStream())
        {
            volume.Upload(upload);
            await using var stream = upload.AsStream();
            await stream.WriteAsync(data, TestContext.Current.CancellationToken);
            upload.Finish();
        }

        using var download = host.Connection.CreateStream();
        volume.Download(download);
        var back = new byte[data.Length];
        await download.AsStream().ReadExactlyAsync(back, TestContext.Current.CancellationToken);
        Assert.Equal(data, back);
        download.Abort();
    }

    [Fact]
    public async Task Stream_WrongUse_IsRefused()
    {
        using var nonBlocking = host.Connection.CreateStream(VirStreamFlags.NonBlocking);
        using var blocking = host.Connection.CreateStream();
        Assert.Throws<InvalidOperationException>(() => nonBlocking.ReceiveAll(Stream.Null));
        Assert.Throws<InvalidOperationException>(() => nonBlocking.SendAll(Stream.Null));
        Assert.Throws<InvalidOperationException>(() => nonBlocking.AsStream().ReadByte());
        await Assert.ThrowsAsync<InvalidOperationException>(() => blocking.WaitAsync(VirStreamEvents.Readable, TestContext.Current.CancellationToken));
        Assert.Equal("virStreamRecv", Assert.Throws<LibvirtException>(() => blocking.Recv(new byte[1])).Function);
    }

    [Fact]
    public void Upload_SourceFails_StreamIsBrokenOffAndConnectionLives()
    {
        using var volume = host.CreateDisk(1, "raw");
        Assert.Throws<InvalidDataException>(() => volume.Upload(new FailingStream()));
        Assert.True(host.Connection.IsAlive);
        Assert.Equal(1UL << 20, volume.GetInfo().Capacity);
    }

    [Fact]
    public void Volume_ResizedAndCopied_HasTheNewSize()
    {
        using var volume = host.CreateDisk(4);
        volume.Resize(8UL << 20);
        Assert.Equal(8UL << 20, volume.GetInfo().Capacity);
        Assert.True(volume.GetInfo(StorageVolumeInfoFlags.GetPhysical).Allocation > 0);
        using var copy = host.Pool.CreateVolumeFrom(
            $"<volume><name>{Guid.NewGuid():N}.qcow2</name><capacity>{8 << 20}</capacity><target><format type='qcow2'/></target></volume>", volume);
        Assert.Equal(8UL << 20, copy.GetInfo().Capacity);
        copy.Delete();
    }

    [Fact]
    public void Pool_OfADirectory_IsFoundByItsPath()
    {
        using var pool = host.Connection.LookupStoragePoolByTargetPath(host.Directory);
        Assert.Equal(host.Prefix, pool.Name);
        using var disk = host.CreateDisk(1);
        using var found = host.Connection.LookupStorageVolumeByPath(disk.Path);
        Assert.Equal(disk.Key, found.Key);
        Assert.NotEmpty(host.Pool.ListAllVolumes());
    }

    private sealed class FailingStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidDataException();
    }
}
