using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>A new machine is another machine to everybody who looks at it from outside.</summary>
public sealed class IdentityTests
{
    [Fact]
    public async Task Clone_OfAMachineWithTheSourcesIdentity_HasItsOwnEverywhere()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("source"), start: false, xml => xml
            .Replace("<os>", $"<genid>{Guid.NewGuid()}</genid><sysinfo type='smbios'><system><entry name='uuid'>{Uuid(xml)}</entry><entry name='serial'>SN-1</entry><entry name='family'>lab</entry></system></sysinfo><os><smbios mode='sysinfo'/>", StringComparison.Ordinal)
            .Replace("<graphics type='vnc' autoport='yes' listen='127.0.0.1'/>", "<graphics type='vnc' port='5977' autoport='no' listen='127.0.0.1' passwd='secret'/>", StringComparison.Ordinal)
            .Replace("</devices>", "<disk type='file' device='cdrom'><source file='/var/empty/installer.iso'/><target dev='hdc' bus='ide'/><readonly/></disk></devices>", StringComparison.Ordinal));
        await portal.AdoptAsync(id);
        var snapshot = await portal.TakeAsync(id, "whole");

        var made = await portal.SucceedAsync(portal.Snapshots.CloneAsync(portal.Owner, snapshot.Id, new CloneVmRequest(host.NewName("copy"), Start: false), CancellationToken.None));

        var (source, copy) = (Xml(host, id), Xml(host, made.VmId));
        Assert.Equal(made.VmId.ToString(), copy.Element("uuid")!.Value);
        Assert.NotEqual(source.Element("genid")!.Value, copy.Element("genid")!.Value);
        Assert.NotEqual(Mac(source), Mac(copy));
        var system = copy.Element("sysinfo")!.Element("system")!.Elements("entry").ToDictionary(static e => e.Attribute("name")!.Value, static e => e.Value, StringComparer.Ordinal);
        Assert.Equal((made.VmId.ToString(), made.VmId.ToString(), "lab"), (system["uuid"], system["serial"], system["family"]));
        var display = copy.Element("devices")!.Element("graphics")!;
        Assert.Equal(("yes", null), (display.Attribute("autoport")!.Value, display.Attribute("passwd")?.Value));
        Assert.Null(copy.Element("devices")!.Elements("disk").Single(static d => d.Attribute("device")!.Value == "cdrom").Element("source"));
        Assert.Equal("5977", source.Element("devices")!.Element("graphics")!.Attribute("port")!.Value);
    }

    private static XElement Xml(GuestHost host, Guid id) => XElement.Parse(host.Guest(id).Xml(DomainXmlFlags.Inactive | DomainXmlFlags.Secure));

    private static string Uuid(string xml) => XElement.Parse(xml[xml.IndexOf("<domain", StringComparison.Ordinal)..]).Element("uuid")!.Value;

    private static string Mac(XElement domain) => domain.Element("devices")!.Element("interface")!.Element("mac")!.Attribute("address")!.Value;
}
