namespace LibVirt.Tests.Mock;

public sealed class VirNetworkTests
{
    [Fact]
    public void Network_Lifecycle_StateFollows()
    {
        using var host = new MockHost();
        using var network = host.Connection.LookupNetworkByName("default");
        using var byUuid = host.Connection.LookupNetworkByUuid(network.Uuid);
        Assert.Equal("default", byUuid.Name);
        Assert.Equal("virbr0", network.BridgeName);
        Assert.Equal((true, true), (network.IsActive, network.IsPersistent));
        network.SetAutostart(true);
        Assert.True(network.GetAutostart());
        Assert.Contains("<bridge name=\"virbr0\"", network.GetXmlDescription().Replace('\'', '"'), StringComparison.Ordinal);
        network.Destroy();
        Assert.False(network.IsActive);
        network.Create();
        network.Destroy();
        network.Undefine();
        Assert.Empty(host.Connection.ListAllNetworks());
    }

    [Fact]
    public void Network_DefinedOrCreated_IsPersistentOrTransient()
    {
        using var host = new MockHost();
        using var defined = host.Connection.DefineNetwork("<network><name>a</name><bridge name='br-a'/></network>");
        using var created = host.Connection.CreateNetwork("<network><name>b</name><bridge name='br-b'/></network>");
        Assert.Equal((false, true), (defined.IsActive, defined.IsPersistent));
        Assert.Equal((true, false), (created.IsActive, created.IsPersistent));
        using var listed = Assert.Single(host.Connection.ListAllNetworks(ListNetworksFlags.Inactive));
        Assert.Equal("a", listed.Name);
    }

    [Fact]
    public void DhcpLeases_DriverWithout_Throws()
    {
        using var host = new MockHost();
        using var network = host.Connection.LookupNetworkByName("default");
        Assert.Equal(LibvirtErrorCode.NoSupport, Assert.Throws<LibvirtException>(() => network.GetDhcpLeases()).Code);
    }
}
