using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Makes a machine somebody else's, with its exports. That the actor may, and that the new owner exists, has been checked.</summary>
internal static class MachineGift
{
    /// <summary>Changes the owner in the caller's transaction; why it cannot be, or <see langword="null"/>.</summary>
    public static async Task<Failure?> GiveAsync(IPortalDb db, List<EventDraft> drafts, VirtualMachine vm, Guid ownerId, CancellationToken cancellationToken)
    {
        if (vm.ClassId is not null)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.ClassForbids, $"“{vm.Name}” was made for a class and stays its student's. A new VM from one of its snapshots can be anybody's.");
        }

        // What runs tells its owner of every step: that is still the one who had it.
        if (await db.Operations.AnyAsync(o => o.VmId == vm.Id && (o.State == OperationState.Queued || o.State == OperationState.Running), cancellationToken))
        {
            return new Failure(FailureKind.Conflict, FailureCodes.VmBusy, $"Something is being done with “{vm.Name}”. Wait until it is over.");
        }

        drafts.Add(EventDraft.Of(vm));
        vm.OwnerId = ownerId;
        await db.Exports.Where(e => e.VmId == vm.Id).ExecuteUpdateAsync(s => s.SetProperty(static e => e.OwnerId, ownerId), cancellationToken);
        drafts.Add(EventDraft.Of(vm));
        return null;
    }
}
