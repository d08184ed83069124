using System.Text;

namespace LibVirt.Tests.Qemu;

[Collection("qemu")]
public sealed class GuestTests(QemuHost host)
{
    [Fact]
    public async Task Lifecycle_PausedStart_EventsAndStatesFollow()
    {
        using var disk = host.CreateDisk();
        using var domain = host.DefineGuest(disk);
        using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        try
        {
            domain.Create(DomainCreateFlags.Paused);
            Assert.Equal(DomainState.Paused, domain.GetState().State);
            domain.Resume();
            domain.Reset();
            domain.InjectNmi();
            domain.SendKey(KeycodeSet.Linux, TimeSpan.FromMilliseconds(1), 28);
            domain.Destroy();
            var stopped = await events.NextAsync<DomainLifecycleEvent>(one => one.DomainUuid == domain.Uuid && one.Type == DomainLifecycleEventType.Stopped);
            Assert.Equal((int)DomainEventStoppedDetail.Destroyed, stopped.Detail);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void Agent_NotRunning_EveryCallSaysUnresponsive()
    {
        using var domain = host.StartGuest(DomainCreateFlags.None);
        try
        {
            domain.AgentSetResponseTimeout(1);
            foreach (var call in (Action[])[
                () => domain.FsFreeze(),
                () => domain.FsThaw(),
                () => domain.FsTrim(),
                () => domain.GetFsInfo(),
                () => domain.GetGuestInfo(DomainGuestInfoTypes.OperatingSystem),
                () => domain.GetHostname(DomainGetHostnameFlags.Agent),
                () => domain.GetTime(),
                () => domain.SetTime(DateTimeOffset.UnixEpoch),
                () => domain.SetUserPassword("root", "x"),
                () => domain.GetInterfaceAddresses(DomainInterfaceAddressesSource.Agent),
                () => domain.QemuAgentCommand("{\"execute\":\"guest-ping\"}", 1),
                () => domain.Shutdown(DomainShutdownFlags.GuestAgent)])
            {
                var error = Assert.Throws<LibvirtException>(call);
                Assert.True(error.Code == LibvirtErrorCode.AgentUnresponsive, $"{error.Function}: {error.Code} {error.Message}");
                Assert.True(error.IsTransient);
            }
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void Stats_RunningGuest_AreRead()
    {
        using var disk = host.CreateEchoDisk();
        using var domain = host.StartGuest(DomainCreateFlags.Paused, disk);
        try
        {
            Assert.True(domain.BlockStats("vda") is { ReadRequests: >= 0, WriteBytes: >= 0 });
            Assert.NotNull(domain.BlockStatsDetailed("vda").GetUInt64("rd_operations"));
            domain.SetMemoryStatsPeriod(1);
            Assert.True(domain.MemoryStats()[DomainMemoryStatTag.ActualBalloon] > 0);
            Assert.Equal(1UL << 20, domain.GetBlockInfo("vda").Capacity);
            var stats = domain.GetAllStats(DomainStatsTypes.State | DomainStatsTypes.Block | DomainStatsTypes.Vcpu);
            Assert.Equal("vda", stats.GetString("block.0.name"));
            Assert.Equal((ulong)DomainState.Paused, stats.GetUInt64("state.state"));
            Assert.Contains(host.Connection.GetAllDomainStats(DomainStatsTypes.State, DomainStatsFlags.Active), one => one.DomainUuid == domain.Uuid);
            Assert.Contains("\"status\":\"prelaunch\"", domain.QemuMonitorCommand("{\"execute\":\"query-status\"}"), StringComparison.Ordinal);
            Assert.Contains("VM status", domain.QemuMonitorCommand("info status", QemuMonitorCommandFlags.Human), StringComparison.Ordinal);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public async Task Devices_AddedChangedAndRemoved_FollowInTheXml()
    {
        using var disk = host.CreateDisk();
        using var extra = host.CreateDisk();
        using var domain = host.DefineGuest(disk);
        try
        {
            var xml = $"<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='{extra.Path}'/><target dev='vdb' bus='virtio'/></disk>";
            domain.AttachDevice(xml, DomainDeviceModifyFlags.Config);
            Assert.Contains("vdb", domain.GetXmlDescription(DomainXmlFlags.Inactive), StringComparison.Ordinal);
            domain.DetachDevice(xml, DomainDeviceModifyFlags.Config);
            Assert.DoesNotContain("vdb", domain.GetXmlDescription(DomainXmlFlags.Inactive), StringComparison.Ordinal);
            domain.UpdateDevice("<graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1' keymap='de'/>", DomainDeviceModifyFlags.Config);
            Assert.Contains("keymap=\"de\"", domain.GetXmlDescription(DomainXmlFlags.Inactive).Replace('\'', '"'), StringComparison.Ordinal);

            domain.Create(DomainCreateFlags.Paused);
            using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
            domain.AttachDevice("<input type='tablet' bus='usb'><alias name='ua-tablet'/></input>", DomainDeviceModifyFlags.Live);
            Assert.Contains("ua-tablet", domain.GetXmlDescription(), StringComparison.Ordinal);
            domain.DetachDeviceAlias("ua-tablet", DomainDeviceModifyFlags.Live);
            var removed = await events.NextAsync<DomainDeviceRemovedEvent>(one => one.DomainUuid == domain.Uuid);
            Assert.Equal("ua-tablet", removed.DeviceAlias);
            domain.SetMetadata(DomainMetadataType.Title, "changed", flags: DomainModificationImpact.Live);
            var changed = await events.NextAsync<DomainMetadataChangeEvent>(one => one.DomainUuid == domain.Uuid);
            Assert.Equal((DomainMetadataType.Title, null), (changed.Type, changed.NamespaceUri));
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void Screenshot_RunningGuest_IsAPicture()
    {
        using var domain = host.StartGuest(DomainCreateFlags.None);
        try
        {
            using var picture = new MemoryStream();
            var type = domain.Screenshot(picture);
            Assert.StartsWith("image/", type, StringComparison.Ordinal);
            var start = Encoding.Latin1.GetString(picture.ToArray(), 0, 4);
            Assert.True(start.Contains("PNG", StringComparison.Ordinal) || start.StartsWith("P6", StringComparison.Ordinal), start);

            using var stream = host.Connection.CreateStream();
            Assert.Equal(type, domain.Screenshot(stream));
            stream.Abort();
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public async Task OpenGraphicsFd_RunningGuest_SpeaksVnc()
    {
        using var domain = host.StartGuest(DomainCreateFlags.Paused);
        try
        {
            using var socket = domain.OpenGraphicsFd(flags: DomainOpenGraphicsFlags.SkipAuth);
            var greeting = new byte[4];
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            Assert.Equal(4, await socket.ReceiveAsync(greeting, limit.Token));
            Assert.Equal("RFB ", Encoding.ASCII.GetString(greeting));
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public async Task Console_NonBlocking_EchoesWithoutBlockingAThread()
    {
        using var disk = host.CreateEchoDisk();
        using var domain = host.StartGuest(DomainCreateFlags.None, disk);
        try
        {
            var stream = host.Connection.CreateStream(VirStreamFlags.NonBlocking);
            domain.OpenConsole(null, stream, DomainConsoleFlags.Force);
            await using var console = stream.AsStream();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(TimeSpan.FromSeconds(60));

            // The first dot says that the guest has booted; from then on it echoes.
            await ReadUntil(console, '.', limit.Token);
            foreach (var letter in "ping")
            {
                await console.WriteAsync(new[] { (byte)letter }, limit.Token);
                await ReadUntil(console, letter, limit.Token);
            }

            domain.Suspend();
            using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadUntil(console, '\0', impatient.Token));
            domain.Resume();
            await ReadUntil(console, '.', limit.Token);
            domain.Destroy();
            await Eventually.TrueAsync(() => !domain.IsActive, "the guest is off", TimeSpan.FromMinutes(1));
            await ReadToTheEnd(console, limit.Token);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public async Task Console_WaitingForInputAndDisposed_WaitEnds()
    {
        using var domain = host.StartGuest(DomainCreateFlags.Paused);
        try
        {
            var stream = host.Connection.CreateStream(VirStreamFlags.NonBlocking);
            domain.OpenConsole(null, stream);
            var waiting = stream.WaitAsync(VirStreamEvents.Readable, TestContext.Current.CancellationToken);
            Assert.False(waiting.IsCompleted);
            stream.Dispose();
            Assert.Equal(VirStreamEvents.HangUp, await waiting);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    [Fact]
    public void OpenChannel_RunningGuest_ConnectsOrSaysWhoHasIt()
    {
        using var domain = host.StartGuest(DomainCreateFlags.Paused);
        try
        {
            using var stream = host.Connection.CreateStream();

            // libvirt itself talks to the agent through the only channel there is.
            Assert.Equal("virDomainOpenChannel", Assert.Throws<LibvirtException>(() => domain.OpenChannel("org.nobody.0", stream)).Function);
        }
        finally
        {
            QemuHost.Remove(domain);
        }
    }

    private static async Task ReadUntil(Stream stream, char wanted, CancellationToken cancellationToken)
    {
        var buffer = new byte[64];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (buffer.AsSpan(0, count).Contains((byte)wanted))
            {
                return;
            }
        }

        Assert.Fail($"The stream ended before '{wanted}'.");
    }

    private static async Task ReadToTheEnd(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[64];
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) > 0)
            {
                // What the guest sent last.
            }
        }
        catch (LibvirtException)
        {
            // A pty that is gone reads as an error, not as an end.
        }
    }
}
