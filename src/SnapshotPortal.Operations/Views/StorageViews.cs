using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Layers;

namespace SnapshotPortal.Operations.Views;

/// <summary>Who holds which bytes of one machine and its snapshots.</summary>
/// <param name="Layers">Every file, disk by disk, the oldest first.</param>
/// <param name="OwnBytes">Bytes that only this machine and its snapshots need.</param>
/// <param name="SharedBytes">Bytes that other machines or their snapshots need as well.</param>
/// <param name="Depth">Files behind the deepest disk of the present state, its own included.</param>
/// <param name="Snapshots">What the deletion of each snapshot would free.</param>
/// <param name="MeasuredNow">The host was asked just now; otherwise the sizes are as last known.</param>
public sealed record StorageView(
    IReadOnlyList<LayerView> Layers,
    long OwnBytes,
    long SharedBytes,
    int Depth,
    IReadOnlyList<SnapshotReleaseView> Snapshots,
    bool MeasuredNow)
{
    /// <summary>Everything together.</summary>
    public long TotalBytes => OwnBytes + SharedBytes;

    /// <summary>Something lies behind the machine's disks: flattening would change something.</summary>
    public bool CanFlatten => Depth > 1;
}

/// <summary>One file.</summary>
/// <param name="Id">The layer's id.</param>
/// <param name="ParentId">The file that it stands on.</param>
/// <param name="Target">The disk, for example <c>vda</c>.</param>
/// <param name="Depth">How many files there are from the oldest to this one.</param>
/// <param name="State">Its state.</param>
/// <param name="IsPresent">The machine itself writes to it.</param>
/// <param name="IsOwn">Only this machine and its snapshots need it.</param>
/// <param name="Allocation">Bytes that it occupies.</param>
/// <param name="CreatedByPortal">The portal made it, and removes it when nothing needs it any more.</param>
/// <param name="HeldBy">The snapshots whose disk it is.</param>
/// <param name="Vms">The machines whose present state stands on it.</param>
/// <param name="Snapshots">The snapshots that stand on it, those that hold it included.</param>
public sealed record LayerView(
    Guid Id,
    Guid? ParentId,
    string Target,
    int Depth,
    LayerState State,
    bool IsPresent,
    bool IsOwn,
    long Allocation,
    bool CreatedByPortal,
    IReadOnlyList<HolderView> HeldBy,
    IReadOnlyList<HolderView> Vms,
    IReadOnlyList<HolderView> Snapshots);

/// <summary>Somebody who needs bytes.</summary>
/// <param name="Id">Its id; <see langword="null"/> where it belongs to somebody else.</param>
/// <param name="Name">Its name; <see langword="null"/> where it belongs to somebody else.</param>
/// <param name="VmName">For a snapshot of another machine: that machine's name.</param>
public sealed record HolderView(Guid? Id, string? Name, string? VmName = null);

/// <summary>What the deletion of a snapshot would do to the bytes on disk.</summary>
/// <param name="SnapshotId">The snapshot.</param>
/// <param name="OccupiedBytes">What its own files occupy: what changed between the state before it and it; the first one of a machine holds the whole disks.</param>
/// <param name="HoldsWholeDisks">Its files stand on nothing: they hold the whole disks.</param>
/// <param name="FreedAtOnce">Bytes of files that nothing would need any more.</param>
/// <param name="FreedByMerging">Bytes that would come back at the most when its files are folded together with the next ones.</param>
/// <param name="KeptBytes">Bytes that would stay where merging brings nothing back.</param>
/// <param name="KeptForVms">The machines that need what stays.</param>
/// <param name="KeptForSnapshots">The other snapshots that need what stays.</param>
public sealed record SnapshotReleaseView(
    Guid SnapshotId,
    long OccupiedBytes,
    bool HoldsWholeDisks,
    long FreedAtOnce,
    long FreedByMerging,
    long KeptBytes,
    IReadOnlyList<HolderView> KeptForVms,
    IReadOnlyList<HolderView> KeptForSnapshots);

/// <summary>An export as its owner sees it.</summary>
public sealed record ExportView(
    Guid Id,
    Guid VmId,
    string VmName,
    Guid? SnapshotId,
    string? SnapshotName,
    ExportState State,
    string RequestedBy,
    DateTimeOffset RequestedAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset? ExpiresAt,
    IReadOnlyList<ExportDiskView> Disks,
    string? FailureCode,
    string? FailureMessage,
    OperationView? ActiveOperation);

/// <summary>One file of an export.</summary>
/// <param name="Target">The disk, for example <c>vda</c>.</param>
/// <param name="FileName">What a download is called.</param>
/// <param name="Pool">The storage pool that it lies in.</param>
/// <param name="Volume">The volume's name in it.</param>
/// <param name="Size">The file's length in bytes.</param>
/// <param name="VirtualSize">Bytes as a guest sees them.</param>
public sealed record ExportDiskView(string Target, string FileName, string Pool, string Volume, long Size, long VirtualSize);
