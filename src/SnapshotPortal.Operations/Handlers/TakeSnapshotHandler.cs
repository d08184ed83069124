using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What a snapshot was asked for.</summary>
internal sealed record TakeParameters(bool WithMemory);

/// <summary>Takes a snapshot: the heads become frozen, new overlays become heads.</summary>
internal sealed class TakeSnapshotHandler(IHypervisorEngine engine, IPortalDbFactory factory, TimeProvider time) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.TakeSnapshot];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var order = await OrderAsync(run, cancellationToken);
        var captured = await engine.TakeSnapshotAsync(order, run.Journal, cancellationToken);
        await RecordAsync(run, captured);
    }

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var order = await OrderAsync(run, cancellationToken);
        var captured = await engine.RecoverTakeSnapshotAsync(order, run.Journal, cancellationToken)
            ?? throw new EngineException(FailureCodes.Interrupted, "It was interrupted before the disks were captured. What had begun was undone and the machine runs on as before. Take the snapshot again.");
        await RecordAsync(run, captured);
    }

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        var snapshot = await db.SnapshotAsync(operation.SnapshotId, cancellationToken);
        if (snapshot is not { Phase: SnapshotPhase.InProgress })
        {
            return snapshot?.Phase.ToString();
        }

        snapshot.Fail(time.GetUtcNow(), failure.Code, failure.Message, operation.CurrentStep);
        return snapshot.Phase.ToString();
    }

    private async Task<TakeSnapshotOrder> OrderAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var heads = await LayerRows.HeadsAsync(db, run.Operation.VmId, cancellationToken);
        return new TakeSnapshotOrder(run.Host, run.Operation.VmId, run.Operation.SnapshotId!.Value, LayerRows.ToFiles(heads), run.Parameters<TakeParameters>().WithMemory) { Look = run.Look };
    }

    private Task RecordAsync(OperationRun run, CaptureResult captured) => run.SucceedAsync(async (db, operation, _) =>
    {
        var vm = await db.Vms.SingleAsync(v => v.Id == operation.VmId);
        var snapshot = await db.SnapshotAsync(operation.SnapshotId, CancellationToken.None)
            ?? throw new InvalidOperationException($"Operation {operation.Id} has no snapshot to record.");
        var frozen = await LayerRows.FreezeHeadsAsync(db, vm, snapshot, captured.Disks, CancellationToken.None);
        foreach (var disk in captured.Disks)
        {
            if (disk.NewHead is { } head)
            {
                db.Layers.Add(LayerRows.ToRow(head, vm.HostId, LayerState.Head, frozen[disk.Target].Id, createdByPortal: true, operation.Id, vm.Id));
            }
        }

        snapshot.ParentId = vm.CurrentSnapshotId;
        snapshot.CapturedAt = captured.CapturedAt;
        snapshot.FreezeWindow = captured.FreezeWindow;
        snapshot.Indications = captured.Indications;
        snapshot.DomainXml = captured.Configuration.DomainXml;
        snapshot.FirmwareVariables = captured.Configuration.FirmwareVariables;
        snapshot.Memory = captured.Memory;
        snapshot.Succeed(time.GetUtcNow());
        vm.CurrentSnapshotId = snapshot.Id;
        return snapshot.Phase.ToString();
    });
}
