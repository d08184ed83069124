using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What an import was asked for.</summary>
internal sealed record ImportParameters(string Name, string Pool, string Volume, int VCpus, long MemoryBytes, string? Network, long DiskBytes, bool Start);

/// <summary>Makes a machine around an image from elsewhere.</summary>
internal sealed class ImportVmHandler(IHypervisorEngine engine, IOptions<PortalOptions> options) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.ImportVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
        => await RecordAsync(run, await engine.ImportAsync(Order(run), run.Journal, cancellationToken));

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
        => await RecordAsync(run, await engine.RecoverImportAsync(Order(run), run.Journal, cancellationToken)
            ?? throw new EngineException(FailureCodes.Interrupted, "It was interrupted before the new machine was defined. What had begun was removed. Import it again."));

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId, cancellationToken) is { Presence: VmPresence.Creating } vm)
        {
            db.Vms.Remove(vm);
            drafts.Add(EventDraft.Removed(vm));
        }

        return null;
    }

    private ImportOrder Order(OperationRun run)
    {
        var asked = run.Parameters<ImportParameters>();
        return new ImportOrder(
            run.Host,
            run.Operation.VmId,
            asked.Name,
            asked.Pool,
            asked.Volume,
            asked.VCpus,
            asked.MemoryBytes,
            asked.Network is null ? null : new CloneNetwork(asked.Network),
            asked.DiskBytes,
            asked.Start,
            options.Value.Images.Limits);
    }

    private static Task RecordAsync(OperationRun run, ImportResult result) => run.SucceedAsync(
        async (db, operation, drafts) =>
        {
            var vm = await db.Vms.SingleAsync(v => v.Id == operation.VmId);
            vm.TryTransition(VmPresence.Creating, VmPresence.Present);
            vm.Power = result.Vm.Power;
            vm.AgentConnected = result.Vm.AgentConnected;
            vm.ObservedAt = run.Time.GetUtcNow();
            db.Layers.Add(LayerRows.ToRow(result.Head, vm.HostId, LayerState.Head, null, createdByPortal: true, operation.Id, vm.Id));
            drafts.Add(EventDraft.Of(vm));
            return null;
        },
        result.StartFailure);
}
