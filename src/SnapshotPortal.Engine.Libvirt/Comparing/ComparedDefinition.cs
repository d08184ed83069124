using System.Globalization;
using System.Xml.Linq;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations;

namespace SnapshotPortal.Engine.Libvirt.Comparing;

/// <summary>A definition taken apart: what people have names for, in words, and the rest.</summary>
internal sealed class ComparedDefinition
{
    private ComparedDefinition()
    {
    }

    public required string? Memory { get; init; }

    public required string? Processors { get; init; }

    public required string? Firmware { get; init; }

    public required string? BootOrder { get; init; }

    public required IReadOnlyDictionary<string, string> Disks { get; init; }

    public required IReadOnlyDictionary<string, string> Drives { get; init; }

    public required IReadOnlyDictionary<string, string> NetworkCards { get; init; }

    public required DefinitionLines Rest { get; init; }

    /// <summary>Takes <paramref name="root"/> apart; it is used up by that.</summary>
    public static ComparedDefinition Read(XElement root)
    {
        var devices = root.Element("devices");
        var disks = devices?.Elements("disk").ToList() ?? [];
        var cards = devices?.Elements("interface").ToList() ?? [];
        var read = new
        {
            Memory = Memories(root),
            Processors = Cpus(root.Element("vcpu")),
            Firmware = Bios(root.Element("os")),
            Boot = Boots(root, disks, cards),
            Disks = ByName(disks.Select(static d => new DiskElement(d)).Where(static d => d.Device is "disk" or "lun"), static d => d.Target, Describe),
            Drives = ByName(disks.Select(static d => new DiskElement(d)).Where(static d => d.Device is "cdrom" or "floppy"), static d => d.Target, static d => d.File is { } file ? Path.GetFileName(file) : "empty"),
            Cards = ByName(cards, static c => c.Element("mac")?.Attribute("address")?.Value ?? "without an address", Describe),
        };
        disks.Concat(cards).Remove();
        foreach (var known in new[] { "memory", "currentMemory", "vcpu" })
        {
            root.Elements(known).Remove();
        }

        foreach (var known in new[] { "loader", "nvram", "boot" })
        {
            root.Element("os")?.Elements(known).Remove();
        }

        root.Element("os")?.Attribute("firmware")?.Remove();
        return new ComparedDefinition
        {
            Memory = read.Memory,
            Processors = read.Processors,
            Firmware = read.Firmware,
            BootOrder = read.Boot,
            Disks = read.Disks,
            Drives = read.Drives,
            NetworkCards = read.Cards,
            Rest = DefinitionLines.Of(root),
        };
    }

    private static string? Memories(XElement root)
    {
        var (most, now) = (Bytes(root.Element("memory")), Bytes(root.Element("currentMemory")));
        return most is null || now is null || most == now ? most : $"{most}, of which {now} are given at the start";
    }

    private static string? Bytes(XElement? element)
    {
        if (element is null || !long.TryParse(element.Value, CultureInfo.InvariantCulture, out var count) || count < 0)
        {
            return element?.Value is { Length: > 0 } odd ? DefinitionLines.Show(odd, isSecret: false) : null;
        }

        var unit = element.Attribute("unit")?.Value switch
        {
            "b" or "bytes" => 1L,
            "M" or "MiB" => 1L << 20,
            "G" or "GiB" => 1L << 30,
            "T" or "TiB" => 1L << 40,
            _ => 1L << 10,
        };
        return count <= long.MaxValue / unit ? ByteWords.Binary(count * unit) : DefinitionLines.Show(element.Value, isSecret: false);
    }

    private static string? Cpus(XElement? vcpu) => vcpu is null
        ? null
        : vcpu.Attribute("current")?.Value is { } now
            ? $"{Shown(now)} of {Shown(vcpu.Value)} vCPU"
            : $"{Shown(vcpu.Value)} vCPU";

    private static string? Bios(XElement? os)
    {
        var loader = os?.Element("loader");
        var isUefi = os?.Attribute("firmware")?.Value is "efi" || loader?.Attribute("type")?.Value is "pflash";
        return (os, isUefi, loader?.Attribute("secure")?.Value) switch
        {
            (null, _, _) => null,
            (_, true, "yes") => "UEFI with Secure Boot",
            (_, true, _) => "UEFI",
            _ => "BIOS",
        };
    }

    private static string? Boots(XElement root, List<XElement> disks, List<XElement> cards)
    {
        var devices = disks.Concat(cards)
            .Where(static d => Configuring.BootOrder.OrderOf(d) is not null).OrderBy(Configuring.BootOrder.OrderOf)
            .Select(static d => d.Name.LocalName == "disk" ? new DiskElement(d).Target : "network").ToList();
        var kinds = root.Element("os")?.Elements("boot").Select(static b => b.Attribute("dev")?.Value switch
        {
            "hd" => "disk",
            "cdrom" => "CD",
            "fd" => "floppy",
            var other => other ?? "",
        }).ToList() ?? [];
        var order = devices.Count > 0 ? devices : kinds;
        return order.Count == 0 ? null : Shown(string.Join(", ", order));
    }

    private static string Describe(DiskElement disk)
    {
        string?[] parts =
        [
            disk.Element.Element("target")?.Attribute("bus")?.Value,
            disk.IsReadOnly ? "read-only" : null,
            disk.IsShareable ? "shared" : null,
            disk.SourceType is "file" ? null : $"on a {disk.SourceType} source",
            disk.Element.Element("driver")?.Attribute("cache")?.Value is { } cache ? $"cache {cache}" : null,
            disk.Element.Element("driver")?.Attribute("discard")?.Value is { } discard ? $"discard {discard}" : null,
        ];
        return Shown(string.Join(", ", parts.OfType<string>()) is { Length: > 0 } words ? words : "a disk");
    }

    private static string Describe(XElement card)
    {
        var source = card.Element("source");
        var where = card.Attribute("type")?.Value switch
        {
            "network" => $"network “{source?.Attribute("network")?.Value}”",
            "bridge" => $"bridge {source?.Attribute("bridge")?.Value}",
            "user" => "private network behind the host's address",
            var type => $"connection of type {type}",
        };
        string?[] parts = [where, card.Element("model")?.Attribute("type")?.Value, card.Element("link")?.Attribute("state")?.Value is "down" ? "unplugged" : null];
        return Shown(string.Join(", ", parts.OfType<string>()));
    }

    /// <summary>By name; those that share one are told together.</summary>
    private static Dictionary<string, string> ByName<T>(IEnumerable<T> all, Func<T, string> name, Func<T, string> describe)
        => all.GroupBy(x => Shown(name(x)), StringComparer.Ordinal).ToDictionary(static g => g.Key, g => string.Join("; ", g.Select(describe).Order(StringComparer.Ordinal)), StringComparer.Ordinal);

    private static string Shown(string value) => DefinitionLines.Show(value, isSecret: false);
}
