using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Operations.Engine;

/// <summary>A host as the engine needs it.</summary>
public sealed record HostRef(Guid Id, string Name, string Uri, IReadOnlyCollection<string> PoolsWithoutSnapshots);

/// <summary>A disk image file.</summary>
public sealed record LayerFile(Guid LayerId, string Target, string Pool, string Volume, string Path, string Format, long VirtualSize, long Allocation);

/// <summary>What the hypervisor says of a machine, from its list.</summary>
public sealed record VmObservation(Guid VmId, string Name, PowerState Power, bool AgentConnected, int VCpus, long MemoryBytes);

/// <summary>What the hypervisor says of a machine, in depth.</summary>
/// <param name="Vm">Its state.</param>
/// <param name="AgentAnswers">The agent answered a ping just now.</param>
/// <param name="Disks">All its disks.</param>
/// <param name="Space">The tightest pool that its included disks lie in; <see langword="null"/> without any.</param>
/// <param name="Busy">Why its disks cannot be worked on now, in a sentence; <see langword="null"/> if they can.</param>
public sealed record VmInspection(VmObservation Vm, bool AgentAnswers, IReadOnlyList<DiskInspection> Disks, PoolSpace? Space, string? Busy = null);

/// <summary>The room in a storage pool, in bytes.</summary>
/// <param name="Free">Free now.</param>
/// <param name="Needed">What must be free for a snapshot of the disks alone.</param>
public sealed record PoolSpace(long Free, long Needed);

/// <summary>One disk of a machine.</summary>
/// <param name="File">Where it lies; <see langword="null"/> for what is no file of a pool.</param>
/// <param name="Target">For example <c>vda</c>.</param>
/// <param name="Device"><c>disk</c>, <c>cdrom</c>, <c>floppy</c>, <c>lun</c>.</param>
/// <param name="Exclusion">Why a snapshot leaves it out; <see langword="null"/> = it is included.</param>
/// <param name="CouldBeIncluded">Excluded though a snapshot could hold it, were its storage another: makes the snapshot partial.</param>
/// <param name="BackingChain">The files behind it, nearest first.</param>
public sealed record DiskInspection(
    LayerFile? File,
    string Target,
    string Device,
    string? Exclusion,
    bool CouldBeIncluded,
    IReadOnlyList<string> BackingChain)
{
    public bool Included => Exclusion is null;
}

/// <summary>A picture of a display.</summary>
public sealed record EngineScreenshot(byte[] Content, string MediaType);

/// <summary>Takes a snapshot.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">Of which machine.</param>
/// <param name="SnapshotId">The new snapshot's id.</param>
/// <param name="Heads">The head layers as the database knows them, by target; a file that differs is drift.</param>
/// <param name="WithMemory">Save the memory of the running machine together with its disks.</param>
public sealed record TakeSnapshotOrder(HostRef Host, Guid VmId, Guid SnapshotId, IReadOnlyDictionary<string, LayerFile> Heads, bool WithMemory)
{
    /// <summary>What <see cref="IHypervisorEngine.CheckTakeAsync"/> saw a moment ago.</summary>
    public EarlyLook? Look { get; init; }
}

/// <summary>Everything of a machine that is not in its disks.</summary>
/// <param name="DomainXml">The inactive definition.</param>
/// <param name="FirmwareVariables">The UEFI variables, compressed with gzip; <see langword="null"/> where there are none.</param>
public sealed record MachineConfiguration(string DomainXml, byte[]? FirmwareVariables);

/// <summary>What a capture made.</summary>
/// <param name="CapturedAt">The instant the disks show.</param>
/// <param name="FreezeWindow">How long the guest's writers waited; <see langword="null"/> where nothing was frozen.</param>
/// <param name="Indications">How it was taken.</param>
/// <param name="Disks">All disks, included or not.</param>
/// <param name="Configuration">The configuration at that instant.</param>
/// <param name="Memory">Where the memory lies, if it was asked for.</param>
public sealed record CaptureResult(
    DateTimeOffset CapturedAt,
    TimeSpan? FreezeWindow,
    IReadOnlyList<Indication> Indications,
    IReadOnlyList<CapturedDisk> Disks,
    MachineConfiguration Configuration,
    MemoryImage? Memory);

