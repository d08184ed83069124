using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Engine;

/// <summary>
/// The port to the hypervisor. It is coarse on purpose: what a layer is, how a guest is frozen and how files are merged is
/// the engine's own affair, because another engine (a cluster's, say) would do it another way.
/// <para>
/// Every call that changes something writes its intention to the journal it is given before its side effect. When such a
/// call throws, whatever it had begun is undone, unless it throws an <see cref="EngineException"/> with the code
/// <see cref="FailureCodes.Drift"/>: then the machine must not be touched until a person has looked.
/// A <c>Recover…</c> call gets the intentions of a process that died and either completes the work and returns its
/// result, or undoes it and returns <see langword="null"/>.
/// </para>
/// </summary>
/// <exception cref="EngineException">Every expected failure: unreachable host, missing machine, no space, drift.</exception>
/// <exception cref="OperationCanceledException">Cancelled, or past the deadline; undone.</exception>
public interface IHypervisorEngine
{
    /// <summary>
    /// Watches a host for ever: connects, reports every machine, then every change; reconnects with back-off when it is lost.
    /// </summary>
    IAsyncEnumerable<HostSignal> WatchAsync(HostRef host, CancellationToken cancellationToken);

    /// <summary>What the host says of a machine now.</summary>
    Task<VmInspection> InspectAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>All persistent domains on the host.</summary>
    Task<IReadOnlyList<VmObservation>> ListDomainsAsync(HostRef host, CancellationToken cancellationToken);

    /// <summary>A picture of the machine's first display.</summary>
    Task<EngineScreenshot> ScreenshotAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Refuses a snapshot that cannot succeed; changes nothing and asks no guest, so that a request can wait for it.</summary>
    /// <exception cref="EngineException">
    /// <see cref="FailureCodes.NoEligibleDisk"/>, <see cref="FailureCodes.NotEnoughSpace"/>, <see cref="FailureCodes.MemoryImpossible"/>, …
    /// </exception>
    Task CheckTakeAsync(HostRef host, Guid vmId, bool withMemory, CancellationToken cancellationToken);

    Task<CaptureResult> TakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<CaptureResult?> RecoverTakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<RestoreResult> RestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<RestoreResult?> RecoverRestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<CloneResult> CloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<CloneResult?> RecoverCloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Changes a machine's power. A machine that is in the wanted state already is a success.</summary>
    Task PowerAsync(HostRef host, Guid vmId, PowerAction action, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Stops and undefines a machine. Its volumes stay; they are the collector's. A machine that is gone is a success.</summary>
    Task DeleteVmAsync(HostRef host, Guid vmId, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a volume that the portal made and no domain refers to, directly or through a chain.
    /// A volume that is gone already is a success.
    /// </summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.Drift"/>: a domain still refers to it; nothing was removed.</exception>
    Task RemoveVolumeAsync(HostRef host, LayerFile file, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Folds a layer's only child into it and removes the child's volume. The machine keeps running, or stays off.</summary>
    Task MergeAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>After a crash: true if the merge is complete, false if it was stopped and both files stand as before.</summary>
    Task<bool> RecoverMergeAsync(MergeOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>
    /// Tries to prove that the machine's file systems are thawed, thawing them if they are not.
    /// </summary>
    Task<ThawAnswer> ThawAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);
}
