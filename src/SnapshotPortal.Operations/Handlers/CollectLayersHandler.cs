using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>
/// Merges the released layers of one machine, or removes those of a host that nothing stands on. Decides anew before each
/// act, because the tree may have changed since the plan.
/// </summary>
internal sealed class CollectLayersHandler(IHypervisorEngine engine, IPortalDbFactory factory, CollectionTrigger collection) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.CollectLayers];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var stuck = new Dictionary<Guid, EngineException>();
        while (await ClaimNextAsync(run, stuck.Keys, cancellationToken) is { } action)
        {
            try
            {
                await CarryOutAsync(run, action, cancellationToken);
            }
            catch (EngineException e) when (MayGoOn(action, e))
            {
                // One that cannot go must not keep all the others.
                await GiveBackAsync(run, action.Layer.Id);
                stuck.Add(action.Layer.Id, e);
            }
        }

        if (stuck.Count > 0)
        {
            ExceptionDispatchInfo.Throw(stuck.Values.First());
        }

        await run.SucceedAsync(static (_, _, _) => Task.FromResult<string?>(null));

        // What was removed or merged may have been the last thing that stood in another layer's way.
        collection.Wake();
    }

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        if (await run.Journal.FindIntentionAsync<MergeClaim>(cancellationToken) is { } claim)
        {
            DiskLayer? layer;
            DiskLayer? child;
            DiskLayer? head;
            await using (var db = factory.Create())
            {
                layer = await db.Layers.AsNoTracking().FirstOrDefaultAsync(l => l.Id == claim.LayerId, cancellationToken);
                child = await db.Layers.AsNoTracking().FirstOrDefaultAsync(l => l.Id == claim.ChildId, cancellationToken);
                head = child is null ? null : (await LayerRows.HeadsAsync(db, run.Operation.VmId, cancellationToken)).GetValueOrDefault(child.Target);
            }

            // Only the last claim can be open; one whose rows are merged already is done.
            if (layer is { State: LayerState.Merging } && child is not null && head is not null)
            {
                var order = Order(run, new MergeLayer(layer, child, run.Operation.VmId, head));
                if (await engine.RecoverMergeAsync(order, run.Journal, cancellationToken))
                {
                    await MergedAsync(run, layer.Id, child.Id);
                }
                else
                {
                    await GiveBackAsync(run, layer.Id);
                }
            }
        }

        // The plan holds released layers only: one that was being removed would stay as it is for ever.
        if (await run.Journal.FindIntentionAsync<RemoveClaim>(cancellationToken) is { } removal)
        {
            await GiveBackAsync(run, removal.LayerId);
        }

        // A removal is repeated without harm; a merge that was stopped is begun anew.
        await ExecuteAsync(run, cancellationToken);
    }

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        var ids = await db.Journal.Where(j => j.OperationId == operation.Id).Select(static j => j.Intention).ToListAsync(cancellationToken);
        foreach (var layer in await db.Layers.Where(static l => l.State == LayerState.Merging || l.State == LayerState.Deleting).ToListAsync(cancellationToken))
        {
            if (ids.Any(i => i.Contains(layer.Id.ToString(), StringComparison.OrdinalIgnoreCase)))
            {
                layer.TryTransition(layer.State, LayerState.Released);
            }
        }

        return null;
    }

    private async Task CarryOutAsync(OperationRun run, CollectionAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case RemoveLayer remove:
                await engine.RemoveVolumeAsync(run.Host, LayerRows.ToFile(remove.Layer), run.Journal, cancellationToken);
                await ForgetAsync(run, remove.Layer.Id);
                break;
            case MergeLayer merge:
                await engine.MergeAsync(Order(run, merge), run.Journal, cancellationToken);
                await MergedAsync(run, merge.Layer.Id, merge.Child.Id);
                break;
            default:
                throw new InvalidOperationException($"A plan holds something to do or nothing, not {action.GetType().Name}.");
        }
    }

    /// <summary>
    /// Whether the rest can be done after a failure. Not without the host, and not on a machine that is no more as the portal left it.
    /// </summary>
    private static bool MayGoOn(CollectionAction action, EngineException e)
        => e.Code != FailureCodes.HostUnreachable && !(action is MergeLayer && e.Code == FailureCodes.Drift);

    /// <summary>What was marked is released again: it stands as before, or a removal of it can be repeated without harm.</summary>
    private static Task GiveBackAsync(OperationRun run, Guid layerId) => run.Changes.CommitAsync(
        async (db, _) =>
        {
            if (await db.Layers.FirstOrDefaultAsync(l => l.Id == layerId) is { State: LayerState.Merging or LayerState.Deleting } layer)
            {
                layer.TryTransition(layer.State, LayerState.Released);
            }
        },
        CancellationToken.None);

    private static MergeOrder Order(OperationRun run, MergeLayer merge)
        => new(run.Host, run.Operation.VmId, LayerRows.ToFile(merge.Layer), LayerRows.ToFile(merge.Child), merge.Head.Path);

    /// <summary>Chooses the next thing to do for this operation and marks its layer, in one transaction.</summary>
    private static async Task<CollectionAction?> ClaimNextAsync(OperationRun run, IReadOnlyCollection<Guid> stuck, CancellationToken cancellationToken)
    {
        CollectionAction? next = null;
        await using (var db = run.Changes.Read())
        {
            next = await NextAsync(db, run, stuck, cancellationToken);
        }

        if (next is null)
        {
            return null;
        }

        // The claim is in the journal before the layer is marked: whatever dies in between, recovery finds the mark's owner.
        await run.Journal.BeginStepAsync(
            next is MergeLayer ? "Merge" : "Remove",
            next is MergeLayer m ? new MergeClaim(m.Layer.Id, m.Child.Id) : new RemoveClaim(next.Layer.Id),
            cancellationToken: cancellationToken);
        return await run.Changes.CommitAsync(
            async (db, _) =>
            {
                var again = await NextAsync(db, run, stuck, cancellationToken);
                if (again is null || again.Layer.Id != next.Layer.Id || again.GetType() != next.GetType())
                {
                    return null;
                }

                var layer = await db.Layers.SingleAsync(l => l.Id == again.Layer.Id, cancellationToken);
                layer.TryTransition(layer.State, again is MergeLayer ? LayerState.Merging : LayerState.Deleting);
                return again;
            },
            cancellationToken);
    }

    private static async Task<CollectionAction?> NextAsync(IPortalDb db, OperationRun run, IReadOnlyCollection<Guid> stuck, CancellationToken cancellationToken)
    {
        var layers = await db.Layers.AsNoTracking().Where(l => l.HostId == run.Host.Id).ToListAsync(cancellationToken);
        return new LayerTree(layers, await LayersInUse.ReadAsync(db, cancellationToken)).Plan().FirstOrDefault(a => !stuck.Contains(a.Layer.Id) && a switch
        {
            RemoveLayer => run.Operation.VmId == run.Host.Id,
            MergeLayer merge => merge.VmId == run.Operation.VmId,
            _ => false,
        });
    }

    private static Task ForgetAsync(OperationRun run, Guid layerId) => run.Changes.CommitAsync(
        async (db, _) =>
        {
            db.Layers.Remove(await db.Layers.SingleAsync(l => l.Id == layerId));
        },
        CancellationToken.None);

    /// <summary>The child keeps its identity (snapshots hold it, layers stand on it) and lives in the base's file from now on.</summary>
    private static Task MergedAsync(OperationRun run, Guid layerId, Guid childId) => run.Changes.CommitAsync(
        async (db, _) =>
        {
            var layer = await db.Layers.SingleAsync(l => l.Id == layerId);
            var child = await db.Layers.SingleAsync(l => l.Id == childId);
            child.ParentId = layer.ParentId;

            // At the least; what the two have in common is not known before somebody measures.
            child.Allocation = Math.Max(child.Allocation, layer.Allocation);
            db.Layers.Remove(layer);

            // The path is unique: the base's row gives it up before the child's takes it.
            await db.SaveChangesAsync(CancellationToken.None);
            child.Path = layer.Path;
            child.Pool = layer.Pool;
            child.Volume = layer.Volume;
            child.Format = layer.Format;
            child.CreatedByPortal = layer.CreatedByPortal;
        },
        CancellationToken.None);

    private sealed record MergeClaim(Guid LayerId, Guid ChildId);

    private sealed record RemoveClaim(Guid LayerId);
}