/// <summary>One disk of a capture.</summary>
/// <param name="Target">For example <c>vda</c>.</param>
/// <param name="Exclusion">Why it is left out; <see langword="null"/> = included.</param>
/// <param name="Frozen">The file that holds its content from now on.</param>
/// <param name="NewHead">The file that the machine writes to from now on.</param>
/// <param name="VirtualSize">Bytes as the guest sees them.</param>
public sealed record CapturedDisk(string Target, string? Exclusion, LayerFile? Frozen, LayerFile? NewHead, long VirtualSize);

/// <summary>Puts a machine back to a snapshot.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">Which machine.</param>
/// <param name="Configuration">The snapshot's configuration.</param>
/// <param name="Memory">Where the snapshot's memory lies: the machine goes on there instead of starting; <see langword="null"/> = disks alone.</param>
/// <param name="Layers">The snapshot's frozen files, by target.</param>
/// <param name="Heads">The present head files, by target, as the database knows them.</param>
/// <param name="Policy">What to do where it runs.</param>
/// <param name="FreezeBeforeStop">The present state is kept: freeze the file systems before the stop, so that it is consistent.</param>
/// <param name="KeepHardware">Only the disks' content comes from the snapshot; the machine stays what it is otherwise.</param>
public sealed record RestoreOrder(
    HostRef Host,
    Guid VmId,
    MachineConfiguration Configuration,
    MemoryImage? Memory,
    IReadOnlyDictionary<string, LayerFile> Layers,
    IReadOnlyDictionary<string, LayerFile> Heads,
    Requests.TargetReadinessPolicy Policy,
    bool FreezeBeforeStop,
    bool KeepHardware = false);

/// <summary>What a restore made.</summary>
/// <param name="NewHeads">The files that the machine writes to from now on.</param>
/// <param name="PreviousConfiguration">The configuration before.</param>
/// <param name="PreviousDisks">The disks before, included or not: what a safety snapshot holds.</param>
/// <param name="Indications">How the previous state was left: the indications of the safety snapshot.</param>
/// <param name="LeftAt">When the previous state ended.</param>
/// <param name="StartedAgain">It was to run afterwards, and it runs.</param>
/// <param name="StartFailure">It was to run afterwards and could not be started: why.</param>
public sealed record RestoreResult(
    IReadOnlyList<LayerFile> NewHeads,
    MachineConfiguration PreviousConfiguration,
    IReadOnlyList<CapturedDisk> PreviousDisks,
    IReadOnlyList<Indication> Indications,
    DateTimeOffset LeftAt,
    bool StartedAgain,
    string? StartFailure);

/// <summary>Folds <paramref name="Child"/> into <paramref name="Base"/>.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">The one machine whose chain holds both.</param>
/// <param name="Base">The released layer; its file stays and gets the child's content.</param>
/// <param name="Child">Its only child; its file goes.</param>
/// <param name="HeadPath">The file that the machine writes to, as the database knows it; another file is drift.</param>
public sealed record MergeOrder(HostRef Host, Guid VmId, LayerFile Base, LayerFile Child, string HeadPath)
{
    /// <summary>The machine writes to the child.</summary>
    public bool ChildIsHead => string.Equals(HeadPath, Child.Path, StringComparison.Ordinal);
}

/// <summary>The answer of a thaw.</summary>
/// <param name="IsProven">The agent said <c>thawed</c>, or the machine does not run (any more).</param>
/// <param name="Detail">What was answered.</param>
public sealed record ThawAnswer(bool IsProven, string Detail);

/// <summary>What a watched host tells.</summary>
public abstract record HostSignal;

/// <summary>Connected; <paramref name="Vms"/> is everything there is.</summary>
public sealed record HostConnected(IReadOnlyList<VmObservation> Vms) : HostSignal;

/// <summary>Lost, or not to be reached.</summary>
public sealed record HostLost(string Message) : HostSignal;

/// <summary>A machine changed (or is new).</summary>
public sealed record VmChanged(VmObservation Vm) : HostSignal;

/// <summary>A domain was undefined.</summary>
public sealed record VmRemoved(Guid VmId) : HostSignal;
