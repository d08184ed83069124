using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Machines with UEFI: their variables travel with snapshots, restores and clones.</summary>
public sealed class FirmwareTests
{
    private const string Firmware = "/usr/share/OVMF";

    [Fact]
    public async Task Variables_OfAMachineWithUefi_TravelWithSnapshotRestoreUndoAndClone()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("uefi"), start: false, static xml => xml.Replace(
            "<kernel>",
            $"<loader readonly='yes' type='pflash'>{Firmware}/OVMF_CODE_4M.fd</loader><nvram template='{Firmware}/OVMF_VARS_4M.fd'/><kernel>",
            StringComparison.Ordinal));
        var guest = host.Guest(id);

        // libvirt makes the variables' file at the first start, from the template.
        guest.Do(static d => d.Create(DomainCreateFlags.Paused));
        guest.Do(static d => d.Destroy());
        await portal.AdoptAsync(id);
        var file = VariablesFile(guest);
        await MarkAsync(file, 1);
        var snapshot = await portal.TakeAsync(id, "first variables");
        await MarkAsync(file, 2);

        await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Owner, snapshot.Id, new RestoreSnapshotRequest(), CancellationToken.None));
        Assert.Equal(1, await MarkOfAsync(file));

        var safety = (await portal.Snapshots.ListAsync(portal.Owner, id, CancellationToken.None)).Value!.Single(static s => s.Origin == Domain.Snapshots.SnapshotOrigin.Safety);
        await portal.SucceedAsync(portal.Snapshots.RestoreAsync(portal.Owner, safety.Id, new RestoreSnapshotRequest(), CancellationToken.None));
        Assert.Equal(2, await MarkOfAsync(file));

        var made = await portal.SucceedAsync(portal.Snapshots.CloneAsync(portal.Owner, snapshot.Id, new CloneVmRequest(host.NewName("uefi-clone"), Start: false), CancellationToken.None));
        var clone = host.Guest(made.VmId);
        Assert.NotEqual(file, VariablesFile(clone));
        Assert.Equal(1, await MarkOfAsync(VariablesFile(clone)));
        Assert.Equal(2, await MarkOfAsync(file));

        // QEMU, whoever it runs as, can open what the portal wrote.
        await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, clone.Id, new PowerRequest(PowerAction.Start), CancellationToken.None));
        await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, id, new PowerRequest(PowerAction.Start), CancellationToken.None));
        await portal.TakeAsync(id, "while it runs");

        await portal.SucceedAsync(portal.Vms.DeleteAsync(portal.Owner, clone.Id, null, CancellationToken.None));
    }

    private static string VariablesFile(Guest guest) => XElement.Parse(guest.Xml(DomainXmlFlags.Inactive)).Element("os")!.Element("nvram")!.Value;

    // Behind the variables the flash is empty: a byte there is as good as a variable and needs no boot.
    private static async Task MarkAsync(string file, byte mark)
    {
        var content = await File.ReadAllBytesAsync(file);
        content[^1] = mark;
        await File.WriteAllBytesAsync(file, content);
    }

    private static async Task<int> MarkOfAsync(string file) => (await File.ReadAllBytesAsync(file))[^1];
}
