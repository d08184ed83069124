using SnapshotPortal.Domain.Identities;
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

    /// <summary>Makes pools look at their files again, before machines are examined: once for all that lie in them.</summary>
    Task RefreshPoolsAsync(HostRef host, IReadOnlyCollection<string> pools, CancellationToken cancellationToken);

    /// <summary>
    /// What the host shows of a machine's disks now, and of <paramref name="files"/> as they were when their pools were last
    /// refreshed. Asks no guest.
    /// </summary>
    Task<MachineTruth> ExamineAsync(HostRef host, Guid vmId, IReadOnlyCollection<LayerFile> files, CancellationToken cancellationToken);

    /// <summary>Everything on the host that the portal could have to do with. Takes as long as there are files.</summary>
    Task<HostSurvey> SurveyAsync(HostRef host, CancellationToken cancellationToken);

    /// <summary>
    /// Puts the portal's record (an XML element, opaque to the engine) into the machine's definition, where it replaces the one
    /// before; what others keep there stays.
    /// </summary>
    Task WriteRecordAsync(HostRef host, Guid vmId, string record, CancellationToken cancellationToken);

    /// <summary>The counters of all machines that run on the host. Waits for none of them: what a busy one cannot say now is left out.</summary>
    Task<IReadOnlyList<VmCounters>> ReadCountersAsync(HostRef host, CancellationToken cancellationToken);

    /// <summary>What the host has and is busy with. Asks no guest.</summary>
    Task<HostReading> ReadHostAsync(HostRef host, CancellationToken cancellationToken);

    /// <summary>A machine's network cards and, while it runs, their addresses. Takes as long as its guest may take for an answer.</summary>
    /// <param name="host">Where it is.</param>
    /// <param name="vmId">The machine.</param>
    /// <param name="askGuest">Its agent may be asked now; otherwise only the host is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<NetworkReading> ReadNetworkAsync(HostRef host, Guid vmId, bool askGuest, CancellationToken cancellationToken);

    /// <summary>
    /// Has the guest of a running machine say every few seconds what memory it uses, until the machine stops. Nothing happens
    /// where it does so already or has no way to.
    /// </summary>
    Task LetGuestTellMemoryAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>The definition that the machine has now, for <see cref="CompareConfigurations"/>.</summary>
    Task<string> ReadDefinitionAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>In what two definitions differ, apart from the files that their disks lie in. Never tells a password.</summary>
    /// <exception cref="EngineException">One of them cannot be read.</exception>
    IReadOnlyList<ConfigurationDifference> CompareConfigurations(string before, string after);

    /// <summary>A picture of the machine's first display.</summary>
    Task<EngineScreenshot> ScreenshotAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Refuses a snapshot that cannot succeed; changes nothing and asks no guest, so that a request can wait for it.</summary>
    /// <exception cref="EngineException">
    /// <see cref="FailureCodes.NoEligibleDisk"/>, <see cref="FailureCodes.NotEnoughSpace"/>, <see cref="FailureCodes.MemoryImpossible"/>, …
    /// </exception>
    /// <returns>What was seen, for <see cref="TakeSnapshotOrder.Look"/>; <see langword="null"/> where the operation has to look for itself.</returns>
    Task<EarlyLook?> CheckTakeAsync(HostRef host, Guid vmId, bool withMemory, CancellationToken cancellationToken);

    Task<CaptureResult> TakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<CaptureResult?> RecoverTakeSnapshotAsync(TakeSnapshotOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<RestoreResult> RestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<RestoreResult?> RecoverRestoreAsync(RestoreOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>What a clone of a configuration would be, could be and would lack on this host; changes nothing.</summary>
    Task<CloneOffer> DescribeCloneAsync(HostRef host, MachineConfiguration configuration, IReadOnlyDictionary<string, LayerFile> layers, CancellationToken cancellationToken);

    /// <summary>Refuses a clone that the host cannot give; changes nothing, so that a request can wait for it.</summary>
    /// <exception cref="EngineException">
    /// <see cref="FailureCodes.ProcessorsInvalid"/>, <see cref="FailureCodes.MemoryInvalid"/>, <see cref="FailureCodes.NetworkUnknown"/>,
    /// <see cref="FailureCodes.DisksInvalid"/>, <see cref="FailureCodes.NotEnoughSpace"/>
    /// </exception>
    Task CheckCloneAsync(CloneOrder order, CancellationToken cancellationToken);

    Task<CloneResult> CloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<CloneResult?> RecoverCloneAsync(CloneOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until the guest answers, gives it a new identity if that is asked for, and asks who it is. What the guest cannot
    /// or will not do stands in the result.
    /// </summary>
    Task<IdentityResult> GiveIdentityAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>After a crash: what of an order can be done again, and whether a script had begun, which is not run twice.</summary>
    Task<(IdentityOrder Repeat, bool ScriptLost)> RecoverIdentityAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Asks a running guest who it is; <see langword="null"/> where it does not answer.</summary>
    Task<GuestFacts?> ReadIdentityAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>The libvirt networks that the cards of a configuration are plugged into. No host is asked.</summary>
    IReadOnlyList<string> NetworksOf(string domainXml);

    /// <summary>The host's libvirt networks.</summary>
    Task<IReadOnlyList<NetworkSeen>> ListNetworksAsync(HostRef host, CancellationToken cancellationToken);

    /// <summary>
    /// Writes an image into a new volume as it comes, and looks whether it may be imported; one that may not, or does not come
    /// whole, is removed again.
    /// </summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.ImageRefused"/>, <see cref="FailureCodes.NotEnoughSpace"/>, …</exception>
    Task<ImageSeen> UploadImageAsync(HostRef host, string pool, string volume, Stream content, ImageLimits limits, CancellationToken cancellationToken);

    /// <summary>Makes a machine around a copy of an image, or around an empty disk and an ISO.</summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.ImageRefused"/>: it refers to other files, is too large, or no image at all.</exception>
    Task<ImportResult> ImportAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    Task<ImportResult?> RecoverImportAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Changes a machine's power. A machine that is in the wanted state already is a success.</summary>
    Task PowerAsync(HostRef host, Guid vmId, PowerAction action, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Whether a machine starts with its host, and what it boots from the next time.</summary>
    Task<BootSettings> ReadBootAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Renames a machine, has it start with its host or not, orders what it boots from: all that is asked for, or nothing of it.</summary>
    /// <exception cref="EngineException">
    /// <see cref="FailureCodes.VmRunning"/>, <see cref="FailureCodes.VmSaved"/>, <see cref="FailureCodes.NameTaken"/>,
    /// <see cref="FailureCodes.BootOrderInvalid"/>, …
    /// </exception>
    Task ConfigureAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>After a crash: completes it; false if nothing had begun, or what had is undone because the rest cannot be done any more.</summary>
    Task<bool> RecoverConfigureAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken);

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

    /// <summary>The bytes that files occupy on their storage now, by layer; a file that is not there is left out.</summary>
    Task<IReadOnlyDictionary<Guid, long>> MeasureAsync(HostRef host, IReadOnlyCollection<LayerFile> files, CancellationToken cancellationToken);

    /// <summary>
    /// Makes one disk of a machine independent of all files behind it. The machine keeps running, or stays off. Stopped
    /// half-way, the chain is as before, and what was copied already stays in the machine's file without any harm.
    /// </summary>
    /// <returns>False if there was nothing behind it.</returns>
    Task<bool> FlattenAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>A crash left this machine's flatten unfinished: until it is recovered or begun anew, nobody asks the machine about its disks.</summary>
    void ExpectPull(HostRef host, Guid vmId);

    /// <summary>After a crash: stops what was begun on the disk; true if nothing is behind it (any more).</summary>
    Task<bool> RecoverFlattenAsync(FlattenOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Copies disks, as they are at one instant, into qcow2 volumes without a backing file.</summary>
    Task<IReadOnlyList<ExportFile>> ExportAsync(ExportOrder order, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>After a crash: stops the copying and removes what it had written.</summary>
    Task UndoExportAsync(HostRef host, IOperationJournal journal, CancellationToken cancellationToken);

    /// <summary>Removes a volume of an export that no domain refers to. One that is gone already is a success.</summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.VolumeInUse"/>: a domain refers to it; it was left.</exception>
    Task RemoveExportAsync(HostRef host, ExportFile file, CancellationToken cancellationToken);

    /// <summary>The bytes of an export's volume: can be read, asynchronously only, from any place on.</summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.VolumeMissing"/>: somebody removed it.</exception>
    Task<Stream> OpenExportAsync(HostRef host, ExportFile file, CancellationToken cancellationToken);

    /// <summary>
    /// Tries to prove that the machine's file systems are thawed, thawing them if they are not.
    /// </summary>
    Task<ThawAnswer> ThawAsync(HostRef host, Guid vmId, CancellationToken cancellationToken);
}
