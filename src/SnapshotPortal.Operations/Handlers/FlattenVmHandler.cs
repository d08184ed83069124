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
/// Makes a machine's present disks stand alone, one after the other. Each disk that is done is written down at once: what
/// stops the next one takes nothing back.
/// </summary>
internal sealed class FlattenVmHandler(IHypervisorEngine engine, IPortalDbFactory factory, CollectionTrigger collection) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.FlattenVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        foreach (var head in await HeadsAsync(run, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await engine.FlattenAsync(Order(run, head), run.Journal, cancellationToken);
            await DetachAsync(run, head);
        }

        await SucceedAsync(run);
    }

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        foreach (var head in await HeadsAsync(run, cancellationToken))
        {
            if (await engine.RecoverFlattenAsync(Order(run, head), run.Journal, cancellationToken))
            {
                await DetachAsync(run, head);
            }
            else
            {
                left.Add(head.Target);
            }
        }

        if (left.Count > 0)
        {
            throw new EngineException(FailureCodes.Interrupted, $"It was interrupted. The machine is as before, and {string.Join(", ", left)} still shares its files with others. Flatten again: what was copied already is not copied twice.");
        }

        await SucceedAsync(run);
    }

    public Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        // A disk that was done before the failure has let go of its files.
        collection.Wake();
        return Task.FromResult<string?>(null);
    }

    private static FlattenOrder Order(OperationRun run, DiskLayer head) => new(run.Host, run.Operation.VmId, LayerRows.ToFile(head));

    private async Task<List<DiskLayer>> HeadsAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var heads = await LayerRows.HeadsAsync(db, run.Operation.VmId, cancellationToken);
        return [.. heads.Values.OrderBy(static h => h.Target, StringComparer.Ordinal)];
    }

    /// <summary>Nothing is behind the head any more; what was is the collector's, unless a snapshot or another machine needs it.</summary>
    private static Task DetachAsync(OperationRun run, DiskLayer head) => run.Changes.CommitAsync(
        async (db, _) =>
        {
            var tracked = await db.Layers.SingleAsync(l => l.Id == head.Id);
            tracked.ParentId = null;
        },
        CancellationToken.None);

    private async Task SucceedAsync(OperationRun run)
    {
        await run.SucceedAsync(static (_, _, _) => Task.FromResult<string?>(null));
        collection.Wake();
    }
}
