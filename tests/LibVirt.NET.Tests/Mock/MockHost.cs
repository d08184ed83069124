namespace LibVirt.Tests.Mock;

/// <summary>A mock hypervisor of its own for one test: connections to test:///default would share one.</summary>
internal sealed class MockHost : IDisposable
{
    internal const string DomainUuid = "004b96e1-2d78-c30f-5aa5-f03c87d21e69";

    private const string Node = $"""
        <node>
          <domain type='test'>
            <name>guest</name>
            <uuid>{DomainUuid}</uuid>
            <memory unit='KiB'>8192</memory>
            <currentMemory unit='KiB'>4096</currentMemory>
            <vcpu>2</vcpu>
            <os><type>hvm</type></os>
            <devices>
              <disk type='file' device='disk'><source file='/nowhere/guest.img'/><target dev='vda' bus='virtio'/></disk>
              <interface type='network'><mac address='aa:bb:cc:dd:ee:ff'/><source network='default'/><target dev='testnet0'/></interface>
            </devices>
          </domain>
          <network>
            <name>default</name>
            <bridge name='virbr0'/>
            <ip address='192.168.122.1' netmask='255.255.255.0'><dhcp><range start='192.168.122.128' end='192.168.122.253'/></dhcp></ip>
          </network>
          <pool type='dir'>
            <name>images</name>
            <uuid>dfe224cb-28fb-8dd0-c4b2-64eb3f0f4566</uuid>
            <target><path>/nowhere/images</path></target>
          </pool>
        </node>
        """;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"libvirt-net-{Guid.NewGuid():N}.xml");

    internal MockHost()
    {
        File.WriteAllText(_path, Node);
        Connection = VirConnection.Open($"test://{_path}");
        Domain = Connection.LookupDomainByName("guest");
    }

    internal VirConnection Connection { get; }

    internal VirDomain Domain { get; }

    internal string Scratch => _path + ".save";

    public void Dispose()
    {
        Domain.Dispose();
        Connection.Dispose();
        File.Delete(_path);
        File.Delete(Scratch);
    }
}
