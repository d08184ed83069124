namespace SnapshotPortal.Domain.Layers;

/// <summary>
/// Who holds which bytes, and what becomes of them when a snapshot goes: pure functions over the layers of one host. What a
/// deletion frees is found by letting the collector's own rules (<see cref="LayerTree"/>) run on a copy.
/// </summary>
public sealed class DependencyMap
{
    private readonly Dictionary<Guid, DiskLayer> _layers;
    private readonly ILookup<Guid, DiskLayer> _children;
    private readonly ILookup<Guid, Guid> _snapshotsOf;
    private readonly ILookup<Guid, Guid> _layersOf;

    /// <summary>The map of <paramref name="layers"/>.</summary>
    /// <param name="layers">All layers of a host, with the sizes to reckon with.</param>
    /// <param name="holds">Which snapshot holds which layer.</param>
    public DependencyMap(IEnumerable<DiskLayer> layers, IEnumerable<(Guid SnapshotId, Guid LayerId)> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        _layers = layers.ToDictionary(static l => l.Id);
        _children = _layers.Values.Where(static l => l.ParentId is not null).ToLookup(static l => l.ParentId!.Value);
        var known = holds.Where(h => _layers.ContainsKey(h.LayerId)).Distinct().ToList();
        _snapshotsOf = known.ToLookup(static h => h.LayerId, static h => h.SnapshotId);
        _layersOf = known.ToLookup(static h => h.SnapshotId, static h => h.LayerId);
    }

    /// <summary>
    /// The layers that a machine stands on or whose content its snapshots hold, each with who needs it; disk by disk, the
    /// oldest file first.
    /// </summary>
    public IReadOnlyList<LayerUse> Of(Guid vmId, IEnumerable<Guid> snapshotIds)
    {
        ArgumentNullException.ThrowIfNull(snapshotIds);
        var wanted = new HashSet<Guid>();
        foreach (var top in _layers.Values.Where(l => l.HeadOfVmId == vmId).Concat(snapshotIds.SelectMany(s => _layersOf[s]).Select(id => _layers[id])))
        {
            for (var layer = top; layer is not null && wanted.Add(layer.Id); layer = Parent(layer))
            {
            }
        }

        return
        [
            .. wanted.Select(id => Use(_layers[id]))
                .OrderBy(static u => u.Layer.Target, StringComparer.Ordinal).ThenBy(static u => u.Depth).ThenBy(static u => u.Layer.Id),
        ];
    }

    /// <summary>What the deletion of a snapshot frees, and what stays for whom.</summary>
    public SnapshotRelease WhenDeleted(Guid snapshotId)
    {
        var tree = Connected(_layersOf[snapshotId]).ToList();
        var own = _layersOf[snapshotId].ToHashSet();
        var releasable = own.Where(id => _snapshotsOf[id].All(s => s == snapshotId)).ToHashSet();

        // What earlier deletions have released goes whatever happens to this snapshot.
        var anyway = Collect(tree, []);
        var then = Collect(tree, releasable);
        return new SnapshotRelease(
            snapshotId,
            then.Removed.Where(r => !anyway.Removed.ContainsKey(r.Key)).Sum(static r => r.Value),
            then.Merged.Where(m => !anyway.Merged.ContainsKey(m.Key)).Sum(static m => m.Value),
            [.. own.Where(id => !then.Removed.ContainsKey(id)).Select(id => Use(_layers[id], except: snapshotId)).OrderBy(static u => u.Layer.Target, StringComparer.Ordinal)]);
    }

    /// <summary>Releases some layers in a copy of the tree and lets the collector's rules run until there is nothing left to do.</summary>
    /// <returns>By layer: the bytes of the files that go, and the bytes that come back at the most where files are folded together.</returns>
    private static (Dictionary<Guid, long> Removed, Dictionary<Guid, long> Merged) Collect(List<DiskLayer> tree, HashSet<Guid> release)
    {
        var layers = tree.ToDictionary(static l => l.Id, Copy);
        foreach (var id in release)
        {
            layers[id].TryTransition(LayerState.Frozen, LayerState.Released);
        }

        var removed = new Dictionary<Guid, long>();
        var merged = new Dictionary<Guid, long>();
        while (true)
        {
            switch (new LayerTree(layers.Values).Plan().FirstOrDefault(static a => a is not KeepLayer))
            {
                case RemoveLayer remove:
                    layers.Remove(remove.Layer.Id);
                    removed[remove.Layer.Id] = remove.Layer.Allocation;
                    break;
                case MergeLayer merge:
                    // What both files hold is there once afterwards; how much that is nobody knows before.
                    merged[merge.Layer.Id] = Math.Min(merge.Layer.Allocation, merge.Child.Allocation);
                    merge.Child.Allocation = Math.Max(merge.Layer.Allocation, merge.Child.Allocation);
                    merge.Child.ParentId = merge.Layer.ParentId;
                    merge.Child.CreatedByPortal = merge.Layer.CreatedByPortal;
                    layers.Remove(merge.Layer.Id);
                    break;
                default:
                    return (removed, merged);
            }
        }
    }

