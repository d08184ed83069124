using System.Diagnostics;
using System.Globalization;
using LibVirt;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Tree;

/// <summary>
/// A real machine with two disks and no system on them: only the test writes to them, through QEMU's own block layer while
/// the machine runs, and through its tool while it is off. So the test knows every byte that must be there.
/// </summary>
internal sealed class BlankMachine(GuestHost host, Guid id)
{
    public const int Cells = 16;
    public const int CellBytes = 64 * 1024;

    private const string FirmwareXml = "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader><nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'/>";

    public static readonly string[] Targets = ["vda", "vdb"];

    public Guid Id => id;

    /// <summary>Defines it; with <paramref name="firmware"/> it has UEFI, whose variables lie in a file of their own.</summary>
    public static BlankMachine Define(GuestHost host, bool firmware = false)
    {
        var name = host.NewName("blank");
        var id = Guid.NewGuid();
        var disks = string.Concat(Targets.Select(t => host.ExtraDiskXml(name, t, Cells * CellBytes / 1024 / 1024)));
        using var domain = host.Connection.DefineDomain(
            $"<domain type='qemu'><name>{name}</name><uuid>{id}</uuid><memory unit='MiB'>32</memory><vcpu>1</vcpu>"
            + $"<os><type arch='x86_64' machine='pc'>hvm</type>{(firmware ? FirmwareXml : "")}</os><features><acpi/></features>"
            + $"<devices>{disks}<controller type='usb' model='none'/><memballoon model='none'/></devices></domain>");
        return new BlankMachine(host, id);
    }

    /// <summary>It runs, and is not merely held by a merge.</summary>
    public bool Runs
    {
        get
        {
            using var domain = host.Connection.LookupDomainByUuid(id);
            return domain.GetState().State == DomainState.Running;
        }
    }

    public void Write(string target, int cell, byte value)
    {
        var command = string.Create(CultureInfo.InvariantCulture, $"write -P {value} {cell * CellBytes} {CellBytes}");
        var guest = host.Guest(id);
        if (guest.IsActive)
        {
            Monitor(guest, target, command);
        }
        else
        {
            GuestHost.Run("qemu-io", "-f", "qcow2", "-c", command, guest.DiskFile(target));
        }
    }

    /// <summary>Every byte of a disk, as its machine sees it.</summary>
    public byte[] Read(string target)
    {
        var guest = host.Guest(id);
        if (guest.IsActive)
        {
            Monitor(guest, target, "flush");
        }

        var raw = Path.Combine(host.Folder, $"read-{Guid.NewGuid():N}.raw");
        try
        {
            GuestHost.Run("qemu-img", "convert", "-U", "-O", "raw", guest.DiskFile(target), raw);
            return File.ReadAllBytes(raw);
        }
        finally
        {
            File.Delete(raw);
        }
    }

    private static void Monitor(Guest guest, string target, string command) => guest.Do(domain =>
    {
        var disk = Array.IndexOf(Targets, target).ToString(CultureInfo.InvariantCulture);
        var answer = domain.QemuMonitorCommand($"qemu-io -d /machine/peripheral/virtio-disk{disk}/virtio-backend \"{command}\"", QemuMonitorCommandFlags.Human);
        Debug.Assert(answer is not null);
        if (answer.Contains("rror", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"QEMU answered “{answer}” to “{command}”.");
        }
    });
}
