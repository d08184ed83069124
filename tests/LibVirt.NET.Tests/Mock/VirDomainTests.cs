namespace LibVirt.Tests.Mock;

public sealed class VirDomainTests
{
    [Fact]
    public void Identity_EveryWayToFindIt_IsTheSame()
    {
        using var host = new MockHost();
        Assert.Equal("guest", host.Domain.Name);
        Assert.Equal(Guid.Parse(MockHost.DomainUuid), host.Domain.Uuid);
        Assert.Equal("linux", host.Domain.OsType);
        Assert.Same(host.Connection, host.Domain.Connection);
        var id = Assert.NotNull(host.Domain.Id);
        using var byId = host.Connection.LookupDomainById(id);
        using var byUuid = host.Connection.LookupDomainByUuid(host.Domain.Uuid);
        var all = host.Connection.ListAllDomains(ListDomainsFlags.Active | ListDomainsFlags.Persistent);
        using var listed = Assert.Single(all);
        Assert.Equal(["guest", "guest", "guest"], [byId.Name, byUuid.Name, listed.Name]);
        Assert.Empty(host.Connection.ListAllDomains(ListDomainsFlags.Inactive));
    }

    [Fact]
    public void Lifecycle_OneStepAfterTheOther_StateFollows()
    {
        using var host = new MockHost();
        var domain = host.Domain;
        Assert.True(domain.IsActive);
        Assert.True(domain.IsPersistent);
        Assert.False(domain.IsUpdated);
        domain.Suspend();
        Assert.Equal(new DomainStateInfo(DomainState.Paused, (int)DomainPausedReason.User), domain.GetState());
        domain.Resume();
        Assert.Equal(DomainState.Running, domain.GetState().State);
        domain.Reboot();
        domain.Shutdown();
        Assert.Equal(new DomainStateInfo(DomainState.ShutOff, (int)DomainShutoffReason.Shutdown), domain.GetState());
        domain.Create(DomainCreateFlags.None);
        domain.Destroy();
        Assert.Equal(new DomainStateInfo(DomainState.ShutOff, (int)DomainShutoffReason.Destroyed), domain.GetState());
        domain.Rename("renamed");
        using var renamed = host.Connection.LookupDomainByName("renamed");
        Assert.Null(renamed.Id);
        renamed.Undefine();
        Assert.Empty(host.Connection.ListAllDomains());
    }

    [Fact]
    public void Sizes_Changed_AreReadBack()
    {
        using var host = new MockHost();
        var domain = host.Domain;
        var info = domain.GetInfo();
        Assert.Equal((DomainState.Running, 8192UL, 4096UL, 2), (info.State, info.MaxMemoryKiB, info.MemoryKiB, info.VirtualCpus));
        Assert.Equal(8192UL, domain.GetMaxMemory());
        Assert.Equal(2, domain.GetMaxVcpus());
        domain.SetMemory(2048);
        Assert.Equal(2048UL, domain.GetInfo().MemoryKiB);
        domain.SetVcpus(1, DomainVcpuFlags.Live);
        Assert.Equal(1, domain.GetVcpus(DomainVcpuFlags.Live));
        domain.SetVcpus(1, DomainVcpuFlags.Config);
        domain.Destroy();
        domain.SetMaxMemory(16384);
        Assert.Equal(16384UL, domain.GetMaxMemory());
        domain.SetAutostart(true);
        Assert.True(domain.GetAutostart());
        domain.SetAutostart(false);
        Assert.False(domain.GetAutostart());
    }

    [Fact]
    public void DefineAndCreate_Xml_MakePersistentAndTransientDomains()
    {
        using var host = new MockHost();
        const string Xml = "<domain type='test'><name>{0}</name><memory>4096</memory><os><type>hvm</type></os></domain>";
        using var persistent = host.Connection.DefineDomain(Xml.Replace("{0}", "one", StringComparison.Ordinal));
        using var transient = host.Connection.CreateDomain(Xml.Replace("{0}", "two", StringComparison.Ordinal));
        Assert.Equal((false, true), (persistent.IsActive, persistent.IsPersistent));
        Assert.Equal((true, false), (transient.IsActive, transient.IsPersistent));
        Assert.Contains("<name>one</name>", persistent.GetXmlDescription(DomainXmlFlags.Inactive), StringComparison.Ordinal);
        var error = Assert.Throws<LibvirtException>(() => host.Connection.DefineDomain("<domain"));
        Assert.Equal(LibvirtErrorCode.XmlDetail, error.Code);
    }

    [Fact]
    public void Metadata_TitleDescriptionAndElement_AreKeptAndRemoved()
    {
        using var host = new MockHost();
        var domain = host.Domain;
        const string Uri = "https://example.org/notes";
        domain.SetMetadata(DomainMetadataType.Title, "Käse – ✓");
        Assert.Equal("Käse – ✓", domain.GetMetadata(DomainMetadataType.Title));
        domain.SetMetadata(DomainMetadataType.Description, "long text");
        Assert.Equal("long text", domain.GetMetadata(DomainMetadataType.Description));
        domain.SetMetadata(DomainMetadataType.Element, "<note a='1'/>", "n", Uri);
        Assert.Contains("note", domain.GetMetadata(DomainMetadataType.Element, Uri), StringComparison.Ordinal);
        domain.SetMetadata(DomainMetadataType.Element, null, null, Uri);
        var error = Assert.Throws<LibvirtException>(() => domain.GetMetadata(DomainMetadataType.Element, Uri));
        Assert.Equal(LibvirtErrorCode.NoDomainMetadata, error.Code);
    }

