using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;

namespace SnapshotPortal.Engine.Libvirt.Exporting;

/// <summary>
/// A domain without a life of its own: it holds frozen files as read-only disks, and never runs an instruction. Its id is in the
/// journal before it begins, so that whoever recovers from the portal's death ends it.
/// </summary>
/// <remarks>
/// Not with VIR_DOMAIN_START_AUTODESTROY: libvirt 9.0 can lock itself up for good when the connection of such a domain ends while
/// QEMU goes down (qemuProcessAutoDestroy joins a thread that waits for the lock it holds).
/// </remarks>
internal sealed class ExportHelper : IDisposable
{
    private readonly VirConnection _connection;
    private readonly Guid _id;

    private ExportHelper(VirConnection connection, Guid id)
    {
        _connection = connection;
        _id = id;
    }

    /// <summary>Starts one, paused.</summary>
    public static ExportHelper Start(HostLink link, Guid id, string domainXml, IEnumerable<ExportedDisk> disks)
    {
        var connection = link.OpenNew();
        try
        {
            using var domain = connection.CreateDomain(Definition(id, domainXml, disks), DomainCreateFlags.Paused);
            return new ExportHelper(connection, id);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The target that the n-th disk has in a helper: vda, vdb, … vdz, vdaa, ….</summary>
    public static string Target(int n) => n < 26 ? $"vd{(char)('a' + n)}" : $"vd{(char)('a' + (n / 26) - 1)}{(char)('a' + (n % 26))}";

    /// <summary>Ends one, wherever it was made; one that is gone already is a success.</summary>
    public static bool End(VirConnection connection, Guid id)
    {
        try
        {
            using var domain = connection.LookupDomainByUuid(id);
            domain.Destroy();
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain or LibvirtErrorCode.OperationInvalid)
        {
            // It ended by itself, which is what was wanted.
        }

        return true;
    }

    public void Dispose()
    {
        if (_connection.IsAlive)
        {
            End(_connection, _id);
        }

        _connection.Dispose();
    }

    /// <summary>The least that QEMU starts with, of the same kind as the machine that the disks are from.</summary>
    private static string Definition(Guid id, string domainXml, IEnumerable<ExportedDisk> disks)
    {
        var machine = SafeXml.Parse(domainXml);
        return new XElement(
            "domain",
            new XAttribute("type", machine.Attribute("type")?.Value ?? "qemu"),
            new XElement("name", $"sp-export-{id:N}"),
            new XElement("uuid", id.ToString()),
            new XElement("memory", new XAttribute("unit", "MiB"), 32),
            new XElement("vcpu", 1),
            new XElement("os", machine.Element("os")?.Element("type")),
            new XElement("on_poweroff", "destroy"),
            new XElement("on_crash", "destroy"),
            new XElement(
                "devices",
                machine.Element("devices")?.Element("emulator"),
                disks.Select(static disk => new XElement(
                    "disk",
                    new XAttribute("type", "file"),
                    new XAttribute("device", "disk"),
                    new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", disk.Source.Format)),
                    new XElement("source", new XAttribute("file", disk.Source.Path)),
                    new XElement("target", new XAttribute("dev", disk.Disk), new XAttribute("bus", "virtio")),
                    new XElement("readonly"))),
                new XElement("controller", new XAttribute("type", "usb"), new XAttribute("model", "none")),
                new XElement("memballoon", new XAttribute("model", "none"))))
            .ToString(SaveOptions.DisableFormatting);
    }
}
