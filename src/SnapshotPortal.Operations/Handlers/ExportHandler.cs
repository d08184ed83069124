using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What an export was asked for.</summary>
internal sealed record ExportParameters(string? Pool);

/// <summary>Copies a snapshot's or a machine's disks into files that stand alone.</summary>
internal sealed class ExportHandler(IHypervisorEngine engine, IPortalDbFactory factory, TimeProvider time) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.ExportSnapshot, OperationKind.ExportVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await LayersInUse.WaitForMergesAsync(run, cancellationToken);
        var files = await engine.ExportAsync(await OrderAsync(run, cancellationToken), run.Journal, cancellationToken);
        await run.SucceedAsync(async (db, operation, _) =>
        {
            var export = await db.Exports.SingleAsync(e => e.Id == operation.Id);
            foreach (var file in files)
            {
                db.ExportDisks.Add(new ExportDisk
                {
                    ExportId = export.Id,
                    Target = file.Target,
                    Pool = file.Pool,
                    Volume = file.Volume,
                    Path = file.Path,
                    VirtualSize = file.VirtualSize,
                    Size = file.Size,
                });
            }

            export.Complete(time.GetUtcNow());
            return null;
        });
    }

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await engine.UndoExportAsync(run.Host, run.Journal, cancellationToken);
        throw new EngineException(FailureCodes.Interrupted, "It was interrupted, and what had been written was removed. Export again.");
    }

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        if (await db.Exports.FirstOrDefaultAsync(e => e.Id == operation.Id, cancellationToken) is not { State: ExportState.InProgress } export)
        {
            return null;
        }

        if (failure.Code == FailureCodes.Cancelled)
        {
            // Nobody wants it any more, so there is nothing to tell of it.
            db.Exports.Remove(export);
        }
        else
        {
            export.Fail(time.GetUtcNow(), failure.Code, failure.Message);
        }

        return null;
    }

    private async Task<ExportOrder> OrderAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var pool = run.Parameters<ExportParameters>().Pool;
        await using var db = factory.Create();
        if (run.Operation.Kind == OperationKind.ExportVm)
        {
            var heads = await LayerRows.HeadsAsync(db, run.Operation.VmId, cancellationToken);
            return new ExportOrder(run.Host, run.Operation.VmId, LayerRows.ToFiles(heads), DomainXml: null, pool);
        }

        var snapshot = await db.Snapshots.AsNoTracking().FirstOrDefaultAsync(s => s.Id == run.Operation.SnapshotId, cancellationToken);
        return snapshot is { DomainXml: { } xml }
            ? new ExportOrder(run.Host, run.Operation.VmId, LayerRows.ToFiles(await LayerRows.HeldAsync(db, snapshot.Id, cancellationToken)), xml, pool)
            : throw new EngineException(FailureCodes.SnapshotNotReady, "The snapshot is gone. Nothing was exported.");
    }
}
