using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>Releases a snapshot's layers to the collector. Nothing on disk changes here, so nothing can fail half-way.</summary>
internal sealed class DeleteSnapshotHandler(IPortalDbFactory factory, CollectionTrigger collection) : IOperationHandler
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.DeleteSnapshot];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await WaitForReadersAsync(run, cancellationToken);
        await run.Journal.BeginStepAsync("Release", cancellationToken: cancellationToken);
        await run.SucceedAsync(async (db, operation, _) =>
        {
            if (await db.SnapshotAsync(operation.SnapshotId, CancellationToken.None) is { } snapshot)
            {
                await ReleaseAsync(db, snapshot, CancellationToken.None);
            }

            return nameof(SnapshotPhase.Deleting);
        });
        collection.Wake();
    }

    public Task RecoverAsync(OperationRun run, CancellationToken cancellationToken) => ExecuteAsync(run, cancellationToken);

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        // It was never begun, and whoever wanted it may not want that any more: the snapshot stays its owner's.
        if (failure.Code == FailureCodes.RightEnded && await db.SnapshotAsync(operation.SnapshotId, cancellationToken) is { Phase: SnapshotPhase.Deleting } snapshot)
        {
            snapshot.TakeBackDelete();
            return snapshot.Phase.ToString();
        }

        return nameof(SnapshotPhase.Deleting);
    }

    /// <summary>Removes a snapshot's row and gives its layers to the collector; its children in the tree take its place.</summary>
    public static async Task ReleaseAsync(IPortalDb db, Snapshot snapshot, CancellationToken cancellationToken)
    {
        var layers = (await LayerRows.HeldAsync(db, snapshot.Id, cancellationToken)).Values;
        foreach (var layer in layers)
        {
            var heldByAnother = await db.SnapshotDisks.AnyAsync(d => d.LayerId == layer.Id && d.SnapshotId != snapshot.Id, cancellationToken);
            if (!heldByAnother)
            {
                layer.TryTransition(LayerState.Frozen, LayerState.Released);
            }
        }

        if (snapshot.Memory is { } memory)
        {
            // Nobody stands on it, so to the collector it is a layer that can go at once.
            var hostId = await db.Vms.Where(v => v.Id == snapshot.VmId).Select(static v => v.HostId).SingleAsync(cancellationToken);
            db.Layers.Add(LayerRows.ToReleased(memory, hostId));
        }

        foreach (var child in await db.Snapshots.Where(s => s.ParentId == snapshot.Id).ToListAsync(cancellationToken))
        {
            child.ParentId = snapshot.ParentId;
        }

        foreach (var vm in await db.Vms.Where(v => v.CurrentSnapshotId == snapshot.Id).ToListAsync(cancellationToken))
        {
            vm.CurrentSnapshotId = snapshot.ParentId;
        }

        db.Snapshots.Remove(snapshot);
    }

    /// <summary>A machine that is just being made from the snapshot needs its layers for another moment.</summary>
    private async Task WaitForReadersAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var told = false;
        while (true)
        {
            await using (var db = factory.Create())
            {
                if (!await db.Operations.AnyAsync(
                    o => o.SnapshotId == run.Operation.SnapshotId && (o.Kind == OperationKind.CloneVm || o.Kind == OperationKind.ResetVm)
                        && (o.State == OperationState.Queued || o.State == OperationState.Running),
                    cancellationToken))
                {
                    return;
                }
            }

            if (!told)
            {
                told = true;
                await run.Journal.ReportWaitingAsync("A new machine is being made from this snapshot.", cancellationToken);
            }

            await Task.Delay(_pause, run.Time, cancellationToken);
        }
    }
}
