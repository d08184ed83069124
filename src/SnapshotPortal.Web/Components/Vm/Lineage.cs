using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>
/// Who descends from what, laid out in rows and lanes. The oldest is on top, everything stands below what it descends from. The
/// way to the present state keeps the first lane; every branch is one lane to the right and ends before the way goes on, so that
/// no line ever crosses another.
/// </summary>
/// <param name="Nodes">One for each row, the present state among them.</param>
/// <param name="Lanes">How many lanes there are.</param>
internal sealed record Lineage(IReadOnlyList<LineageNode> Nodes, int Lanes)
{
    /// <summary>Lays snapshots out.</summary>
    /// <param name="snapshots">All snapshots of one machine, in any order.</param>
    /// <param name="currentId">The one that the present state descends from.</param>
    public static Lineage Of(IReadOnlyCollection<SnapshotView> snapshots, Guid? currentId)
    {
        var tree = new Branches(snapshots, currentId);
        var nodes = new List<LineageNode>(snapshots.Count + 1);
        var open = new Stack<(SnapshotView? Snapshot, LineageNode? Parent, int Lane, int Of, int Position)>();
        Push(open, tree.Roots, null, 0, keepsLane: static _ => true);
        while (open.TryPop(out var next))
        {
            var node = new LineageNode(next.Snapshot, nodes.Count, next.Lane, next.Parent, (next.Parent?.Level ?? 0) + 1, next.Of, next.Position, next.Snapshot is null || tree.IsOnWay(next.Snapshot.Id));
            nodes.Add(node);
            if (next.Snapshot is { } snapshot)
            {
                var children = tree.Below(snapshot.Id);
                Push(open, children, node, next.Lane, keepsLane: index => index == children.Count - 1);
            }
        }

        return new Lineage(nodes, nodes.Max(static n => n.Lane) + 1);
    }

    // The last child goes on in its parent's lane, so it comes last: until then the lane is the trunk that the others leave from.
    private static void Push(
        Stack<(SnapshotView? Snapshot, LineageNode? Parent, int Lane, int Of, int Position)> open,
        List<SnapshotView?> siblings,
        LineageNode? parent,
        int lane,
        Func<int, bool> keepsLane)
    {
        for (var index = siblings.Count - 1; index >= 0; index--)
        {
            open.Push((siblings[index], parent, keepsLane(index) ? lane : lane + 1, siblings.Count, index + 1));
        }
    }

    /// <summary>Who is a child of whom; <see langword="null"/> among the children is the present state.</summary>
    private sealed class Branches
    {
        private readonly Dictionary<Guid, List<SnapshotView?>> _below = [];
        private readonly HashSet<Guid> _way = [];

        public Branches(IReadOnlyCollection<SnapshotView> snapshots, Guid? currentId)
        {
            var all = snapshots.DistinctBy(static s => s.Id).OrderBy(static s => s.RequestedAt).ThenBy(static s => s.Id).ToList();
            var byId = all.ToDictionary(static s => s.Id);
            var parents = all.ToDictionary(static s => s.Id, s => ParentOf(s, byId, currentId));
            for (var at = currentId is { } id && byId.ContainsKey(id) ? currentId : null; at is { } on && _way.Add(on);)
            {
                at = parents[on];
            }

            foreach (var snapshot in all)
            {
                (parents[snapshot.Id] is { } parent ? Children(parent) : Roots).Add(snapshot);
            }

            // A circle has no beginning: the oldest of it becomes one.
            var reached = Reached(Roots).ToHashSet();
            foreach (var snapshot in all)
            {
                if (reached.Add(snapshot.Id))
                {
                    Children(parents[snapshot.Id]!.Value).Remove(snapshot);
                    Roots.Add(snapshot);
                    reached.UnionWith(Reached([snapshot]));
                }
            }

            if (currentId is { } current && byId.ContainsKey(current))
            {
                Children(current).Add(null);
            }
            else
            {
                Roots.Add(null);
            }

            var sizes = Sizes();
            foreach (var children in _below.Values.Append(Roots))
            {
                Sort(children, sizes);
            }
        }

        public List<SnapshotView?> Roots { get; } = [];

        public bool IsOnWay(Guid id) => _way.Contains(id);

        public List<SnapshotView?> Below(Guid id) => _below.GetValueOrDefault(id) ?? [];

        private static Guid? ParentOf(SnapshotView snapshot, Dictionary<Guid, SnapshotView> byId, Guid? currentId) => snapshot switch
        {
            { ParentId: { } parent } when byId.ContainsKey(parent) => parent,
            { Phase: SnapshotPhase.InProgress, ParentId: null } when currentId is { } current && current != snapshot.Id && byId.ContainsKey(current) => current,
            _ => null,
        };

        private List<SnapshotView?> Children(Guid id)
        {
            if (!_below.TryGetValue(id, out var children))
            {
                _below[id] = children = [];
            }

            return children;
        }

        /// <summary>Everything that descends from <paramref name="roots"/>, whoever comes first before what stands on it.</summary>
        private List<Guid> Reached(IEnumerable<SnapshotView?> roots)
        {
            var order = roots.OfType<SnapshotView>().Select(static s => s.Id).ToList();
            for (var i = 0; i < order.Count; i++)
            {
                order.AddRange(Below(order[i]).OfType<SnapshotView>().Select(static s => s.Id));
            }

            return order;
        }

        /// <summary>How many descend from each, itself included.</summary>
        private Dictionary<Guid, int> Sizes()
        {
            var sizes = new Dictionary<Guid, int>();
            foreach (var id in Enumerable.Reverse(Reached(Roots)))
            {
                sizes[id] = 1 + Below(id).OfType<SnapshotView>().Sum(s => sizes[s.Id]);
            }

            return sizes;
        }

        // Last whoever leads to the present state, and where nobody does, whoever has most descendants; the others as they came.
        private void Sort(List<SnapshotView?> children, Dictionary<Guid, int> sizes)
        {
            var main = children.Contains(null)
                ? null
                : children.Find(s => IsOnWay(s!.Id)) ?? children.MaxBy(s => (sizes[s!.Id], s.RequestedAt));
            children.Remove(main);
            children.Add(main);
        }
    }
}

/// <summary>One row of a <see cref="Lineage"/>.</summary>
/// <param name="Snapshot">The snapshot; <see langword="null"/> = the present state.</param>
/// <param name="Row">From top to bottom, from 0 on.</param>
/// <param name="Lane">From left to right, from 0 on.</param>
/// <param name="Parent">What it descends from.</param>
/// <param name="Level">How many it descends from, itself included.</param>
/// <param name="Siblings">How many descend directly from its parent, itself included.</param>
/// <param name="Position">Which one of those it is, from 1 on.</param>
/// <param name="IsOnWay">The present state descends from it, or it is the present state.</param>
internal sealed record LineageNode(SnapshotView? Snapshot, int Row, int Lane, LineageNode? Parent, int Level, int Siblings, int Position, bool IsOnWay);
