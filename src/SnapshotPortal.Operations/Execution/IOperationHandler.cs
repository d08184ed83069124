using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Execution;

/// <summary>Does one kind of operation, and puts it in order after a crash.</summary>
internal interface IOperationHandler
{
    /// <summary>The kinds it does.</summary>
    IReadOnlyCollection<OperationKind> Kinds { get; }

    /// <summary>
    /// Does the work and ends it with <see cref="OperationRun.SucceedAsync"/>. When it throws, the machine is as before and
    /// <see cref="OnFailedAsync"/> is called in the transaction that ends the operation.
    /// </summary>
    Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken);

    /// <summary>
    /// Finishes what a dead process began: completes it like <see cref="ExecuteAsync"/>, or throws an
    /// <see cref="Engine.EngineException"/> with <see cref="FailureCodes.Interrupted"/> once everything is undone.
    /// </summary>
    Task RecoverAsync(OperationRun run, CancellationToken cancellationToken);

    /// <summary>Writes what the failure means for the objects the operation was about.</summary>
    /// <returns>The snapshot's phase for the event, where there is one.</returns>
    Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken);
}
