using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>What libvirt says that guests can have on a host (https://libvirt.org/formatcaps.html).</summary>
internal static class HostCapabilities
{
    /// <summary>The <c>arch</c> elements of the guests that run there, for one architecture such as <c>x86_64</c>.</summary>
    public static IEnumerable<XElement> Guests(VirConnection connection, string? architecture)
        => SafeXml.Parse(connection.GetCapabilities()).Elements("guest").Elements("arch").Where(a => a.Attribute("name")?.Value == architecture);
}
