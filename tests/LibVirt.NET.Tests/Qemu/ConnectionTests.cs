namespace LibVirt.Tests.Qemu;

[Collection("qemu")]
public sealed class ConnectionTests(QemuHost host)
{
    [Fact]
    public void Properties_Qemu_TellWhatItIs()
    {
        var connection = host.Connection;
        Assert.Contains(":///session", connection.Uri, StringComparison.Ordinal);
        Assert.Equal("QEMU", connection.HypervisorType);
        Assert.True(connection.HypervisorVersion >= new Version(6, 0, 0));
        Assert.Contains("<domainCapabilities>", connection.GetDomainCapabilities(arch: "x86_64", virtType: "qemu"), StringComparison.Ordinal);
        Assert.Contains("<storagepoolCapabilities>", connection.GetStoragePoolCapabilities(), StringComparison.Ordinal);
        Assert.True(connection.SetKeepAlive(5, 5));
        Assert.True(connection.IsAlive);
        Assert.True(connection.GetNodeInfo().Cpus > 0);
        Assert.True(connection.GetFreeMemory() > 0);
    }

    [Fact]
    public void HostStats_Qemu_CountWhatTheHostDoes()
    {
        var connection = host.Connection;
        var before = connection.GetCpuStats();
        var memory = connection.GetMemoryStats();

        Assert.All(["kernel", "user", "idle", "iowait"], kind => Assert.Contains(kind, before.Keys));
        Assert.True(connection.GetCpuStats()["idle"] >= before["idle"]);
        Assert.InRange(memory["free"], 1UL, memory["total"]);
    }

    [Fact]
    public void GetSysinfo_Host_IsXmlOrUnsupported()
    {
        try
        {
            Assert.Contains("<sysinfo", host.Connection.GetSysinfo(), StringComparison.Ordinal);
        }
        catch (LibvirtException error)
        {
            // Without access to the SMBIOS tables there is none.
            Assert.Equal("virConnectGetSysinfo", error.Function);
        }
    }

    [Fact]
    public void Dispose_AfterEventsDomainsAndStreams_LastReferenceIsGone()
    {
        var connection = VirConnection.Open(host.Uri);
        using (connection.WatchDomainEvents(TestContext.Current.CancellationToken))
        using (connection.WatchDomainEvents(TestContext.Current.CancellationToken))
        using (connection.CreateStream(VirStreamFlags.NonBlocking))
        {
            foreach (var domain in connection.ListAllDomains())
            {
                domain.Dispose();
            }
        }

        connection.Dispose();
        Assert.Equal(0, connection.Handle.CloseResult);
    }
}
