using System.Globalization;
using System.Xml.Linq;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Configuring;

/// <summary>
/// What a definition boots from. libvirt knows two ways to say it and refuses both at once: kinds of devices in
/// <c>&lt;os&gt;</c>, or a place at each device. Read is either; written is the second, which alone can tell two disks apart.
/// </summary>
internal static class BootOrder
{
    public static IReadOnlyList<BootDevice> Read(XElement root)
    {
        var devices = Bootable(root).ToList();
        List<Device> turns =
        [
            .. Kinds(root).Select(kind => devices.Find(d => d.Kind == kind)).OfType<Device>(),
            .. devices.Where(static d => OrderOf(d.Element) is not null).OrderBy(static d => OrderOf(d.Element)),
        ];
        return
        [
            .. turns.Select(static (d, n) => new BootDevice(d.Id, d.Kind, n + 1)),
            .. devices.Except(turns).Select(static d => new BootDevice(d.Id, d.Kind, null)),
        ];
    }

    /// <summary>Puts the devices into this order, and nothing else of those that are known here is booted from.</summary>
    /// <exception cref="EngineException">There is no such device.</exception>
    public static void Write(XElement root, IReadOnlyList<string> ids)
    {
        var devices = Bootable(root).ToList();
        if (ids.Except(devices.Select(static d => d.Id), StringComparer.Ordinal).FirstOrDefault() is { } unknown)
        {
            throw new EngineException(FailureCodes.BootOrderInvalid, $"The machine has no device “{unknown}” to boot from. Look at what it has now, and choose again.");
        }

        root.Elements("os").Elements("boot").Remove();
        var order = ids.ToList();
        foreach (var device in devices)
        {
            var place = order.IndexOf(device.Id) + 1;
            if (place == 0)
            {
                device.Element.Elements("boot").Remove();
                continue;
            }

            if (device.Element.Element("boot") is not { } boot)
            {
                device.Element.Add(boot = new XElement("boot"));
            }

            boot.SetAttributeValue("order", Text(place));
        }

        // Devices of the host and the like, which are nothing to choose here, keep their turn after the others: no place can be given twice.
        var known = devices.Select(static d => d.Element).ToHashSet();
        var next = ids.Count;
        foreach (var other in root.Elements("devices").Elements().Where(e => !known.Contains(e) && OrderOf(e) is not null).OrderBy(OrderOf).ToList())
        {
            other.Element("boot")!.SetAttributeValue("order", Text(++next));
        }
    }

    private static string Text(int place) => place.ToString(CultureInfo.InvariantCulture);

    /// <summary>When a device's turn is, as it says itself; <see langword="null"/> where it has none.</summary>
    public static int? OrderOf(XElement device)
        => int.TryParse(device.Element("boot")?.Attribute("order")?.Value, CultureInfo.InvariantCulture, out var order) ? order : null;

    private static IEnumerable<BootDeviceKind> Kinds(XElement root)
        => root.Elements("os").Elements("boot").Select(static b => b.Attribute("dev")?.Value switch
        {
            "hd" => BootDeviceKind.Disk,
            "cdrom" => BootDeviceKind.CdRom,
            "fd" => BootDeviceKind.Floppy,
            "network" => BootDeviceKind.Network,
            _ => (BootDeviceKind?)null,
        }).OfType<BootDeviceKind>().Distinct();

    private static IEnumerable<Device> Bootable(XElement root)
    {
        var devices = root.Elements("devices").Elements().Where(static e => e.Name.LocalName is "disk" or "interface").Select(static e => e.Name.LocalName == "disk"
            ? new Device(e.Element("target")?.Attribute("dev")?.Value ?? "", KindOf(e), e)
            : new Device(e.Element("mac")?.Attribute("address")?.Value ?? "", BootDeviceKind.Network, e));
        return devices.Where(static d => d.Id.Length > 0).DistinctBy(static d => d.Id, StringComparer.Ordinal);
    }

    private static BootDeviceKind KindOf(XElement disk) => disk.Attribute("device")?.Value switch
    {
        "cdrom" => BootDeviceKind.CdRom,
        "floppy" => BootDeviceKind.Floppy,
        _ => BootDeviceKind.Disk,
    };

    private sealed record Device(string Id, BootDeviceKind Kind, XElement Element);
}
