using System.Xml.Linq;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What becomes of the metadata in a definition.</summary>
public sealed class DefinitionTests
{
    private const string Record = "<sp:record xmlns:sp='urn:snapshotportal:record:1' revision='3'>old</sp:record>";
    private const string Others = "<libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://debian.org/debian/12'/></libosinfo:libosinfo>";

    [Fact]
    public void NewMachine_OfADefinitionWithARecord_DropsOursAndKeepsWhatOthersWrote()
    {
        var xml = XElement.Parse(DomainDefinition.Parse(Domain(Record + Others)).AsNewMachine("copy", Guid.NewGuid(), new Dictionary<string, string>(StringComparer.Ordinal)));

        Assert.Equal("libosinfo", Assert.Single(xml.Element("metadata")!.Elements()).Name.LocalName);
    }

    [Fact]
    public void NewMachine_OfADefinitionWithNothingButARecord_HasNoMetadata()
        => Assert.Null(XElement.Parse(DomainDefinition.Parse(Domain(Record)).AsNewMachine("copy", Guid.NewGuid(), new Dictionary<string, string>(StringComparer.Ordinal))).Element("metadata"));

    [Fact]
    public void OtherFiles_WithThePresentRecord_ReplacesTheSnapshotsAndKeepsWhatOthersWrote()
    {
        var present = DomainDefinition.Parse(Domain(Record.Replace("old", "present", StringComparison.Ordinal))).Record;

        var xml = DomainDefinition.Parse(DomainDefinition.Parse(Domain(Record + Others)).OnOtherFiles("web", Guid.NewGuid(), new Dictionary<string, string>(StringComparer.Ordinal), present));

        Assert.Equal("present", XElement.Parse(xml.Record!).Value);
        Assert.Contains("debian.org", xml.WithoutRecord(), StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutRecord_OfADefinition_LosesNothingElse()
    {
        var without = DomainDefinition.Parse(Domain(Record + Others)).WithoutRecord();

        Assert.Null(DomainDefinition.Parse(without).Record);
        Assert.True(XNode.DeepEquals(XElement.Parse(Domain(Others)), XElement.Parse(without)));
    }

    [Fact]
    public void Networks_OfADefinition_AreTheOnesOfLibvirtThatItsCardsArePluggedInto()
    {
        const string Cards = "<devices><interface type='network'><source network='lab'/></interface><interface type='bridge'><source bridge='br0'/></interface><interface type='network'><source network='lab'/></interface><interface type='user'/><interface type='network'><source network='rooms'/></interface></devices>";

        Assert.Equal(["lab", "rooms"], DomainDefinition.Parse($"<domain><name>a</name>{Cards}</domain>").Networks);
        Assert.Empty(DomainDefinition.Parse("<domain><name>a</name></domain>").Networks);
    }

    [Theory]
    [InlineData("sp-0199c1d2e3f4711280a1b2c3d4e5f607.qcow2", true)]
    [InlineData("sp-0199c1d2e3f4711280a1b2c3d4e5f607.raw", false)]
    [InlineData("sp-mine.qcow2", false)]
    [InlineData("web.qcow2", false)]
    [InlineData("sp-.qcow2", false)]
    public void LayerIdOf_AVolume_IsKnownOfThePortalsOnly(string name, bool expected)
        => Assert.Equal(expected, Volumes.LayerIdOf(name) is not null);

    [Theory]
    [InlineData("<serial type='file'><source path='/var/log/web.log'/></serial>", "serial", "pty", null)]
    [InlineData("<serial type='tcp'><source mode='bind' host='127.0.0.1' service='5555'/><protocol type='raw'/></serial>", "serial", "pty", null)]
    [InlineData("<serial type='unix'><source mode='bind' path='/run/web.sock'/></serial>", "serial", "pty", null)]
    [InlineData("<serial type='tcp'><source mode='connect' host='logs' service='5555'/></serial>", "serial", "tcp", "<source mode=\"connect\" host=\"logs\" service=\"5555\" />")]
    [InlineData("<channel type='unix'><source mode='bind' path='/run/web.agent'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>", "channel", "unix", "<target type=\"virtio\" name=\"org.qemu.guest_agent.0\" />")]
    [InlineData("<console type='pty'><source path='/dev/pts/4'/><log file='/var/log/console'/></console>", "console", "pty", null)]
    [InlineData("<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>", "channel", "spicevmc", "<target type=\"virtio\" name=\"com.redhat.spice.0\" />")]
    public void NewMachine_CharacterDevice_KeepsNoPathOrPortOfTheOther(string device, string name, string type, string? rest)
    {
        var copy = Device(device, name);

        Assert.Equal(type, copy.Attribute("type")!.Value);
        Assert.Equal(rest ?? "", string.Concat(copy.Elements().Select(static e => e.ToString(SaveOptions.DisableFormatting))));
    }

    [Theory]
    [InlineData("<graphics type='vnc' port='5977' autoport='no' websocket='5700' passwd='x' passwdValidTo='2030-01-01T00:00:00'/>", "type port autoport websocket", "-1")]
    [InlineData("<graphics type='spice' port='5978' tlsPort='5979' passwd='x'/>", "type port autoport", "-1")]
    [InlineData("<graphics type='vnc' socket='/run/web.vnc'><listen type='socket' socket='/run/web.vnc'/></graphics>", "type", null)]
    public void NewMachine_Display_KeepsNoPortPasswordOrSocketOfTheOther(string device, string attributes, string? port)
    {
        var copy = Device(device, "graphics");

        Assert.Equal(attributes, string.Join(' ', copy.Attributes().Select(static a => a.Name.LocalName)));
        Assert.Equal(port, copy.Attribute("port")?.Value);
        Assert.DoesNotContain("/run/web", copy.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void NewMachine_NetworkCard_KeepsNoAddressOrPortOfTheOther()
    {
        var copy = Device("<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='ovs0' portid='x'/><virtualport type='openvswitch'><parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f' profileid='p'/></virtualport><target dev='vnet7'/><model type='virtio'/><boot order='2'/></interface>", "interface");

        Assert.Equal("source virtualport model boot", string.Join(' ', copy.Elements().Select(static e => e.Name.LocalName)));
        Assert.Equal("profileid", Assert.Single(copy.Descendants("parameters").Attributes()).Name.LocalName);
        Assert.Null(copy.Element("source")!.Attribute("portid"));
    }

    [Fact]
    public void NewMachine_HostAndFileBoundDevices_AreDroppedAndToldOf()
    {
        const string Devices = "<hostdev mode='subsystem' type='pci'/><tpm model='tpm-crb'/><memory model='nvdimm'><source><path>/tmp/nv</path></source></memory><vsock model='virtio'><cid auto='no' address='42'/></vsock><disk type='file' device='cdrom'><source file='/iso/a.iso'/><target dev='sda' bus='sata'/></disk>";
        var definition = DomainDefinition.Parse(Domain("").Replace("<devices/>", $"<devices>{Devices}</devices>", StringComparison.Ordinal));

        var copy = XElement.Parse(definition.AsNewMachine("copy", Guid.NewGuid(), new Dictionary<string, string>(StringComparer.Ordinal))).Element("devices")!;

        Assert.Equal("vsock disk", string.Join(' ', copy.Elements().Select(static e => e.Name.LocalName)));
        Assert.Equal(("yes", null), (copy.Element("vsock")!.Element("cid")!.Attribute("auto")!.Value, copy.Element("vsock")!.Element("cid")!.Attribute("address")?.Value));
        Assert.Null(copy.Element("disk")!.Element("source"));
        Assert.Equal(4, definition.NotCloned.Count());
    }

    [Fact]
    public void NewMachine_FirmwareTables_AreItsOwnAndUnknownPartsStay()
    {
        var definition = DomainDefinition.Parse(Domain("").Replace(
            "<memory>",
            "<sysinfo type='smbios'><system><entry name='uuid'>x</entry><entry name='serial'>s</entry><entry name='family'>lab</entry></system><baseBoard><entry name='serial'>b</entry></baseBoard><chassis><entry name='serial'>c</entry><entry name='asset'>a</entry></chassis></sysinfo><unknown a='1'><b/></unknown><memory>",
            StringComparison.Ordinal));
        var id = Guid.NewGuid();

        var copy = XElement.Parse(definition.AsNewMachine("copy", id, new Dictionary<string, string>(StringComparer.Ordinal)));

        Assert.Equal([$"{id}", $"{id}", "lab", $"{id}", $"{id}", "a"], copy.Descendants("entry").Select(static e => e.Value));
        Assert.Equal("<unknown a=\"1\"><b /></unknown>", copy.Element("unknown")!.ToString(SaveOptions.DisableFormatting));
    }

    [Fact]
    public void NewMachine_OfAnotherSizeOnAnotherNetwork_IsChangedThereOnly()
    {
        var definition = DomainDefinition.Parse(Domain("").Replace("<memory>1024</memory><devices/>", "<memory unit='KiB'>1024</memory><vcpu placement='static' current='1'>4</vcpu><cpu><topology sockets='2' cores='2' threads='1'/></cpu><cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='3' cpuset='1'/></cputune><devices><interface type='user'><backend type='passt'/><model type='virtio'/></interface></devices>", StringComparison.Ordinal));

        var copy = XElement.Parse(definition.AsNewMachine("copy", Guid.NewGuid(), new Dictionary<string, string>(StringComparer.Ordinal), new CloneChanges(2, 256L << 20, new CloneNetwork("lab"))));

        Assert.Equal("<vcpu placement=\"static\">2</vcpu>", copy.Element("vcpu")!.ToString());
        Assert.Equal(("1", "2"), (copy.Descendants("topology").Single().Attribute("sockets")!.Value, copy.Descendants("topology").Single().Attribute("cores")!.Value));
        Assert.Equal("0", Assert.Single(copy.Descendants("vcpupin")).Attribute("vcpu")!.Value);
        Assert.Equal("262144", copy.Element("memory")!.Value);
        Assert.Equal("<interface type=\"network\"><source network=\"lab\" /><model type=\"virtio\" /></interface>", copy.Descendants("interface").Single().ToString(SaveOptions.DisableFormatting));
    }

    [Theory]
    [InlineData("pc-i440fx-7.2", "hdd", "ide")]
    [InlineData("q35", "sdz", "sata")]
    public void NewMachine_WithASeed_HasItInADriveOfItsKind(string machine, string target, string bus)
    {
        var definition = DomainDefinition.Parse(Domain("").Replace("<memory>", $"<os><type machine='{machine}'>hvm</type></os><memory>", StringComparison.Ordinal));

        var drive = XElement.Parse(definition.AsNewMachine("copy", Guid.NewGuid(), new Dictionary<string, string>(StringComparer.Ordinal), seed: "/pool/seed")).Descendants("disk").Single();

        Assert.Equal(("cdrom", "/pool/seed", target, bus), (drive.Attribute("device")!.Value, drive.Element("source")!.Attribute("file")!.Value, drive.Element("target")!.Attribute("dev")!.Value, drive.Element("target")!.Attribute("bus")!.Value));
    }

    private static XElement Device(string device, string name)
        => XElement.Parse(DomainDefinition.Parse(Domain("").Replace("<devices/>", $"<devices>{device}</devices>", StringComparison.Ordinal))
            .AsNewMachine("copy", Guid.NewGuid(), new Dictionary<string, string>(StringComparer.Ordinal))).Element("devices")!.Element(name)!;

    private static string Domain(string metadata) => $"<domain type='qemu'><name>web</name><uuid>{Guid.Empty}</uuid><metadata>{metadata}</metadata><memory>1024</memory><devices/></domain>";
}
