using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Configuring;
using SnapshotPortal.Engine.Libvirt.Examining;
using SnapshotPortal.Operations.Engine;

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

    /// <summary>Processors or memory are divided up in it.</summary>
    public bool HasNuma => _root.Element("cpu")?.Element("numa") is not null || _root.Element("maxMemory") is not null || _root.Element("devices")?.Element("memory") is not null;

    /// <summary><c>kvm</c>, <c>qemu</c>, ….</summary>
    public string? VirtType => _root.Attribute("type")?.Value;

    public string? Architecture => _root.Element("os")?.Element("type")?.Attribute("arch")?.Value;

    public string? MachineType => _root.Element("os")?.Element("type")?.Attribute("machine")?.Value;

    /// <summary>The disk that the machine boots from; <see langword="null"/> for one without.</summary>
    public string? BootDisk => Disks.Where(static d => d.Device is "disk")
        .OrderBy(static d => BootOrder.OrderOf(d.Element) ?? int.MaxValue)
        .FirstOrDefault()?.Target;

    /// <summary>What it boots from, and what else it could boot from.</summary>
    public IReadOnlyList<BootDevice> BootDevices => BootOrder.Read(_root);

    /// <summary>The host gives it a kernel, so that nothing is booted from.</summary>
    public bool HasOwnKernel => _root.Element("os")?.Element("kernel") is not null;

    /// <summary>The libvirt networks that its cards are plugged into.</summary>
    public IReadOnlyList<string> Networks =>
    [
        .. (_root.Element("devices")?.Elements("interface") ?? [])
            .Where(static card => card.Attribute("type")?.Value == "network")
            .Select(static card => card.Element("source")?.Attribute("network")?.Value)
            .OfType<string>().Distinct(StringComparer.Ordinal),
    ];

    /// <summary>Where its network cards are plugged in, in a few words.</summary>
    public string NetworkWords
    {
        get
        {
            var cards = Interfaces.Select(PluggedInto).Distinct(StringComparer.Ordinal).ToList();
            return cards.Count == 0 ? "no network" : string.Join(", ", cards);
        }
    }

    /// <summary>Its network cards, whose addresses are not in it.</summary>
    public IReadOnlyList<NetworkCard> NetworkCards
        => [.. Interfaces.Select(static card => (Mac: card.Element("mac")?.Attribute("address")?.Value, Card: card)).Where(static c => c.Mac is not null).Select(static c => new NetworkCard(c.Mac!, PluggedInto(c.Card), null, []))];

    /// <summary>One of its network cards is on a network of libvirt's.</summary>
    public bool HasLibvirtNetwork => Interfaces.Any(static card => card.Attribute("type")?.Value is "network");

    /// <summary>What a new machine cannot have of this one, in sentences.</summary>
    public IEnumerable<string> NotCloned
    {
        get
        {
            if (HasHostDevices)
            {
                yield return "Devices of the host that are passed through: each is there only once.";
            }

            if (HasTpm)
            {
                yield return "The TPM with its state: what was sealed with it (BitLocker, for example) asks for its recovery key.";
            }

            if (MachineIdentity.FileMemory(_root).Any())
            {
                yield return "Memory modules that lie in a file: two machines would write to it.";
            }

            foreach (var drive in Disks.Where(static d => d is { Device: "cdrom" or "floppy", File: not null }))
            {
                yield return $"The medium in the drive {drive.Target}: the drive is empty.";
            }
        }
    }

    /// <summary>The type of the first console, for example <c>pty</c>; <see langword="null"/> without any.</summary>
    public string? ConsoleType => (_root.Element("devices")?.Element("console") ?? _root.Element("devices")?.Element("serial"))?.Attribute("type")?.Value;

    /// <summary>The types of the displays, for example <c>vnc</c>, in libvirt's order.</summary>
    public IReadOnlyList<string> GraphicsTypes => [.. (_root.Element("devices")?.Elements("graphics") ?? []).Select(static e => e.Attribute("type")?.Value ?? "")];

    public IReadOnlyList<DiskElement> Disks => [.. (_root.Element("devices")?.Elements("disk") ?? []).Select(static e => new DiskElement(e))];

    /// <summary>The portal's own record in it; <see langword="null"/> = none.</summary>
    public string? Record => Records(_root).FirstOrDefault()?.ToString(SaveOptions.DisableFormatting);

    /// <summary>
    /// The definition without the portal's own record. A snapshot keeps it so: the record holds the definitions of snapshots,
    /// and each would hold all those before it.
    /// </summary>
    public string WithoutRecord()
    {
        var copy = new XElement(_root);
        TakeRecord(copy, null);
        return copy.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>
    /// The definition of the same machine on other files: identity, network cards and everything else as they are.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="uuid">Its id.</param>
    /// <param name="paths">The files, by target.</param>
    /// <param name="record">The portal's record that it shall hold.</param>
    public string OnOtherFiles(string name, Guid uuid, IReadOnlyDictionary<string, string> paths, string? record)
    {
        var copy = new XElement(_root);
        TakeRecord(copy, record);
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

    /// <summary>The same machine, which boots from these devices in this order and from no other.</summary>
    /// <param name="ids">The devices; see <see cref="BootDevice"/>.</param>
    /// <exception cref="EngineException">There is no such device.</exception>
    public string WithBootOrder(IReadOnlyList<string> ids)
    {
        var copy = new XElement(_root);
        BootOrder.Write(copy, ids);
        return copy.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>
    /// The definition of a new machine: other identity everywhere, disks on other files, disks without a file of their own
    /// dropped, drives emptied. Unknown parts are kept.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="uuid">Its id.</param>
    /// <param name="paths">The files of its disks, by target.</param>
    /// <param name="changes">How it differs otherwise.</param>
    /// <param name="seed">A disc that is put into it.</param>
    public string AsNewMachine(string name, Guid uuid, IReadOnlyDictionary<string, string> paths, CloneChanges? changes = null, string? seed = null)
    {
        var copy = new XElement(_root);
        TakeRecord(copy, null);
        new MachineIdentity(copy).Renew(name, uuid, paths);
        if (changes is not null)
        {
            MachineChanges.Apply(copy, changes);
        }

        if (seed is not null)
        {
            MachineChanges.InsertDisc(copy, seed);
        }

        return copy.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>Every file that the definition names as a disk, the chains of live XML included.</summary>
    public IEnumerable<string> AllDiskFiles() => _root.Descendants("source").Attributes("file").Select(static a => a.Value);

    /// <summary>Every volume that the definition names as a disk by its pool and not by its file.</summary>
    public IEnumerable<(string Pool, string Volume)> AllDiskVolumes() => _root.Descendants("source")
        .Select(static e => (Pool: e.Attribute("pool")?.Value, Volume: e.Attribute("volume")?.Value))
        .Where(static v => v is { Pool: not null, Volume: not null })
        .Select(static v => (v.Pool!, v.Volume!));

    public static PowerState ToPower(DomainState state) => state switch
    {
        DomainState.Running or DomainState.Blocked => PowerState.Running,
        DomainState.Paused or DomainState.PowerManagementSuspended => PowerState.Paused,
        DomainState.Shutdown => PowerState.ShuttingDown,
        DomainState.ShutOff => PowerState.ShutOff,
        DomainState.Crashed => PowerState.Crashed,
        _ => PowerState.Unknown,
    };

    private static IEnumerable<XElement> Records(XElement root)
        => root.Elements("metadata").Elements().Where(static e => e.Name.NamespaceName == PortalRecord.Namespace);

    /// <summary>Replaces the portal's record in a definition.</summary>
    private static void TakeRecord(XElement root, string? record)
    {
        Records(root).Remove();
        if (record is not null)
        {
            if (root.Element("metadata") is not { } metadata)
            {
                metadata = new XElement("metadata");
                root.Add(metadata);
            }

            metadata.Add(SafeXml.Parse(record));
        }

        root.Elements("metadata").Where(static m => !m.HasElements).Remove();
    }

    private IEnumerable<XElement> Interfaces => _root.Element("devices")?.Elements("interface") ?? [];

    private static string PluggedInto(XElement card) => (card.Attribute("type")?.Value, card.Element("source")) switch
    {
        ("network", { } source) => $"the network “{source.Attribute("network")?.Value}”",
        ("bridge", { } source) => $"the bridge {source.Attribute("bridge")?.Value}",
        ("user", _) => "a private network behind the host's address",
        (var type, _) => $"a connection of type {type}",
    };

    private XElement? AgentTarget => _root.Element("devices")?.Elements("channel").Elements("target")
        .FirstOrDefault(static t => t.Attribute("name")?.Value == AgentChannel);
}
