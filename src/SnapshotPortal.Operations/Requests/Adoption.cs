using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Gives a machine that exists on a host its rows here.</summary>
internal static class Adoption
{
    /// <summary>Writes the machine and the files of its disks. That the actor may has been checked by the caller.</summary>
    /// <param name="db">The transaction.</param>
    /// <param name="request">Which machine, and whose it becomes.</param>
    /// <param name="seen">What its host says of it.</param>
    /// <param name="truth">The record that an earlier portal may have left there.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<Outcome<VirtualMachine>> WriteAsync(
        IPortalDb db,
        AdoptRequest request,
        VmInspection seen,
        MachineTruth truth,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        if (await db.Vms.AnyAsync(v => v.Id == request.VmId, cancellationToken))
        {
            return new Failure(FailureKind.Conflict, FailureCodes.NameTaken, $"“{seen.Vm.Name}” is managed by the portal already.");
        }

        var disks = seen.Disks.Where(static d => d.Included).ToList();
        var leftOver = new List<DiskLayer>();
        foreach (var disk in disks)
        {
            if (await db.Layers.FirstOrDefaultAsync(l => l.HostId == request.HostId && l.Path == disk.File!.Path, cancellationToken) is not { } known)
            {
                continue;
            }

            // A machine on this file was deleted here before, and the file was kept because the portal had not made it.
            if (known is not { State: LayerState.Released, CreatedByPortal: false } || await db.Layers.AnyAsync(l => l.ParentId == known.Id, cancellationToken))
            {
                return new Failure(FailureKind.Conflict, FailureCodes.Drift, $"The disk {disk.Target} of “{seen.Vm.Name}” is a file that another machine or snapshot of the portal needs. Nothing was changed. Give the machine a disk of its own.");
            }

            leftOver.Add(known);
        }

        db.Layers.RemoveRange(leftOver);
        await db.SaveChangesAsync(cancellationToken);
        var vm = new VirtualMachine
        {
            Id = request.VmId,
            HostId = request.HostId,
            Name = seen.Vm.Name,
            OwnerId = request.OwnerId,
            Origin = VmOrigin.Adopted,
            CreatedAt = now,
            Power = seen.Vm.Power,
            AgentConnected = seen.Vm.AgentConnected,
            VCpus = seen.Vm.VCpus,
            MemoryBytes = seen.Vm.MemoryBytes,
            ObservedAt = now,

            // A record that an earlier portal left here is replaced, not taken for a newer one.
            RecordRevision = RecordAge.Revision(truth.Record, request.VmId) + 1,
        };
        db.Vms.Add(vm);
        foreach (var disk in disks)
        {
            // A chain that exists already stays as it is: its base files are nobody's layer, so nothing ever merges into them.
            db.Layers.Add(LayerRows.ToRow(disk.File!, request.HostId, LayerState.Head, null, createdByPortal: false, operationId: null, headOfVmId: vm.Id));
        }

        return vm;
    }
}