    [Fact]
    public void FsFreezeAndThaw_AllOrSome_CountFileSystems()
    {
        using var host = new MockHost();
        var domain = host.Domain;
        Assert.Equal(2, domain.FsFreeze());
        Assert.Equal(2, domain.FsThaw());
        Assert.Equal(1, domain.FsFreeze(["/"]));
        Assert.Equal(1, domain.FsThaw(["/"]));
        domain.FsTrim();
        var systems = domain.GetFsInfo();
        Assert.Equal(["/", "/boot"], systems.Select(system => system.MountPoint));
        Assert.All(systems, system => Assert.Equal(("ext4", 1), (system.FileSystemType, system.DiskTargets.Count)));
    }

    [Fact]
    public void Guest_AskedThroughTheMockAgent_Answers()
    {
        using var host = new MockHost();
        var domain = host.Domain;
        Assert.NotEmpty(domain.GetHostname());
        domain.SetUserPassword("mary", "secret");
        domain.SetTime(DateTimeOffset.FromUnixTimeSeconds(272727).AddTicks(5));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(272727).AddTicks(5), domain.GetTime());
        domain.SendKey(KeycodeSet.Linux, TimeSpan.FromMilliseconds(10), 29, 56, 111);
        var network = Assert.Single(domain.GetInterfaceAddresses(DomainInterfaceAddressesSource.Lease));
        Assert.Equal("testnet0", network.Name);
        Assert.Equal("aa:bb:cc:dd:ee:ff", network.HardwareAddress);
        var address = Assert.Single(network.Addresses);
        Assert.StartsWith("192.168.122.", address.Address, StringComparison.Ordinal);
        Assert.Equal((IPAddressType.Ipv4, 24), (address.Type, address.Prefix));
    }

    [Fact]
    public void Stats_Mock_AreRead()
    {
        using var host = new MockHost();
        var domain = host.Domain;
        Assert.True(domain.BlockStats("vda").ReadRequests >= 0);
        Assert.True(domain.InterfaceStats("testnet0").ReceivedBytes >= 0);
        Assert.NotNull(domain.GetCpuStats().GetUInt64("cpu_time"));
        var stats = Assert.Single(host.Connection.GetAllDomainStats(DomainStatsTypes.State));
        Assert.Equal(("guest", domain.Uuid), (stats.DomainName, stats.DomainUuid));
        Assert.Equal((ulong)DomainState.Running, stats.Parameters.GetUInt64("state.state"));
        Assert.Equal((ulong)DomainState.Running, domain.GetAllStats(DomainStatsTypes.State).GetUInt64("state.state"));
        Assert.True(domain.GetBlockInfo("vda").Capacity > 0);
    }

    [Fact]
    public void SaveAndRestore_File_BringsTheDomainBack()
    {
        using var host = new MockHost();
        host.Domain.Save(host.Scratch);
        Assert.False(host.Domain.IsActive);
        host.Connection.RestoreDomain(host.Scratch);
        using var restored = host.Connection.LookupDomainByName("guest");
        Assert.True(restored.IsActive);
        restored.ManagedSave();
        Assert.True(restored.HasManagedSave());
        restored.ManagedSaveRemove();
        Assert.False(restored.HasManagedSave());
    }

    [Fact]
    public void Snapshots_Tree_IsListedRevertedAndDeleted()
    {
        using var host = new MockHost();
        var domain = host.Domain;
        Assert.False(domain.HasCurrentSnapshot());
        using var first = domain.CreateSnapshot("<domainsnapshot><name>first</name></domainsnapshot>");
        using var second = domain.CreateSnapshot("<domainsnapshot><name>second</name></domainsnapshot>");
        Assert.True(domain.HasCurrentSnapshot());
        using var current = domain.CurrentSnapshot();
        Assert.Equal("second", current.Name);
        Assert.Equal((false, true, true), (first.IsCurrent, second.IsCurrent, second.HasMetadata));
        using var parent = second.GetParent();
        Assert.Equal("first", parent.Name);
        Assert.Equal(LibvirtErrorCode.NoDomainSnapshot, Assert.Throws<LibvirtException>(() => first.GetParent()).Code);
        using var child = Assert.Single(first.ListAllChildren());
        Assert.Equal("second", child.Name);
        var all = domain.ListAllSnapshots(DomainSnapshotListFlags.Topological);
        Assert.Equal(["first", "second"], all.Select(snapshot => snapshot.Name));
        foreach (var snapshot in all)
        {
            snapshot.Dispose();
        }

        Assert.Contains("<name>first</name>", first.GetXmlDescription(), StringComparison.Ordinal);
        using var found = domain.LookupSnapshotByName("first");
        found.Revert(DomainSnapshotRevertFlags.Paused);
        Assert.Equal(DomainState.Paused, domain.GetState().State);
        first.Delete(DomainSnapshotDeleteFlags.Children);
        Assert.Empty(domain.ListAllSnapshots());
    }
}
