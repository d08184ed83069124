using SnapshotPortal.Domain.Images;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Engine;

/// <summary>What no image may exceed.</summary>
/// <param name="FileBytes">The longest file that is uploaded.</param>
/// <param name="VirtualBytes">The largest disk that an image may claim to be.</param>
public sealed record ImageLimits(long FileBytes, long VirtualBytes);

/// <summary>A volume with an image, found fit to be imported.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="VirtualSize">Its size as a guest sees it.</param>
/// <param name="FileBytes">The length of the file.</param>
public sealed record ImageSeen(ImageKind Kind, long VirtualSize, long FileBytes);

/// <summary>Makes a machine around an image.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">The new machine's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pool">The storage pool of the image, and of the new machine's disk.</param>
/// <param name="Volume">The image.</param>
/// <param name="VCpus">Virtual processors.</param>
/// <param name="MemoryBytes">Memory.</param>
/// <param name="Network">Its network; <see langword="null"/> = none.</param>
/// <param name="DiskBytes">The size of the empty disk beside an ISO.</param>
/// <param name="Start">Start it.</param>
/// <param name="Limits">What the image may not exceed.</param>
public sealed record ImportOrder(
    HostRef Host,
    Guid VmId,
    string Name,
    string Pool,
    string Volume,
    int VCpus,
    long MemoryBytes,
    CloneNetwork? Network,
    long DiskBytes,
    bool Start,
    ImageLimits Limits);

/// <summary>What an import made.</summary>
/// <param name="Head">The disk.</param>
/// <param name="Vm">What the host says of the machine.</param>
/// <param name="StartFailure">It was to run and could not be started: why.</param>
public sealed record ImportResult(LayerFile Head, VmObservation Vm, string? StartFailure);
