using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What a restore was asked for.</summary>
/// <param name="Policy">What to do where the machine runs.</param>
/// <param name="KeepPresent">Keep the present state as a safety snapshot.</param>
/// <param name="DisksOnly">Leave a snapshot's memory aside.</param>
/// <param name="SafetySnapshotId">The id of that safety snapshot.</param>
/// <param name="TemplateVersionId">For a reset: the template's edition whose snapshot it is.</param>
internal sealed record RestoreParameters(TargetReadinessPolicy Policy, bool KeepPresent, bool DisksOnly, Guid SafetySnapshotId, Guid? TemplateVersionId = null);

/// <summary>Puts a machine back to a snapshot of its own, or to its template's; the present state becomes a safety snapshot.</summary>
internal sealed class RestoreSnapshotHandler(IHypervisorEngine engine, IPortalDbFactory factory, CollectionTrigger collection, IdentityQueue identities, TimeProvider time) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.RestoreSnapshot, OperationKind.ResetVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await LayersInUse.WaitForMergesAsync(run, cancellationToken);
        var order = await OrderAsync(run, cancellationToken);
        var result = await engine.RestoreAsync(order, run.Journal, cancellationToken);
        await RecordAsync(run, order, result);
    }

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var order = await OrderAsync(run, cancellationToken);
        var result = await engine.RecoverRestoreAsync(order, run.Journal, cancellationToken)
            ?? throw new EngineException(FailureCodes.Interrupted, "It was interrupted before the machine was redefined. What had begun was undone and the machine is as before. Restore again.");
        await RecordAsync(run, order, result);
    }

    public Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
        => Task.FromResult<string?>(null);

    private async Task<RestoreOrder> OrderAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var parameters = run.Parameters<RestoreParameters>();
        await using var db = factory.Create();
        var snapshot = await db.Snapshots.AsNoTracking().FirstOrDefaultAsync(s => s.Id == run.Operation.SnapshotId, cancellationToken);
        if (snapshot is not { DomainXml: { } xml })
        {
            throw new EngineException(FailureCodes.SnapshotNotReady, "The snapshot is gone. The machine is as before.");
        }

        var layers = await LayerRows.HeldAsync(db, snapshot.Id, cancellationToken);
        var heads = await LayerRows.HeadsAsync(db, run.Operation.VmId, cancellationToken);
        var isReset = run.Operation.Kind == OperationKind.ResetVm;
        if (isReset)
        {
            RequireSameDisks(heads.Keys, layers);
        }

        return new RestoreOrder(
            run.Host,
            run.Operation.VmId,
            new MachineConfiguration(xml, snapshot.FirmwareVariables),
            parameters.DisksOnly || isReset ? null : snapshot.Memory,
            LayerRows.ToFiles(layers),
            LayerRows.ToFiles(heads),
            parameters.Policy,
            FreezeBeforeStop: Keeps(parameters, layers.Keys, heads.Keys),
            KeepHardware: isReset);
    }

    /// <summary>The machine keeps its hardware in a reset, so every disk it has must come from the template; disks that it was made without stay away.</summary>
    private static void RequireSameDisks(IReadOnlyCollection<string> present, Dictionary<string, DiskLayer> layers)
    {
        if (present.Except(layers.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } others)
        {
            throw new EngineException(FailureCodes.DisksDiffer, $"The machine has a disk that the template does not have ({string.Join(", ", others)}), so it cannot be reset. It is as before. Make a new machine from the template instead.");
        }

        foreach (var target in layers.Keys.Except(present, StringComparer.Ordinal).ToList())
        {
            layers.Remove(target);
        }
    }

    /// <summary>A disk that the snapshot does not have would be lost: then the present state is kept, asked for or not.</summary>
    private static bool Keeps(RestoreParameters parameters, IReadOnlyCollection<string> snapshotTargets, IReadOnlyCollection<string> presentTargets)
        => parameters.KeepPresent || presentTargets.Except(snapshotTargets, StringComparer.Ordinal).Any();

    private async Task RecordAsync(OperationRun run, RestoreOrder order, RestoreResult result)
    {
        var parameters = run.Parameters<RestoreParameters>();
        var keep = Keeps(parameters, [.. order.Layers.Keys], [.. order.Heads.Keys]);
        await run.SucceedAsync(async (db, operation, drafts) =>
        {
            var vm = await db.Vms.SingleAsync(v => v.Id == operation.VmId);
            var snapshot = await db.Snapshots.SingleAsync(s => s.Id == operation.SnapshotId);
            if (keep)
            {
                await KeepAsync(db, operation, parameters, result);
            }
            else
            {
                foreach (var head in (await LayerRows.HeadsAsync(db, vm.Id, CancellationToken.None)).Values)
                {
                    head.TryTransition(LayerState.Head, LayerState.Released);
                }

                await db.SaveChangesAsync(CancellationToken.None);
            }

            foreach (var head in result.NewHeads)
            {
                db.Layers.Add(LayerRows.ToRow(head, vm.HostId, LayerState.Head, order.Layers[head.Target].LayerId, createdByPortal: true, operation.Id, vm.Id));
            }

            vm.CurrentSnapshotId = run.Operation.Kind == OperationKind.ResetVm ? null : snapshot.Id;
            vm.TemplateVersionId = parameters.TemplateVersionId ?? snapshot.TemplateVersionId;
            if (operation.Kind == OperationKind.ResetVm)
            {
                await IdentityQueue.RenewAsync(db, vm.Id);
                if (result.StartedAgain)
                {
                    await db.SaveChangesAsync(CancellationToken.None);
                    await identities.AddPendingAsync(db, operation, drafts);
                }
            }

            return null;
        }, result.StartFailure);
        identities.Wake();
        collection.Wake();
    }

    private async Task KeepAsync(IPortalDb db, Operation operation, RestoreParameters parameters, RestoreResult result)
    {
        var vm = await db.Vms.SingleAsync(v => v.Id == operation.VmId);
        var safety = new Snapshot
        {
            Id = parameters.SafetySnapshotId,
            VmId = vm.Id,
            Name = await FreeNameAsync(db, vm.Id, string.Create(CultureInfo.InvariantCulture, $"Before {(operation.Kind == OperationKind.ResetVm ? "reset" : "restore")}, {result.LeftAt:yyyy-MM-dd HH:mm:ss}")),
            Description = "Kept by the portal so that this can be undone.",
            Origin = SnapshotOrigin.Safety,
            RequestedAt = operation.RequestedAt,
            ParentId = vm.CurrentSnapshotId,
            CapturedAt = result.LeftAt,
            Indications = result.Indications,
            DomainXml = result.PreviousConfiguration.DomainXml,
            FirmwareVariables = result.PreviousConfiguration.FirmwareVariables,
        };
        db.Snapshots.Add(safety);
        await LayerRows.FreezeHeadsAsync(db, vm, safety, result.PreviousDisks, CancellationToken.None);
        safety.Succeed(time.GetUtcNow());
    }

    private static async Task<string> FreeNameAsync(IPortalDb db, Guid vmId, string wanted)
    {
        var names = (await db.Snapshots.Where(s => s.VmId == vmId && s.Phase != SnapshotPhase.Deleting).Select(static s => s.Name).ToListAsync()).ToHashSet(StringComparer.Ordinal);
        var name = wanted;
        for (var n = 2; names.Contains(name); n++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted} ({n})");
        }

        return name;
    }
}
