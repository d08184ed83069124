using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Checks and writes what every new machine made from a snapshot needs, whoever may ask for it.</summary>
internal sealed class ClonePlanning(TimeProvider time)
{
    /// <summary>Plans one clone. That the snapshot may be used has been checked by the caller.</summary>
    /// <param name="db">The transaction that enqueues.</param>
    /// <param name="drafts">The events of that transaction.</param>
    /// <param name="ownerId">Whose the new machine will be.</param>
    /// <param name="snapshot">What it starts from.</param>
    /// <param name="source">The machine the snapshot is of.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Outcome<OperationPlan>> PlanAsync(
        IPortalDb db,
        List<EventDraft> drafts,
        Guid ownerId,
        Snapshot snapshot,
        VirtualMachine source,
        CloneVmRequest request,
        CancellationToken cancellationToken)
    {
        // Its layers are about to be released: a clone that began now would lose them under its feet.
        if (source.Presence == VmPresence.Deleting)
        {
            return Enqueuing.NotFound("snapshot");
        }

        if (Names.CheckVmName(request.Name) is { } wrongName)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, wrongName, "name");
        }

        if (Names.CheckDescription(request.Description) is { } wrongDescription)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.DescriptionInvalid, wrongDescription, "description");
        }

        if (SnapshotRequests.NotReady(snapshot) is { } notReady)
        {
            return notReady;
        }

        if (CloneChecks.Check(request, snapshot) is { } wrongOption)
        {
            return wrongOption;
        }

        if (await db.Vms.AnyAsync(v => v.HostId == source.HostId && v.Name == request.Name, cancellationToken))
        {
            return new Failure(FailureKind.Conflict, FailureCodes.NameTaken, $"A virtual machine named “{request.Name}” exists already. Choose another name.", "name");
        }

        // A full copy stands on nothing, however deep the chain was.
        if (!request.Full && await ChainRule.CheckSnapshotAsync(db, source.HostId, snapshot.Id, snapshot.Name, cancellationToken) is { } tooDeep)
        {
            return tooDeep;
        }

        var vm = new VirtualMachine
        {
            Id = Guid.NewGuid(),
            HostId = source.HostId,
            Name = request.Name,
            Description = request.Description?.Trim() ?? "",
            OwnerId = ownerId,
            Origin = VmOrigin.Cloned,
            OriginSnapshotId = snapshot.Id,
            CreatedAt = time.GetUtcNow(),
            VCpus = request.VCpus ?? source.VCpus,
            MemoryBytes = request.MemoryBytes ?? source.MemoryBytes,
        }.AsCreating();
        db.Vms.Add(vm);
        if (request.Identity is { } identity)
        {
            db.GuestIdentities.Add(IdentityQueue.NewRow(vm.Id, identity));
        }

        drafts.Add(EventDraft.Of(vm));
        return new OperationPlan(OperationKind.CloneVm, vm.Id, vm.HostId, vm.OwnerId)
        {
            SnapshotId = snapshot.Id,
            Parameters = new CloneParameters(vm.Name, request.Start)
            {
                Full = request.Full,
                VCpus = request.VCpus,
                MemoryBytes = request.MemoryBytes,
                DropDisks = request.DropDisks,
                Network = request.Network,
                CloudInit = request.Identity?.CloudInit,
            },

            // Copying whole disks takes as long as there is data.
            Deadline = request.Full ? FailureDeadlines.Longest : null,
        };
    }
}
