using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Doctoring;

/// <summary>What there is to say of one machine.</summary>
internal static class MachineFindings
{
    private const int DeepChain = 16;
    private const int TooDeepChain = 60;
    private const int LongestIntention = 600;

    public static async Task<IEnumerable<Finding>> OfDebtAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
        => await db.FreezeDebts.AsNoTracking().FirstOrDefaultAsync(d => d.VmId == vm.Id, cancellationToken) is { } debt
            ? [new Finding(Severity.Wrong, string.Create(CultureInfo.InvariantCulture, $"It may be frozen since {debt.Since:u}; {debt.Attempts} thaws were tried. {debt.LastAnswer} By hand: virsh domfsthaw {vm.Name}"))]
            : [];

    public static async Task<IEnumerable<Finding>> OfChainsAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
    {
        var tree = await RecordReading.TreeAsync(db, vm, cancellationToken);
        var depths = (await LayerRows.HeadsAsync(db, vm.Id, cancellationToken)).Values.OrderBy(static h => h.Target, StringComparer.Ordinal)
            .Select(h => (h.Target, Depth: LayerTrees.Below(tree, [h.Id]).Count));
        return depths.Select(static d => new Finding(
            d.Depth > TooDeepChain ? Severity.Wrong : d.Depth > DeepChain ? Severity.Note : Severity.Well,
            d.Depth > DeepChain ? $"The disk {d.Target} has a chain of {d.Depth} files, which slows the guest down. Delete snapshots that are not needed." : $"The disk {d.Target} has a chain of {d.Depth}."));
    }

    public static async Task<List<Finding>> OfSnapshotsAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (var snapshot in await db.Snapshots.AsNoTracking().Include(static s => s.Disks).Where(s => s.VmId == vm.Id).ToListAsync(cancellationToken))
        {
            if (snapshot.Phase == SnapshotPhase.Succeeded && snapshot.Disks.Any(static d => d is { Included: true, LayerId: null }))
            {
                findings.Add(new Finding(Severity.Wrong, $"The snapshot “{snapshot.Name}” has no layer for {string.Join(", ", snapshot.Disks.Where(static d => d is { Included: true, LayerId: null }).Select(static d => d.Target))}: it cannot be restored."));
            }

            if (snapshot.Phase is SnapshotPhase.InProgress or SnapshotPhase.Deleting
                && !await db.Operations.AnyAsync(o => o.SnapshotId == snapshot.Id && (o.State == OperationState.Queued || o.State == OperationState.Running), cancellationToken))
            {
                findings.Add(new Finding(Severity.Wrong, $"The snapshot “{snapshot.Name}” is {snapshot.Phase}, and no operation is at work on it. Delete it in the portal."));
            }
        }

        return findings;
    }

    /// <summary>Whether the database could be rebuilt from what the host has of it.</summary>
    public static Finding OfRecord(VirtualMachine vm, MachineSeen seen)
    {
        if (seen.Record is null)
        {
            return new Finding(Severity.Note, "It has no record on its host yet; the portal writes it when it runs and the machine is at rest.");
        }

        var (record, problem) = RecordElement.Read(seen.Record);
        return record switch
        {
            null => new Finding(Severity.Wrong, $"Its record on the host cannot be read: {problem} The portal writes it anew after the next change."),
            _ when record.VmId != vm.Id => new Finding(Severity.Note, "It carries the record of another machine; the portal replaces it."),
            _ when record.Revision < vm.RecordRevision => new Finding(Severity.Note, $"Its record on the host is stale (revision {record.Revision} of {vm.RecordRevision}); the portal writes it when it runs and the machine is at rest."),
            _ when record.Revision > vm.RecordRevision => new Finding(Severity.Wrong, $"Its record on the host (revision {record.Revision}) is newer than the database (revision {vm.RecordRevision}). See “Recover” in the administrator's guide."),
            { Omitted: > 0 } => new Finding(Severity.Note, $"Its record on the host is fresh, but too full for its {record.Omitted} oldest snapshots: these could not be recovered. Delete snapshots that are not needed."),
            _ => new Finding(Severity.Well, $"Its record on the host is fresh (revision {record.Revision}, {seen.Record.Length / 1024.0:F1} KiB)."),
        };
    }

    public static IEnumerable<Finding> OfForeignSnapshots(VirtualMachine vm, MachineSeen seen)
        => seen.ForeignSnapshots.Select(s => new Finding(
            Severity.Note,
            $"libvirt keeps a snapshot “{s}” of it that is not the portal's; virsh undefine refuses because of it. If nobody needs it: virsh snapshot-delete {vm.Name} {s} --metadata"));

    /// <summary>The beginning of something long.</summary>
    public static string Short(string text) => text.Length <= LongestIntention ? text : $"{text[..LongestIntention]}…";
}
