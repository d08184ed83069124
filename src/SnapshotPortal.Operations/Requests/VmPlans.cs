using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Templates;

namespace SnapshotPortal.Operations.Requests;

/// <summary>
/// What is done to one machine, planned inside a transaction: for a person's own request and for its part in a batch alike.
/// That the machine may be used has been checked by the caller.
/// </summary>
internal sealed class VmPlans(QuotaRule quotas, Enqueuing enqueuing, TimeProvider time)
{
    private static readonly TimeSpan _deleteDeadline = TimeSpan.FromHours(24);

    /// <summary>Plans a change of power.</summary>
    public async Task<Outcome<OperationPlan>> PowerAsync(IPortalDb db, VirtualMachine vm, PowerAction action, CancellationToken cancellationToken)
    {
        if (Enqueuing.Obstacle(vm, touchesDisks: action == PowerAction.Start) is { } obstacle)
        {
            return obstacle;
        }

        if (action == PowerAction.Start && await CheckStartAsync(db, vm, cancellationToken) is { } exceeded)
        {
            return exceeded;
        }

        return new OperationPlan(PowerHandler.KindOf(action), vm.Id, vm.HostId, vm.OwnerId);
    }

    /// <summary>Why a machine that is off may not run beside its owner's others; <see langword="null"/> where it may, or runs already.</summary>
    public async Task<Failure?> CheckStartAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
        => vm.Power is PowerState.ShutOff or PowerState.Crashed ? await quotas.CheckStartAsync(db, vm, cancellationToken) : null;

    /// <summary>Plans the deletion of the machine with its snapshots.</summary>
    public static async Task<Outcome<OperationPlan>> DeleteAsync(IPortalDb db, List<EventDraft> drafts, VirtualMachine vm, CancellationToken cancellationToken)
    {
        if (vm.Presence == VmPresence.Creating)
        {
            return Enqueuing.Obstacle(vm, touchesDisks: true)!;
        }

        var snapshots = await db.Snapshots.Where(s => s.VmId == vm.Id).Select(static s => s.Id).ToListAsync(cancellationToken);
        if (await PublishedRule.CheckAsync(db, snapshots, cancellationToken) is { } published)
        {
            return published;
        }

        vm.TryTransition(vm.Presence, VmPresence.Deleting);
        drafts.Add(EventDraft.Of(vm));
        return new OperationPlan(OperationKind.DeleteVm, vm.Id, vm.HostId, vm.OwnerId) { Deadline = _deleteDeadline };
    }

    /// <summary>Plans the way back to the template, or forward to another edition of it.</summary>
    public static async Task<Outcome<OperationPlan>> ResetAsync(IPortalDb db, VirtualMachine vm, TemplateVersion version, CancellationToken cancellationToken)
    {
        if (Enqueuing.Obstacle(vm, touchesDisks: true) is { } obstacle)
        {
            return obstacle;
        }

        if (await db.Snapshots.FirstOrDefaultAsync(s => s.Id == version.SnapshotId, cancellationToken) is not { Phase: SnapshotPhase.Succeeded } snapshot)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.SnapshotNotReady, "The template's snapshot is gone, so there is nothing to go back to. Nothing was changed.");
        }

        if (await ChainRule.CheckSnapshotAsync(db, vm.HostId, snapshot.Id, snapshot.Name, cancellationToken) is { } tooDeep)
        {
            return tooDeep;
        }

        return new OperationPlan(OperationKind.ResetVm, vm.Id, vm.HostId, vm.OwnerId)
        {
            SnapshotId = snapshot.Id,
            Parameters = new RestoreParameters(TargetReadinessPolicy.StopTarget, KeepPresent: true, DisksOnly: true, Guid.CreateVersion7(), version.Id),
        };
    }

    /// <summary>Why none of the machine's snapshots can get that name; <see langword="null"/> if one can.</summary>
    public static async Task<Failure?> CheckNameAsync(IPortalDb db, VirtualMachine vm, string name, CancellationToken cancellationToken)
        => await db.Snapshots.AnyAsync(s => s.VmId == vm.Id && s.Name == name && s.Phase != SnapshotPhase.Deleting, cancellationToken)
            ? new Failure(FailureKind.Conflict, FailureCodes.NameTaken, $"“{vm.Name}” has a snapshot named “{name}” already. Choose another name.", "name")
            : null;

    /// <summary>Why no snapshot of that name can be taken of the machine; <see langword="null"/> if one can.</summary>
    public async Task<Failure?> CheckTakeAsync(IPortalDb db, VirtualMachine vm, string wantedName, bool withMemory, CancellationToken cancellationToken)
    {
        if (Enqueuing.Obstacle(vm, touchesDisks: true) is { } obstacle)
        {
            return obstacle;
        }

        if (withMemory && vm.Power is PowerState.ShutOff or PowerState.Crashed)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.VmNotRunning, $"“{vm.Name}” is off, so it has no memory to save. Take the snapshot without memory, or start the machine first.", "withMemory");
        }

        return await CheckNameAsync(db, vm, wantedName.Trim(), cancellationToken)
            ?? await ChainRule.CheckVmAsync(db, vm.HostId, vm.Id, vm.Name, cancellationToken)
            ?? await quotas.CheckSnapshotAsync(db, vm, cancellationToken);
    }

    /// <summary>A snapshot that is about to be taken.</summary>
    public Snapshot NewSnapshot(VirtualMachine vm, string name, string? description, SnapshotOrigin origin) => new()
    {
        VmId = vm.Id,
        ParentId = vm.CurrentSnapshotId,
        Name = name.Trim(),
        Description = description?.Trim() ?? "",
        Origin = origin,
        RequestedAt = time.GetUtcNow(),
    };

    /// <summary>Plans to take <paramref name="snapshot"/>, and adds its row.</summary>
    public OperationPlan Take(IPortalDb db, VirtualMachine vm, Snapshot snapshot, TakeSnapshotRequest request)
    {
        db.Snapshots.Add(snapshot);
        return new OperationPlan(OperationKind.TakeSnapshot, vm.Id, vm.HostId, vm.OwnerId)
        {
            SnapshotId = snapshot.Id,
            Parameters = new TakeParameters(request.WithMemory),
            Deadline = request.FailureDeadline ?? vm.FailureDeadline ?? enqueuing.DefaultDeadline,
            Phase = nameof(SnapshotPhase.InProgress),
        };
    }
}
