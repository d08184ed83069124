namespace SnapshotPortal.Operations.Engine;

/// <summary>The journal and the step reports of one operation.</summary>
public interface IOperationJournal
{
    Guid OperationId { get; }

    /// <summary>
    /// The previous step is done, <paramref name="step"/> begins. Returns when the change is on disk, with
    /// <paramref name="intention"/>: write down everything the step will touch before it touches it.
    /// </summary>
    /// <param name="step">The step's stable name.</param>
    /// <param name="intention">What is about to be done, with all names; <see langword="null"/> for a step without side effects.</param>
    /// <param name="incursFreezeDebt">The step is about to freeze the guest: owe a thaw from now on.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task BeginStepAsync(string step, object? intention = null, bool incursFreezeDebt = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Like <see cref="BeginStepAsync"/> without an intention, but returns at once: for the steps while a guest is frozen,
    /// where nobody may wait for a disk of ours.
    /// </summary>
    void NoteStep(string step);

    /// <summary>Adds a few words to the current step.</summary>
    void NoteDetail(string detail);

    /// <summary>The guest is proven to be thawed: the debt is paid with the next write.</summary>
    void NoteThawProven();

    /// <summary>A thaw could not be proven: the debt stays, with what was answered.</summary>
    void NoteThawUnproven(string answer);

    /// <summary>Progress of the current step as the hypervisor tells it, 0 to 100. Written at most a few times a second.</summary>
    void ReportProgress(double percent);

    /// <summary>Says why the operation waits, for instance for the machine to be shut down.</summary>
    Task ReportWaitingAsync(string reason, CancellationToken cancellationToken);

    /// <summary>The last intention of this type that the operation wrote, in this process or in one that died.</summary>
    Task<T?> FindIntentionAsync<T>(CancellationToken cancellationToken)
        where T : class;
}
