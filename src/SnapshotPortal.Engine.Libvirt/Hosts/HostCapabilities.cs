using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>What libvirt says that guests can have on a host (https://libvirt.org/formatcaps.html).</summary>
internal static class HostCapabilities
{
    /// <summary>libvirt's version and the hypervisor's.</summary>
    public static string Versions(VirConnection connection) => $"libvirt {connection.LibVersion}, {connection.HypervisorType} {connection.HypervisorVersion}";

    /// <summary>The <c>arch</c> elements of the guests that run there, for one architecture such as <c>x86_64</c>.</summary>
    public static IEnumerable<XElement> Guests(VirConnection connection, string? architecture)
        => Architectures(connection).Where(a => a.Attribute("name")?.Value == architecture);

    /// <summary>Whether libvirt offers KVM there: for a guest of any architecture, and for one of x86-64.</summary>
    public static (bool Any, bool X86) Kvm(VirConnection connection)
    {
        var accelerated = Architectures(connection).Where(static a => a.Elements("domain").Any(static d => d.Attribute("type")?.Value is "kvm")).ToList();
        return (accelerated.Count > 0, accelerated.Exists(static a => a.Attribute("name")?.Value is "x86_64"));
    }

    private static IEnumerable<XElement> Architectures(VirConnection connection)
        => SafeXml.Parse(connection.GetCapabilities()).Elements("guest").Elements("arch");
}
