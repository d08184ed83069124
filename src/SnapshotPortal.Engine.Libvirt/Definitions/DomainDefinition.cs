using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>A domain's XML, read and rewritten. What the portal does not know stays as it is.</summary>
internal sealed class DomainDefinition
{
    private const string AgentChannel = "org.qemu.guest_agent.0";
    private readonly XElement _root;

    private DomainDefinition(XElement root) => _root = root;

    public static DomainDefinition Parse(string xml) => new(SafeXml.Parse(xml));

    public string Name => _root.Element("name")?.Value ?? "";

    /// <summary>The guest agent's port is open on the guest's side; live XML only.</summary>
    public bool AgentPortConnected => AgentTarget?.Attribute("state")?.Value is "connected";

    public bool HasAgentChannel => AgentTarget is not null;

    public int VCpus => int.TryParse(_root.Element("vcpu")?.Value, CultureInfo.InvariantCulture, out var count) ? count : 0;

    /// <summary>Memory in bytes; libvirt writes it in KiB.</summary>
    public long MemoryBytes => long.TryParse(_root.Element("memory")?.Value, CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes * 1024 : 0;

    /// <summary>The file that keeps the UEFI variables; <see langword="null"/> for a machine with BIOS.</summary>
    public string? FirmwareVariablesFile => _root.Element("os")?.Element("nvram") switch
    {
        { } nvram when nvram.Element("source") is { } source => source.Attribute("file")?.Value,
        { IsEmpty: false } nvram when nvram.Value.StartsWith('/') => nvram.Value,
        _ => null,
    };

    /// <summary>It has a virtual TPM, whose state lies where libvirt keeps it.</summary>
    public bool HasTpm => _root.Element("devices")?.Element("tpm") is not null;

    /// <summary>Devices of the host are passed through to it.</summary>
    public bool HasHostDevices => _root.Element("devices")?.Element("hostdev") is not null;

    public IReadOnlyList<DiskElement> Disks => [.. (_root.Element("devices")?.Elements("disk") ?? []).Select(static e => new DiskElement(e))];

    /// <summary>
    /// The definition of the same machine on other files: identity, network cards and everything else as they are.
    /// </summary>
    public string OnOtherFiles(string name, Guid uuid, IReadOnlyDictionary<string, string> paths)
    {
        var copy = new XElement(_root);
        copy.SetElementValue("name", name);
        copy.SetElementValue("uuid", uuid.ToString());
        foreach (var disk in new DomainDefinition(copy).Disks)
        {
            if (paths.TryGetValue(disk.Target, out var path))
            {
                disk.PointTo(path);
            }
        }

        return copy.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>
    /// The definition of a new machine: other identity everywhere, disks on other files, disks without a file of their own
    /// dropped, drives emptied. Unknown parts are kept.
    /// </summary>
    public string AsNewMachine(string name, Guid uuid, IReadOnlyDictionary<string, string> paths)
    {
        var copy = new XElement(_root);
        copy.SetElementValue("name", name);
        copy.SetElementValue("uuid", uuid.ToString());
        copy.Attribute("id")?.Remove();

        // Title, description and metadata are about the other machine.
        copy.Elements("title").Remove();
        copy.Elements("description").Remove();
        copy.Elements("metadata").Remove();
        copy.Elements("seclabel").Where(static e => e.Attribute("type")?.Value is "dynamic").Remove();
        copy.Element("genid")?.SetValue(Guid.NewGuid().ToString());
        foreach (var entry in copy.Elements("sysinfo").Elements("system").Elements("entry"))
        {
            if (entry.Attribute("name")?.Value is "uuid" or "serial")
            {
                entry.SetValue(uuid.ToString());
            }
        }

        // Without a path libvirt makes a variable store of its own from the firmware's template.
        if (copy.Element("os")?.Element("nvram") is { } nvram)
        {
            nvram.RemoveNodes();
            nvram.Attribute("type")?.Remove();
        }

        if (copy.Element("devices") is { } devices)
        {
            foreach (var disk in new DomainDefinition(copy).Disks)
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

            devices.Elements("hostdev").Remove();
            devices.Elements("tpm").Remove();
            foreach (var card in devices.Elements("interface"))
            {
                card.Elements("mac").Remove();
                card.Elements("target").Remove();
            }

            // Pseudo terminals, sockets and ports are chosen anew by libvirt.
            foreach (var character in devices.Elements().Where(static e => e.Name.LocalName is "serial" or "console" or "channel" or "parallel"))
            {
                if (character.Attribute("type")?.Value is "pty" or "unix")
                {
                    character.Elements("source").Where(static s => s.Attribute("mode")?.Value is null or "bind").Remove();
                }

                character.Elements("log").Remove();
            }

            foreach (var display in devices.Elements("graphics"))
            {
                display.Attribute("passwd")?.Remove();
                display.Attribute("passwdValidTo")?.Remove();
                if (display.Attribute("port") is not null)
                {
                    display.SetAttributeValue("port", "-1");
                    display.SetAttributeValue("tlsPort", null);
                    display.SetAttributeValue("autoport", "yes");
                }
            }
        }

        return copy.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>Every file that the definition names as a disk, the chains of live XML included.</summary>
    public IEnumerable<string> AllDiskFiles() => _root.Descendants("source").Attributes("file").Select(static a => a.Value);

    public static PowerState ToPower(DomainState state) => state switch
    {
        DomainState.Running or DomainState.Blocked => PowerState.Running,
        DomainState.Paused or DomainState.PowerManagementSuspended => PowerState.Paused,
        DomainState.Shutdown => PowerState.ShuttingDown,
        DomainState.ShutOff => PowerState.ShutOff,
        DomainState.Crashed => PowerState.Crashed,
        _ => PowerState.Unknown,
    };

    private XElement? AgentTarget => _root.Element("devices")?.Elements("channel").Elements("target")
        .FirstOrDefault(static t => t.Attribute("name")?.Value == AgentChannel);
}
