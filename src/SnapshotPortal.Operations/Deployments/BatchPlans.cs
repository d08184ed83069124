using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>Plans what a batch does with one machine; the same plans as for a person's own request.</summary>
internal sealed class BatchPlans(ClonePlanning clones, VmPlans plans)
{
    /// <summary>Plans one part.</summary>
    public async Task<Outcome<OperationPlan>> PlanAsync(
        IPortalDb db,
        List<EventDraft> drafts,
        Batch batch,
        Deployment deployment,
        DeploymentItem item,
        CancellationToken cancellationToken)
    {
        if (batch.Kind == BatchKind.Deploy)
        {
            return await MakeAsync(db, drafts, deployment, item, cancellationToken);
        }

        if (item.VmId is not { } vmId || await db.Vms.FirstOrDefaultAsync(v => v.Id == vmId && v.Presence != VmPresence.Deleting, cancellationToken) is not { } vm)
        {
            return new Failure(FailureKind.NotFound, FailureCodes.NotFound, "There is no machine (any more).");
        }

        return batch.Kind switch
        {
            BatchKind.Start => await plans.PowerAsync(db, vm, PowerAction.Start, cancellationToken),
            BatchKind.ShutDown => await plans.PowerAsync(db, vm, PowerAction.Shutdown, cancellationToken),
            BatchKind.ForceOff => await plans.PowerAsync(db, vm, PowerAction.Stop, cancellationToken),
            BatchKind.Snapshot or BatchKind.Collect => await TakeAsync(db, batch, vm, cancellationToken),
            BatchKind.Reset => await ResetAsync(db, vm, newest: false, cancellationToken),
            BatchKind.Update => await ResetAsync(db, vm, newest: true, cancellationToken),
            BatchKind.Delete => await VmPlans.DeleteAsync(db, drafts, vm, cancellationToken),
            _ => throw new InvalidOperationException($"No such act: {batch.Kind}."),
        };
    }

    private async Task<Outcome<OperationPlan>> MakeAsync(IPortalDb db, List<EventDraft> drafts, Deployment deployment, DeploymentItem item, CancellationToken cancellationToken)
    {
        if (await db.TemplateVersions.FirstOrDefaultAsync(v => v.Id == deployment.TemplateVersionId, cancellationToken) is not { } version
            || await TemplateRequests.SourceAsync(db, version, cancellationToken) is not var (snapshot, source))
        {
            return new Failure(FailureKind.Conflict, FailureCodes.SnapshotNotReady, "The template's snapshot is gone, so no machine can be made from it. Choose another template for a new deployment.");
        }

        var planned = await clones.PlanAsync(
            db,
            drafts,
            new CloneOwner(item.StudentId) { TemplateVersionId = version.Id, ClassId = deployment.ClassId, DeploymentId = deployment.Id },
            snapshot,
            source,
            new CloneVmRequest(item.VmName, Start: deployment.Start) { VCpus = deployment.VCpus, MemoryBytes = deployment.MemoryBytes, Identity = new IdentityRequest() },
            cancellationToken);
        if (planned.IsSuccess)
        {
            item.Begin(planned.Value.VmId);
            return planned;
        }

        // Nobody is asked for a name here: it comes from the pattern.
        return planned.Failure.Code == FailureCodes.NameTaken
            ? planned.Failure with { Message = $"A virtual machine named “{item.VmName}” exists already. Try again when it is gone or has another name, or make a deployment with another pattern for this student." }
            : planned;
    }

    private async Task<Outcome<OperationPlan>> TakeAsync(IPortalDb db, Batch batch, VirtualMachine vm, CancellationToken cancellationToken)
    {
        var name = batch.SnapshotName ?? string.Create(CultureInfo.InvariantCulture, $"{(batch.Kind == BatchKind.Collect ? "Collected" : "Class")} {batch.RequestedAt:yyyy-MM-dd HH:mm:ss}");
        if (await plans.CheckTakeAsync(db, vm, name, withMemory: false, cancellationToken) is { } impossible)
        {
            return impossible;
        }

        var snapshot = plans.NewSnapshot(vm, name, batch.Kind == BatchKind.Collect ? $"Collected by {batch.RequestedByName}." : null, SnapshotOrigin.Manual);
        snapshot.Protected = batch.Kind == BatchKind.Collect;
        return plans.Take(db, vm, snapshot, new TakeSnapshotRequest(name));
    }

    private static async Task<Outcome<OperationPlan>> ResetAsync(IPortalDb db, VirtualMachine vm, bool newest, CancellationToken cancellationToken)
        => await TemplateVersions.OfAsync(db, vm, newest, cancellationToken) is { } version
            ? await VmPlans.ResetAsync(db, vm, version, cancellationToken)
            : new Failure(FailureKind.Conflict, FailureCodes.NoTemplate, "The machine was not made from a template.");
}
