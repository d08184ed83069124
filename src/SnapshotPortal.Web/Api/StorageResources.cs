using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>Who holds which bytes of one machine and its snapshots.</summary>
/// <param name="OwnBytes">Only this machine and its snapshots need them.</param>
/// <param name="SharedBytes">Other machines or their snapshots need them as well.</param>
/// <param name="ChainDepth">Files behind the deepest disk of the present state, its own included.</param>
/// <param name="ChainDepthWarning">Above this many files a chain slows the guest down.</param>
/// <param name="ChainDepthLimit">Nothing that would make a chain longer than this is begun.</param>
/// <param name="MeasuredNow">The host was asked just now; otherwise the sizes are as last known.</param>
/// <param name="Layers">Every file, disk by disk, the oldest first.</param>
/// <param name="Snapshots">What the deletion of each snapshot would free, the newest first.</param>
public sealed record StorageResource(
    long OwnBytes,
    long SharedBytes,
    int ChainDepth,
    int ChainDepthWarning,
    int ChainDepthLimit,
    bool MeasuredNow,
    IReadOnlyList<LayerResource> Layers,
    IReadOnlyList<SnapshotReleaseResource> Snapshots)
{
    internal static StorageResource From(StorageView view) => new(
        view.OwnBytes,
        view.SharedBytes,
        view.Depth,
        ChainLimits.WarnAbove,
        ChainLimits.RefuseAbove,
        view.MeasuredNow,
        [.. view.Layers.Select(LayerResource.From)],
        [.. view.Snapshots.Select(SnapshotReleaseResource.From)]);
}

/// <summary>One file and who needs it.</summary>
/// <param name="Id">The file's id.</param>
/// <param name="ParentId">The file that it stands on.</param>
/// <param name="Target">The disk, for example vda.</param>
/// <param name="State">Its state.</param>
/// <param name="Depth">How many files there are from the oldest to this one.</param>
/// <param name="IsPresent">The machine itself writes to it.</param>
/// <param name="IsOwn">Only this machine and its snapshots need it.</param>
/// <param name="AllocationBytes">What it occupies.</param>
/// <param name="CreatedByPortal">The portal made it, and removes it when nothing needs it any more.</param>
/// <param name="HeldBySnapshots">The snapshots whose disk it is.</param>
/// <param name="Vms">The machines whose present state stands on it.</param>
/// <param name="Snapshots">The snapshots that stand on it, those that hold it included.</param>
public sealed record LayerResource(
    Guid Id,
    Guid? ParentId,
    string Target,
    int Depth,
    LayerState State,
    bool IsPresent,
    bool IsOwn,
    long AllocationBytes,
    bool CreatedByPortal,
    IReadOnlyList<HolderResource> HeldBySnapshots,
    IReadOnlyList<HolderResource> Vms,
    IReadOnlyList<HolderResource> Snapshots)
{
    internal static LayerResource From(LayerView view) => new(
        view.Id,
        view.ParentId,
        view.Target,
        view.Depth,
        view.State,
        view.IsPresent,
        view.IsOwn,
        view.Allocation,
        view.CreatedByPortal,
        HolderResource.From(view.HeldBy),
        HolderResource.From(view.Vms),
        HolderResource.From(view.Snapshots));
}

/// <summary>Somebody who needs bytes; without id and name where it belongs to somebody else.</summary>
public sealed record HolderResource(Guid? Id, string? Name)
{
    internal static IReadOnlyList<HolderResource> From(IEnumerable<HolderView> views) => [.. views.Select(static v => new HolderResource(v.Id, v.Name))];
}

/// <summary>What the deletion of a snapshot would do to the bytes on disk.</summary>
/// <param name="SnapshotId">The snapshot.</param>
/// <param name="OccupiedBytes">What its own files occupy.</param>
/// <param name="HoldsWholeDisks">Its files stand on nothing: they hold the whole disks.</param>
/// <param name="FreedAtOnceBytes">Files that nothing would need any more.</param>
/// <param name="FreedByMergingBytes">What would come back at the most when its files are merged with the next ones.</param>
/// <param name="KeptBytes">What would stay where merging brings nothing back.</param>
/// <param name="KeptForVms">The machines that need what stays.</param>
/// <param name="KeptForSnapshots">The other snapshots that need what stays.</param>
public sealed record SnapshotReleaseResource(
    Guid SnapshotId,
    long OccupiedBytes,
    bool HoldsWholeDisks,
    long FreedAtOnceBytes,
    long FreedByMergingBytes,
    long KeptBytes,
    IReadOnlyList<HolderResource> KeptForVms,
    IReadOnlyList<HolderResource> KeptForSnapshots)
{
    internal static SnapshotReleaseResource From(SnapshotReleaseView view) => new(
        view.SnapshotId,
        view.OccupiedBytes,
        view.HoldsWholeDisks,
        view.FreedAtOnce,
        view.FreedByMerging,
        view.KeptBytes,
        HolderResource.From(view.KeptForVms),
        HolderResource.From(view.KeptForSnapshots));
}
