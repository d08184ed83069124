using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Quotas;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Checks and writes what every new machine made from a snapshot needs, whoever may ask for it.</summary>
internal sealed class ClonePlanning(QuotaRule quotas, HostFit fit, OfferedNetworks networks, TimeProvider time)
{
    /// <summary>Plans one clone. That the snapshot may be used has been checked by the caller.</summary>
    /// <param name="db">The transaction that enqueues.</param>
    /// <param name="drafts">The events of that transaction.</param>
    /// <param name="owner">Whose the new machine will be, and what it is for.</param>
    /// <param name="snapshot">What it starts from.</param>
    /// <param name="source">The machine the snapshot is of.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Outcome<OperationPlan>> PlanAsync(
        IPortalDb db,
        List<EventDraft> drafts,
        CloneOwner owner,
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

        if ((NameChecks.CheckVm(request.Name) ?? NameChecks.CheckDescription(request.Description)) is { } wrongWords)
        {
            return wrongWords;
        }

        if (SnapshotRequests.NotReady(snapshot) is { } notReady)
        {
            return notReady;
        }

        if (CloneChecks.Check(request, snapshot) is { } wrongOption)
        {
            return wrongOption;
        }

        if (networks.Check(owner.AnyNetwork, source.HostId, snapshot, request.Network) is { } closed)
        {
            return closed;
        }

        if (await NameChecks.CheckVmTakenAsync(db, source.HostId, request.Name, cancellationToken) is { } taken)
        {
            return taken;
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
            OwnerId = owner.UserId,
            Origin = VmOrigin.Cloned,
            OriginSnapshotId = snapshot.Id,
            TemplateVersionId = owner.TemplateVersionId,
            OriginVersionId = source.TemplateVersionId ?? source.OriginVersionId,

            // Whoever published a template could do so; from there on its audience says who may have it.
            OriginClassId = owner.TemplateVersionId is null ? source.ClassId ?? source.OriginClassId : null,
            ClassId = owner.ClassId,
            DeploymentId = owner.DeploymentId,
            CreatedAt = time.GetUtcNow(),
            VCpus = request.VCpus ?? source.VCpus,
            MemoryBytes = request.MemoryBytes ?? source.MemoryBytes,
        }.AsCreating();
        if (fit.Check(vm.HostId, vm.VCpus, vm.MemoryBytes, source.VCpus) is { } tooMuch)
        {
            return tooMuch;
        }

        if (await quotas.CheckNewVmAsync(db, vm, request.Start, cancellationToken) is { } exceeded)
        {
            return exceeded;
        }

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

/// <summary>Whose a clone will be, and what it is for.</summary>
/// <param name="UserId">The owner.</param>
internal sealed record CloneOwner(Guid UserId)
{
    /// <summary>The edition of the template that its snapshot was published as.</summary>
    public Guid? TemplateVersionId { get; init; }

    public Guid? ClassId { get; init; }

    public Guid? DeploymentId { get; init; }

    /// <summary>Whoever asks may choose among all networks of the host.</summary>
    public bool AnyNetwork { get; init; }
}
