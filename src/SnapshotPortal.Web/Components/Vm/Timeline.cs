using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>The order of a machine's snapshots on the time line.</summary>
internal static class Timeline
{
    /// <summary>
    /// The ids of the snapshots that lie on the way to the machine's present state. The others are branches: states that
    /// were left by going back.
    /// </summary>
    /// <param name="snapshots">Newest first.</param>
    /// <param name="currentId">The snapshot that the present state descends from.</param>
    public static HashSet<Guid> WayToNow(IReadOnlyList<SnapshotView> snapshots, Guid? currentId)
    {
        var way = new HashSet<Guid>();
        var at = Find(snapshots, currentId);
        while (at is not null && way.Add(at.Id))
        {
            // A parent that was deleted leaves a hole: the way goes on at the newest older one.
            at = at.ParentId is null
                ? null
                : Find(snapshots, at.ParentId) ?? snapshots.FirstOrDefault(s => s.RequestedAt < at.RequestedAt && s.Phase == SnapshotPhase.Succeeded && !way.Contains(s.Id));
        }

        // What is being taken, and what failed, started from the present state.
        way.UnionWith(snapshots.Where(static s => s.Phase is SnapshotPhase.InProgress or SnapshotPhase.Failed).Select(static s => s.Id));
        return way;
    }

    private static SnapshotView? Find(IReadOnlyList<SnapshotView> snapshots, Guid? id)
        => id is null ? null : snapshots.FirstOrDefault(s => s.Id == id);
}
