using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>Starts, shuts down, forces off, restarts.</summary>
internal sealed class PowerHandler(IHypervisorEngine engine, IdentityQueue identities) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } =
        [OperationKind.StartVm, OperationKind.ShutdownVm, OperationKind.StopVm, OperationKind.RebootVm];

    /// <summary>The kind of operation for an act.</summary>
    public static OperationKind KindOf(PowerAction action) => action switch
    {
        PowerAction.Start => OperationKind.StartVm,
        PowerAction.Shutdown => OperationKind.ShutdownVm,
        PowerAction.Stop => OperationKind.StopVm,
        PowerAction.Reboot => OperationKind.RebootVm,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "No such act."),
    };

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var action = run.Operation.Kind switch
        {
            OperationKind.StartVm => PowerAction.Start,
            OperationKind.ShutdownVm => PowerAction.Shutdown,
            OperationKind.StopVm => PowerAction.Stop,
            _ => PowerAction.Reboot,
        };
        await engine.PowerAsync(run.Host, run.Operation.VmId, action, run.Journal, cancellationToken);
        await run.SucceedAsync(async (db, operation, drafts) =>
        {
            if (action == PowerAction.Start)
            {
                await identities.AddPendingAsync(db, operation, drafts);
            }

            return null;
        });
        identities.Wake();
    }

    public Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
        // A second restart might interrupt somebody's work; the others only ask for a state that is reached or not.
        => run.Operation.Kind == OperationKind.RebootVm
            ? throw new EngineException(FailureCodes.Interrupted, "The portal stopped while it asked the guest to restart. Look whether it did, and ask again if not.")
            : ExecuteAsync(run, cancellationToken);

    public Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
        => Task.FromResult<string?>(null);
}