    private LayerUse Use(DiskLayer layer, Guid? except = null)
    {
        var vms = new SortedSet<Guid>();
        var above = new SortedSet<Guid>();
        var open = new Stack<DiskLayer>([layer]);
        while (open.TryPop(out var current))
        {
            if (current is { State: LayerState.Head, HeadOfVmId: { } vm })
            {
                vms.Add(vm);
            }

            above.UnionWith(_snapshotsOf[current.Id].Where(s => s != except));
            foreach (var child in _children[current.Id])
            {
                open.Push(child);
            }
        }

        return new LayerUse(layer, Depth(layer), [.. _snapshotsOf[layer.Id].Where(s => s != except).Order()], [.. above], [.. vms]);
    }

    /// <summary>Every layer of the trees that the given ones belong to.</summary>
    private IEnumerable<DiskLayer> Connected(IEnumerable<Guid> ids)
    {
        var seen = new HashSet<Guid>();
        var open = new Stack<DiskLayer>(ids.Select(id => _layers[id]).Select(Root).DistinctBy(static r => r.Id));
        while (open.TryPop(out var layer))
        {
            if (seen.Add(layer.Id))
            {
                yield return layer;
                foreach (var child in _children[layer.Id])
                {
                    open.Push(child);
                }
            }
        }
    }

    private DiskLayer Root(DiskLayer layer)
    {
        while (Parent(layer) is { } parent)
        {
            layer = parent;
        }

        return layer;
    }

    private int Depth(DiskLayer layer)
    {
        var depth = 1;
        for (var below = Parent(layer); below is not null; below = Parent(below))
        {
            depth++;
        }

        return depth;
    }

    private DiskLayer? Parent(DiskLayer layer) => layer.ParentId is { } id ? _layers.GetValueOrDefault(id) : null;

    private static DiskLayer Copy(DiskLayer layer) => new()
    {
        Id = layer.Id,
        HostId = layer.HostId,
        Pool = layer.Pool,
        Volume = layer.Volume,
        Path = layer.Path,
        Format = layer.Format,
        ParentId = layer.ParentId,
        VirtualSize = layer.VirtualSize,
        Allocation = layer.Allocation,
        State = layer.State,
        HeadOfVmId = layer.HeadOfVmId,
        Target = layer.Target,
        CreatedByPortal = layer.CreatedByPortal,
    };
}

/// <summary>A layer and who needs its bytes.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Depth">How many files there are from the oldest to this one.</param>
/// <param name="HeldBy">The snapshots that hold it: it is their disk.</param>
/// <param name="Snapshots">Those, and the snapshots that stand on it.</param>
/// <param name="Vms">The machines whose present state stands on it.</param>
public sealed record LayerUse(DiskLayer Layer, int Depth, IReadOnlyList<Guid> HeldBy, IReadOnlyList<Guid> Snapshots, IReadOnlyList<Guid> Vms)
{
    /// <summary>Nobody else than one machine and its own snapshots needs it.</summary>
    public bool IsNeededOnlyBy(Guid vmId, IReadOnlySet<Guid> itsSnapshots) => Vms.All(v => v == vmId) && Snapshots.All(itsSnapshots.Contains);
}

/// <summary>What the deletion of a snapshot does to the bytes on disk.</summary>
/// <param name="SnapshotId">The snapshot.</param>
/// <param name="FreedAtOnce">Bytes of the files that nothing needs any more and that are removed.</param>
/// <param name="FreedByMerging">Bytes that come back at the most when files are folded together: what was overwritten since.</param>
/// <param name="Kept">The snapshot's own layers whose content stays, alone or merged with another, with who needs it.</param>
public sealed record SnapshotRelease(Guid SnapshotId, long FreedAtOnce, long FreedByMerging, IReadOnlyList<LayerUse> Kept)
{
    /// <summary>Bytes that stay where merging brings nothing back.</summary>
    public long KeptBytes => Kept.Sum(static u => u.Layer.Allocation);
}
