namespace LibVirt.Tests.Mock;

public sealed class StorageTests
{
    private const string Volume = "<volume><name>{0}</name><capacity unit='MiB'>8</capacity></volume>";

    [Fact]
    public void Pool_Lifecycle_StateFollows()
    {
        using var host = new MockHost();
        var connection = host.Connection;
        using var pool = connection.LookupStoragePoolByName("images");
        using var byUuid = connection.LookupStoragePoolByUuid(pool.Uuid);
        Assert.Equal("images", byUuid.Name);
        Assert.Same(connection, pool.Connection);
        Assert.Equal((true, true), (pool.IsActive, pool.IsPersistent));
        Assert.Equal(StoragePoolState.Running, pool.GetInfo().State);
        Assert.True(pool.GetInfo() is { Capacity: > 0, Available: > 0 });
        Assert.Contains("<name>images</name>", pool.GetXmlDescription(), StringComparison.Ordinal);
        pool.SetAutostart(true);
        Assert.True(pool.GetAutostart());
        pool.Refresh();
        pool.Destroy();
        Assert.False(pool.IsActive);
        pool.Create();
        Assert.True(pool.IsActive);
        pool.Destroy();
        pool.Build();
        pool.Delete();
        pool.Undefine();
        Assert.Empty(connection.ListAllStoragePools());
    }

    [Fact]
    public void Pool_DefinedOrCreated_IsPersistentOrTransient()
    {
        using var host = new MockHost();
        using var defined = host.Connection.DefineStoragePool("<pool type='dir'><name>a</name><target><path>/nowhere/a</path></target></pool>");
        using var created = host.Connection.CreateStoragePool("<pool type='dir'><name>b</name><target><path>/nowhere/b</path></target></pool>");
        Assert.Equal((false, true), (defined.IsActive, defined.IsPersistent));
        Assert.Equal((true, false), (created.IsActive, created.IsPersistent));
        Assert.Equal(3, host.Connection.ListAllStoragePools().Count);
        using var listed = Assert.Single(host.Connection.ListAllStoragePools(ListStoragePoolsFlags.Inactive));
        Assert.Equal("a", listed.Name);
    }

    [Fact]
    public void Volume_MadeCopiedAndDeleted_IsFoundEveryWay()
    {
        using var host = new MockHost();
        using var pool = host.Connection.LookupStoragePoolByName("images");
        using var volume = pool.CreateVolume(Volume.Replace("{0}", "one", StringComparison.Ordinal));
        Assert.Equal("one", volume.Name);
        Assert.Equal("/nowhere/images/one", volume.Path);
        Assert.Same(host.Connection, volume.Connection);
        Assert.Equal(8UL << 20, volume.GetInfo().Capacity);
        Assert.Contains("<name>one</name>", volume.GetXmlDescription(), StringComparison.Ordinal);
        using var byName = pool.LookupVolumeByName("one");
        using var byPath = host.Connection.LookupStorageVolumeByPath(volume.Path);
        using var byKey = host.Connection.LookupStorageVolumeByKey(volume.Key);
        Assert.Equal(["one", "one", "one"], [byName.Name, byPath.Name, byKey.Name]);
        using var home = host.Connection.LookupStoragePoolByVolume(volume);
        Assert.Equal("images", home.Name);
        using var copy = pool.CreateVolumeFrom(Volume.Replace("{0}", "two", StringComparison.Ordinal), volume);
        Assert.Equal(["one", "two"], pool.ListAllVolumes().Select(one => one.Name).Order(StringComparer.Ordinal));
        copy.Delete();
        using var left = Assert.Single(pool.ListAllVolumes());
        Assert.Equal(LibvirtErrorCode.NoStorageVolume, Assert.Throws<LibvirtException>(() => pool.LookupVolumeByName("two")).Code);
    }
}
