using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What a clone was asked for.</summary>
internal sealed record CloneParameters(string Name, bool Start)
{
    public bool Full { get; init; }

    public int? VCpus { get; init; }

    public long? MemoryBytes { get; init; }

    public IReadOnlyList<string> DropDisks { get; init; } = [];

    public CloneNetwork? Network { get; init; }

    public CloudInitRequest? CloudInit { get; init; }
}

/// <summary>Makes a machine from a snapshot: overlays on its layers or copies of them, a domain of its own.</summary>
internal sealed class CloneVmHandler(IHypervisorEngine engine, IPortalDbFactory factory, IdentityQueue identities, CollectionTrigger collection) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.CloneVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await LayersInUse.WaitForMergesAsync(run, cancellationToken);
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

        collection.Wake();
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
        foreach (var dropped in parameters.DropDisks)
        {
            layers.Remove(dropped);
        }

        return new CloneOrder(run.Host, run.Operation.VmId, parameters.Name, new MachineConfiguration(xml, snapshot.FirmwareVariables), LayerRows.ToFiles(layers), parameters.Start)
        {
            Full = parameters.Full,
            Changes = new CloneChanges(parameters.VCpus, parameters.MemoryBytes, parameters.Network),
            CloudInit = parameters.CloudInit,
        };
    }

    private async Task RecordAsync(OperationRun run, CloneOrder order, CloneResult result)
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
                Guid? parent = order.Full ? null : order.Layers[head.Target].LayerId;
                db.Layers.Add(LayerRows.ToRow(head, vm.HostId, LayerState.Head, parent, createdByPortal: true, operation.Id, vm.Id));
            }

            if (result.Seed is { } seed)
            {
                (await IdentityNeighbours.RowAsync(db, vm.Id)).Seed = seed;
            }

            if (order.Start && result.StartFailure is null)
            {
                await identities.AddPendingAsync(db, operation, drafts);
            }

            drafts.Add(EventDraft.Of(vm));
            return null;
        }, result.StartFailure);
        identities.Wake();
        collection.Wake();
    }
}
