namespace LibVirt.Tests.Qemu;

[Collection("qemu")]
public sealed class BlockJobTests(QemuHost host)
{
    private const DomainSnapshotCreateFlags External =
        DomainSnapshotCreateFlags.DiskOnly | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata;

    [Fact]
    public async Task BlockCommit_ActiveLayer_BecomesReadyAndPivots()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        try
        {
            var overlay = Overlay(domain);
            Assert.Contains(overlay, domain.GetXmlDescription(), StringComparison.Ordinal);
            Assert.Null(domain.GetBlockJobInfo("vda"));
            domain.BlockCommit("vda", null, null, 0, DomainBlockCommitFlags.Active);
            var ready = await events.NextAsync<DomainBlockJobEvent>(one => one.DomainUuid == domain.Uuid);
            Assert.Equal(("vda", DomainBlockJobType.ActiveCommit, DomainBlockJobStatus.Ready), (ready.Disk, ready.Type, ready.Status));
            var info = Assert.NotNull(domain.GetBlockJobInfo("vda", DomainBlockJobInfoFlags.BandwidthBytes));
            Assert.Equal((DomainBlockJobType.ActiveCommit, info.End), (info.Type, info.Current));
            domain.BlockJobAbort("vda", DomainBlockJobAbortFlags.Pivot);
            var done = await events.NextAsync<DomainBlockJobEvent>(one => one.DomainUuid == domain.Uuid);
            Assert.Equal(DomainBlockJobStatus.Completed, done.Status);
            Assert.DoesNotContain(overlay, domain.GetXmlDescription(), StringComparison.Ordinal);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public async Task BlockPullAndRebase_Chain_BecomesShorter()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        try
        {
            var middle = Overlay(domain);
            Overlay(domain);
            domain.BlockRebase("vda", disk.Path);
            var rebased = await events.NextAsync<DomainBlockJobEvent>(one => one.DomainUuid == domain.Uuid);
            Assert.Equal((DomainBlockJobType.Pull, DomainBlockJobStatus.Completed), (rebased.Type, rebased.Status));
            Assert.DoesNotContain(middle, domain.GetXmlDescription(), StringComparison.Ordinal);
            domain.BlockPull("vda", 1 << 20, DomainBlockPullFlags.BandwidthBytes);
            var pulled = await events.NextAsync<DomainBlockJobEvent>(one => one.DomainUuid == domain.Uuid);
            Assert.Equal(DomainBlockJobStatus.Completed, pulled.Status);
            Assert.DoesNotContain(disk.Path, domain.GetXmlDescription(), StringComparison.Ordinal);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public async Task BlockCopy_WithBandwidth_CanBeSlowedAndCancelled()
    {
        using var disk = host.CreateDisk(4);
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        try
        {
            var xml = $"<disk type='file'><source file='{host.NewPath(".qcow2")}'/><driver type='qcow2'/></disk>";
            domain.BlockCopy("vda", xml, new TypedParameters { ["bandwidth"] = 8UL << 20 }, DomainBlockCopyFlags.TransientJob);
            domain.BlockJobSetSpeed("vda", 4 << 20, DomainBlockJobSetSpeedFlags.BandwidthBytes);
            await events.NextAsync<DomainBlockJobEvent>(one => one.DomainUuid == domain.Uuid && one.Status == DomainBlockJobStatus.Ready);
            var info = Assert.NotNull(domain.GetBlockJobInfo("vda", DomainBlockJobInfoFlags.BandwidthBytes));
            Assert.Equal((DomainBlockJobType.Copy, 4UL << 20), (info.Type, info.Bandwidth));
            domain.BlockJobAbort("vda");
            Assert.Null(domain.GetBlockJobInfo("vda"));
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void BlockResize_RunningGuest_GrowsTheDisk()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        try
        {
            domain.BlockResize("vda", 128UL << 20, DomainBlockResizeFlags.Bytes);
            Assert.Equal(128UL << 20, domain.GetBlockInfo("vda").Capacity);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void BlockJobAbort_NoJob_Throws()
    {
        using var disk = host.CreateDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        try
        {
            Assert.Equal("virDomainBlockJobAbort", Assert.Throws<LibvirtException>(() => domain.BlockJobAbort("vda")).Function);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    private string Overlay(VirDomain domain)
    {
        var path = host.NewPath(".qcow2");
        using var snapshot = domain.CreateSnapshot(
            $"<domainsnapshot><disks><disk name='vda' snapshot='external'><source file='{path}'/></disk></disks></domainsnapshot>", External);
        Assert.NotEmpty(snapshot.Name);
        return path;
    }
}
