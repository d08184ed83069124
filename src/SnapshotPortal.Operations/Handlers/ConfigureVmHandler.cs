using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What is to be changed of a machine; what is <see langword="null"/> stays.</summary>
internal sealed record ConfigureParameters(string? Name, bool? StartsWithHost, IReadOnlyList<string>? BootOrder);

/// <summary>Changes what the host keeps of a machine: its name, whether it starts with the host, what it boots from.</summary>
internal sealed class ConfigureVmHandler(IHypervisorEngine engine) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.ConfigureVm];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var wanted = run.Parameters<ConfigureParameters>();
        await engine.ConfigureAsync(Order(run, wanted), run.Journal, cancellationToken);
        await RecordAsync(run, wanted);
    }

    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var wanted = run.Parameters<ConfigureParameters>();
        if (!await engine.RecoverConfigureAsync(Order(run, wanted), run.Journal, cancellationToken))
        {
            throw new EngineException(FailureCodes.Interrupted, "It was interrupted, and the machine's settings are as before. Change them again.");
        }

        await RecordAsync(run, wanted);
    }

    public Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
        => Task.FromResult<string?>(null);

    private static ConfigureOrder Order(OperationRun run, ConfigureParameters wanted)
        => new(run.Host, run.Operation.VmId, wanted.Name, wanted.StartsWithHost, wanted.BootOrder);

    private static Task RecordAsync(OperationRun run, ConfigureParameters wanted) => run.SucceedAsync(async (db, operation, drafts) =>
    {
        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId) is { } vm)
        {
            // The monitor sees it too, sooner or later; whoever reads the outcome is to find the name in the same instant.
            vm.Name = wanted.Name ?? vm.Name;
            if (wanted.BootOrder is not null)
            {
                // A record that was being written while the machine was redefined may have been lost with the old definition.
                vm.RecordRevision++;
            }

            drafts.Add(EventDraft.Of(vm));
        }

        return null;
    });
}
