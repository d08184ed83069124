using System.Xml.Linq;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What a definition boots from, read and written.</summary>
public sealed class BootOrderTests
{
    private const string Card = "52:54:00:12:34:56";

    [Theory]
    [InlineData("", "", "vda- vdb- sda- mac-")]
    [InlineData("<boot dev='hd'/>", "", "vda1 vdb- sda- mac-")]
    [InlineData("<boot dev='network'/><boot dev='cdrom'/><boot dev='hd'/>", "", "mac1 sda2 vda3 vdb-")]
    [InlineData("", "<boot order='2'/>", "vda1 vdb- sda- mac-")]
    public void Order_EitherWayItIsSaid_IsRead(string os, string disk, string expected)
        => Assert.Equal(expected, Read(DomainDefinition.Parse(Machine(os, disk))));

    [Fact]
    public void Order_Written_IsReadBackAndNothingElseIsChanged()
    {
        var before = Machine("<boot dev='hd'/><bootmenu enable='yes'/>", "<serial>x</serial>");

        var after = DomainDefinition.Parse(before).WithBootOrder(["sda", Card, "vdb"]);

        Assert.Equal("sda1 mac2 vdb3 vda-", Read(DomainDefinition.Parse(after)));
        var xml = XElement.Parse(after);
        Assert.Empty(xml.Element("os")!.Elements("boot"));
        xml.Descendants("boot").Remove();
        var expected = XElement.Parse(before);
        expected.Descendants("boot").Remove();
        Assert.True(XNode.DeepEquals(expected, xml));
    }

    [Fact]
    public void Order_OfWhatIsNoChoiceHere_ComesAfterTheOthers()
    {
        var device = "<hostdev mode='subsystem' type='pci'><boot order='1'/></hostdev>";

        var xml = XElement.Parse(DomainDefinition.Parse(Machine("", "<boot order='2' loadparm='1'/>", device)).WithBootOrder(["vdb", "vda"]));

        Assert.Equal(["2", "1", "3"], xml.Descendants("boot").Select(static b => b.Attribute("order")!.Value));
        Assert.Equal("1", xml.Descendants("boot").First().Attribute("loadparm")!.Value);
    }

    [Fact]
    public void Order_OfADeviceThatIsNotThere_IsRefused()
    {
        var refused = Assert.Throws<EngineException>(static () => DomainDefinition.Parse(Machine("", "")).WithBootOrder(["vda", "vdz"]));

        Assert.Equal(FailureCodes.BootOrderInvalid, refused.Code);
        Assert.Contains("vdz", refused.Message, StringComparison.Ordinal);
    }

    private static string Read(DomainDefinition definition)
        => string.Join(' ', definition.BootDevices.Select(static d => $"{(d.Id == Card ? "mac" : d.Id)}{d.Place?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}"));

    private static string Machine(string os, string disk, string more = "")
        => $"""
            <domain type='qemu'><name>web</name><os><type>hvm</type>{os}</os><devices>
              <disk type='file' device='disk'><target dev='vda'/>{disk}</disk>
              <disk type='file' device='disk'><target dev='vdb'/></disk>
              <disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>
              <interface type='user'><mac address='{Card}'/></interface>{more}
            </devices></domain>
            """;
}
