using System.Xml.Linq;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>
/// Takes out of a definition all that there can be only once, on the host and on its networks. What is not known here stays:
/// a definition may hold anything.
/// </summary>
internal sealed class MachineIdentity(XElement root)
{
    private static readonly string[] _pretended = ["serial", "uuid"];

    /// <summary>Memory modules whose content is a file.</summary>
    public static IEnumerable<XElement> FileMemory(XElement root)
        => (root.Element("devices")?.Elements("memory") ?? []).Where(static m => m.Element("source")?.Element("path") is not null);

    /// <summary>Makes it another machine's definition.</summary>
    public void Renew(string name, Guid uuid, IReadOnlyDictionary<string, string> paths)
    {
        root.SetElementValue("name", name);
        root.SetElementValue("uuid", uuid.ToString());
        root.Attribute("id")?.Remove();

        // Title and description are about the other machine. What others keep in the metadata (which operating system it is,
        // say) is not ours to drop.
        root.Elements("title").Remove();
        root.Elements("description").Remove();
        root.Elements("seclabel").Where(static e => e.Attribute("type")?.Value is "dynamic").Remove();
        root.Element("genid")?.SetValue(Guid.NewGuid().ToString());
        RenewFirmwareTables(uuid);

        // Without a path libvirt makes a variable store of its own from the firmware's template.
        if (root.Element("os")?.Element("nvram") is { } nvram)
        {
            nvram.RemoveNodes();
            nvram.Attribute("type")?.Remove();
        }

        if (root.Element("devices") is not { } devices)
        {
            return;
        }

        RenewDisks(paths);
        devices.Elements("hostdev").Remove();
        devices.Elements("tpm").Remove();
        FileMemory(root).ToList().ForEach(static m => m.Remove());
        foreach (var card in devices.Elements("interface"))
        {
            RenewCard(card);
        }

        foreach (var character in devices.Elements().Where(static e => e.Name.LocalName is "serial" or "console" or "channel" or "parallel").ToList())
        {
            RenewCharacterDevice(character);
        }

        foreach (var display in devices.Elements("graphics"))
        {
            RenewDisplay(display);
        }

        if (devices.Element("vsock")?.Element("cid") is { } cid)
        {
            cid.SetAttributeValue("auto", "yes");
            cid.SetAttributeValue("address", null);
        }
    }

    /// <summary>What the machine shows of itself in SMBIOS: licences and inventories go by it.</summary>
    private void RenewFirmwareTables(Guid uuid)
    {
        foreach (var entry in root.Elements("sysinfo").Elements().Where(static e => e.Name.LocalName is "system" or "baseBoard" or "chassis").Elements("entry"))
        {
            if (_pretended.Contains(entry.Attribute("name")?.Value, StringComparer.Ordinal))
            {
                entry.SetValue(uuid.ToString());
            }
        }
    }

    private void RenewDisks(IReadOnlyDictionary<string, string> paths)
    {
        foreach (var disk in (root.Element("devices")!.Elements("disk")).Select(static e => new DiskElement(e)).ToList())
        {
            if (paths.TryGetValue(disk.Target, out var path))
            {
                disk.PointTo(path);
            }
            else if (disk.Device is "cdrom" or "floppy")
            {
                disk.Empty();
            }
            else
            {
                disk.Element.Remove();
            }
        }
    }

    private static void RenewCard(XElement card)
    {
        card.Elements("mac").Remove();
        card.Elements("target").Remove();
        card.Element("source")?.Attribute("portid")?.Remove();
        card.Element("virtualport")?.Element("parameters")?.Attribute("interfaceid")?.Remove();
        card.Element("backend")?.Attribute("logFile")?.Remove();
    }

    /// <summary>Pseudo terminals, sockets and ports are chosen anew by libvirt; a file or port that is taken becomes a pseudo terminal.</summary>
    private static void RenewCharacterDevice(XElement character)
    {
        character.Elements("log").Remove();
        var listens = character.Elements("source").Any(static s => s.Attribute("mode")?.Value is null or "bind");
        switch (character.Attribute("type")?.Value)
        {
            case "pty":
            case "unix" when listens && character.Name.LocalName is "channel":
                character.Elements("source").Where(static s => s.Attribute("mode")?.Value is null or "bind").Remove();
                break;
            case "file" or "pipe" or "dev":
            case "unix" or "tcp" or "udp" when listens:
                character.SetAttributeValue("type", "pty");
                character.Elements().Where(static e => e.Name.LocalName is "source" or "protocol").Remove();
                break;
            default:
                // A connection to somewhere else, or nothing outside of the machine.
                break;
        }
    }

    private static void RenewDisplay(XElement display)
    {
        display.Attribute("passwd")?.Remove();
        display.Attribute("passwdValidTo")?.Remove();
        display.Attribute("socket")?.Remove();
        display.Elements("listen").Where(static l => l.Attribute("type")?.Value is "socket").Attributes("socket").Remove();
        if (display.Attribute("websocket") is not null)
        {
            display.SetAttributeValue("websocket", "-1");
        }

        if (display.Attribute("port") is not null)
        {
            display.SetAttributeValue("port", "-1");
            display.SetAttributeValue("tlsPort", null);
            display.SetAttributeValue("autoport", "yes");
        }
    }
}
