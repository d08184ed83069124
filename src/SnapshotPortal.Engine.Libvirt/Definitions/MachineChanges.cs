using System.Globalization;
using System.Xml.Linq;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Gives a definition other processors, memory, network or media.</summary>
internal static class MachineChanges
{
    public static void Apply(XElement root, CloneChanges changes)
    {
        if (changes.VCpus is { } vcpus)
        {
            SetVCpus(root, vcpus);
        }

        if (changes.MemoryBytes is { } memory)
        {
            foreach (var name in new[] { "memory", "currentMemory" })
            {
                var element = root.Element(name);
                if (element is null)
                {
                    root.Add(element = new XElement(name));
                }

                element.SetAttributeValue("unit", "KiB");
                element.SetValue((memory / 1024).ToString(CultureInfo.InvariantCulture));
            }
        }

        if (changes.Network is { } network && root.Element("devices") is { } devices)
        {
            SetNetwork(devices, network);
        }
    }

    /// <summary>Puts a disc into the first empty drive, or into a new one.</summary>
    public static void InsertDisc(XElement root, string path)
    {
        var devices = root.Element("devices")!;
        var drive = devices.Elements("disk").FirstOrDefault(static d => d.Attribute("device")?.Value is "cdrom" && d.Element("source") is null && d.Attribute("type")?.Value is null or "file");
        if (drive is null)
        {
            // Old PCs have IDE on board; for SATA libvirt adds a controller where there is none.
            var isOld = root.Element("os")?.Element("type")?.Attribute("machine")?.Value is "pc" or ['p', 'c', '-', 'i', ..];
            drive = new XElement(
                "disk",
                new XAttribute("type", "file"),
                new XAttribute("device", "cdrom"),
                new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", "raw")),
                new XElement("target", new XAttribute("dev", FreeTarget(devices, isOld ? "hd" : "sd")), new XAttribute("bus", isOld ? "ide" : "sata")),
                new XElement("readonly"));
            devices.Add(drive);
        }

        drive.Element("driver")?.SetAttributeValue("type", "raw");
        drive.Elements("source").Remove();
        var source = new XElement("source", new XAttribute("file", path));
        if (drive.Element("driver") is { } driver)
        {
            driver.AddAfterSelf(source);
        }
        else
        {
            drive.AddFirst(source);
        }
    }

    private static void SetVCpus(XElement root, int vcpus)
    {
        root.Elements("vcpus").Remove();
        var element = root.Element("vcpu");
        if (element is null)
        {
            root.Add(element = new XElement("vcpu"));
        }

        element.SetAttributeValue("current", null);
        element.SetValue(vcpus.ToString(CultureInfo.InvariantCulture));
        if (root.Element("cpu")?.Element("topology") is { } topology)
        {
            var each = Number(topology, "dies") * Number(topology, "clusters") * Number(topology, "cores") * Number(topology, "threads");
            if (vcpus % each == 0)
            {
                topology.SetAttributeValue("sockets", (vcpus / each).ToString(CultureInfo.InvariantCulture));
            }
            else
            {
                topology.Remove();
            }
        }

        root.Elements("cputune").Elements().Where(e => e.Name.LocalName is "vcpupin" or "vcpusched" && int.TryParse(e.Attribute(e.Name.LocalName == "vcpupin" ? "vcpu" : "vcpus")?.Value, CultureInfo.InvariantCulture, out var n) && n >= vcpus).Remove();
    }

    private static void SetNetwork(XElement devices, CloneNetwork network)
    {
        if (network.Name is not { } name)
        {
            devices.Elements("interface").Remove();
            return;
        }

        var cards = devices.Elements("interface").ToList();
        if (cards.Count == 0)
        {
            var card = new XElement("interface", new XElement("model", new XAttribute("type", "virtio")));
            devices.Add(card);
            cards.Add(card);
        }

        foreach (var card in cards)
        {
            // What belongs to the way it was plugged in before: sockets, addresses, a switch's parameters.
            card.Elements().Where(static e => e.Name.LocalName is "source" or "backend" or "virtualport" or "ip" or "route" or "portForward" or "vlan" or "actual").Remove();
            card.SetAttributeValue("type", "network");
            card.AddFirst(new XElement("source", new XAttribute("network", name)));
        }
    }

    private static string FreeTarget(XElement devices, string prefix)
    {
        var taken = devices.Elements("disk").Elements("target").Select(static t => t.Attribute("dev")?.Value).ToHashSet(StringComparer.Ordinal);

        // From the end of what a controller has, because people put their disks at its beginning.
        return Enumerable.Range(0, prefix == "hd" ? 4 : 26).Reverse().Select(n => $"{prefix}{(char)('a' + n)}").First(t => !taken.Contains(t));
    }

    private static int Number(XElement topology, string name)
        => int.TryParse(topology.Attribute(name)?.Value, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : 1;
}
