using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What a clone was asked for.</summary>
internal sealed record CloneParameters(string Name, bool Start);

/// <summary>Makes a machine from a snapshot: overlays on its layers, a domain of its own.</summary>
internal sealed class CloneVmHandler(IHypervisorEngine engine, IPortalDbFactory factory) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.CloneVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var order = await OrderAsync(run, cancellationToken);
        var result = await engine.CloneAsync(order, run.Journal, cancellationToken);
        await RecordAsync(run, order, result);
    }

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var order = await OrderAsync(run, cancellationToken);
        var result = await engine.RecoverCloneAsync(order, run.Journal, cancellationToken)
            ?? throw new EngineException(FailureCodes.Interrupted, "It was interrupted before the new machine was defined. What had begun was removed. Make it again.");
        await RecordAsync(run, order, result);
    }

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId, cancellationToken) is { Presence: VmPresence.Creating } vm)
        {
            db.Vms.Remove(vm);
            drafts.Add(EventDraft.Removed(vm));
        }

        return null;
    }

    private async Task<CloneOrder> OrderAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var parameters = run.Parameters<CloneParameters>();
        await using var db = factory.Create();
        var snapshot = await db.Snapshots.AsNoTracking().FirstOrDefaultAsync(s => s.Id == run.Operation.SnapshotId, cancellationToken);
        if (snapshot is not { DomainXml: { } xml })
        {
            throw new EngineException(FailureCodes.SnapshotNotReady, "The snapshot is gone. No machine was made.");
        }

        var layers = await LayerRows.HeldAsync(db, snapshot.Id, cancellationToken);
        return new CloneOrder(run.Host, run.Operation.VmId, parameters.Name, new MachineConfiguration(xml, snapshot.FirmwareVariables), LayerRows.ToFiles(layers), parameters.Start);
    }

    private static async Task RecordAsync(OperationRun run, CloneOrder order, CloneResult result)
    {
        await run.SucceedAsync(async (db, operation, drafts) =>
        {
            var vm = await db.Vms.SingleAsync(v => v.Id == operation.VmId);
            vm.TryTransition(VmPresence.Creating, VmPresence.Present);
            vm.Power = result.Vm.Power;
            vm.VCpus = result.Vm.VCpus;
            vm.MemoryBytes = result.Vm.MemoryBytes;
            vm.AgentConnected = result.Vm.AgentConnected;
            vm.ObservedAt = run.Time.GetUtcNow();
            foreach (var head in result.Heads)
            {
                db.Layers.Add(LayerRows.ToRow(head, vm.HostId, LayerState.Head, order.Layers[head.Target].LayerId, createdByPortal: true, operation.Id, vm.Id));
            }

            drafts.Add(EventDraft.Of(vm));
            return null;
        }, result.StartFailure);
    }
}
