using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>Deletes a machine with its snapshots; layers that clones still need stay with the collector.</summary>
internal sealed class DeleteVmHandler(IHypervisorEngine engine, IPortalDbFactory factory, CollectionTrigger collection) : IOperationHandler
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.DeleteVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await WaitForClonesAsync(run, cancellationToken);
        await engine.DeleteVmAsync(run.Host, run.Operation.VmId, run.Journal, cancellationToken);
        await run.SucceedAsync(async (db, operation, drafts) =>
        {
            foreach (var snapshot in await db.Snapshots.Include(static s => s.Disks).Where(s => s.VmId == operation.VmId).ToListAsync())
            {
                await DeleteSnapshotHandler.ReleaseAsync(db, snapshot, CancellationToken.None);
            }

            foreach (var head in (await LayerRows.HeadsAsync(db, operation.VmId, CancellationToken.None)).Values)
            {
                head.TryTransition(LayerState.Head, LayerState.Released);
            }

            await db.FreezeDebts.Where(d => d.VmId == operation.VmId).ExecuteDeleteAsync();
            if (await db.GuestIdentities.FirstOrDefaultAsync(i => i.VmId == operation.VmId) is { Seed: { } seed })
            {
                db.Layers.Add(LayerRows.ToReleased(seed, run.Host.Id));
            }

            if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId) is { } vm)
            {
                foreach (var place in await db.DeploymentItems.Where(i => i.VmId == vm.Id).ToListAsync())
                {
                    place.Leave();
                }

                db.Vms.Remove(vm);
                drafts.Add(EventDraft.Removed(vm));
            }

            return null;
        });
        collection.Wake();
    }

    public Task RecoverAsync(OperationRun run, CancellationToken cancellationToken) => ExecuteAsync(run, cancellationToken);

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId, cancellationToken) is { Presence: VmPresence.Deleting } vm)
        {
            vm.TryTransition(VmPresence.Deleting, VmPresence.Present);
            drafts.Add(EventDraft.Of(vm));
        }

        return null;
    }

    private async Task WaitForClonesAsync(OperationRun run, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using (var db = factory.Create())
            {
                var snapshots = db.Snapshots.Where(s => s.VmId == run.Operation.VmId).Select(static s => (Guid?)s.Id);
                if (!await db.Operations.AnyAsync(
                    o => (o.Kind == OperationKind.CloneVm || o.Kind == OperationKind.ResetVm) && (o.State == OperationState.Queued || o.State == OperationState.Running) && snapshots.Contains(o.SnapshotId),
                    cancellationToken))
                {
                    return;
                }
            }

            await Task.Delay(_pause, run.Time, cancellationToken);
        }
    }
}
