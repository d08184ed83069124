using System.Xml.Linq;
using SnapshotPortal.Engine.Libvirt.Definitions;

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

    [Theory]
    [InlineData("sp-0199c1d2e3f4711280a1b2c3d4e5f607.qcow2", true)]
    [InlineData("sp-0199c1d2e3f4711280a1b2c3d4e5f607.raw", false)]
    [InlineData("sp-mine.qcow2", false)]
    [InlineData("web.qcow2", false)]
    [InlineData("sp-.qcow2", false)]
    public void LayerIdOf_AVolume_IsKnownOfThePortalsOnly(string name, bool expected)
        => Assert.Equal(expected, Volumes.LayerIdOf(name) is not null);

    private static string Domain(string metadata) => $"<domain type='qemu'><name>web</name><uuid>{Guid.Empty}</uuid><metadata>{metadata}</metadata><memory>1024</memory><devices/></domain>";
}
