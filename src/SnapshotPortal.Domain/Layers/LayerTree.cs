namespace SnapshotPortal.Domain.Layers;

/// <summary>
/// The tree of disk layers as pure functions: what the collector may do with a released layer, whose chains go through it,
/// how deep a chain is. A value of one moment; build it anew from the database for every decision.
/// </summary>
public sealed class LayerTree
{
    private readonly Dictionary<Guid, DiskLayer> _layers;
    private readonly ILookup<Guid, DiskLayer> _children;
    private readonly HashSet<Guid> _read;

    /// <summary>The tree of <paramref name="layers"/>.</summary>
    /// <param name="layers">All layers of a host.</param>
    /// <param name="exported">The layers that an operation reads or puts a machine on, without those below them.</param>
    public LayerTree(IEnumerable<DiskLayer> layers, IEnumerable<Guid>? exported = null)
    {
        _layers = layers.ToDictionary(static l => l.Id);
        _children = _layers.Values.Where(static l => l.ParentId is not null).ToLookup(static l => l.ParentId!.Value);
        _read = [];
        foreach (var id in exported ?? [])
        {
            for (var at = _layers.GetValueOrDefault(id); at is not null && _read.Add(at.Id); at = at.ParentId is { } parent ? _layers.GetValueOrDefault(parent) : null)
            {
            }
        }
    }

    /// <summary>What may be done with every released layer, layers nearest to the heads last.</summary>
    public IEnumerable<CollectionAction> Plan()
        => _layers.Values.Where(static l => l.State == LayerState.Released)
            .OrderBy(Depth).ThenBy(static l => l.Id)
            .Select(Decide);

    /// <summary>What may be done with one released layer.</summary>
    public CollectionAction Decide(DiskLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var children = _children[layer.Id].ToList();
        if (_read.Contains(layer.Id) || children.Any(c => _read.Contains(c.Id)))
        {
            return new KeepLayer(layer, "It is being copied.", [.. HeadsAbove(layer)]);
        }

        if (children.Count == 0)
        {
            return layer.CreatedByPortal
                ? new RemoveLayer(layer)
                : new KeepLayer(layer, "The portal did not make this file, so it does not delete it.", []);
        }

        if (children.Count > 1)
        {
            return new KeepLayer(layer, $"{children.Count} layers branch from it.", [.. HeadsAbove(layer)]);
        }

        // From the only child up to the head there must be no branch: every file between has exactly this one reader.
        var child = children[0];
        var top = child;
        while (top.State != LayerState.Head)
        {
            var next = _children[top.Id].ToList();
            if (next.Count != 1)
            {
                return new KeepLayer(
                    layer,
                    next.Count == 0 ? "Only a snapshot without a machine on top stands on it." : $"{next.Count} layers branch from one above it.",
                    [.. HeadsAbove(layer)]);
            }

            top = next[0];
        }

        return child.State is LayerState.Merging or LayerState.Deleting
            ? new KeepLayer(layer, "A merge above it is under way.", [top.HeadOfVmId!.Value])
            : new MergeLayer(layer, child, top.HeadOfVmId!.Value, top);
    }

    /// <summary>How many files lie behind a layer, its own included.</summary>
    public int Depth(DiskLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var depth = 1;
        for (var current = layer; current.ParentId is { } parent && _layers.TryGetValue(parent, out var next); current = next)
        {
            depth++;
        }

        return depth;
    }

    /// <summary>The machines whose chains go through a layer.</summary>
    public IEnumerable<Guid> HeadsAbove(DiskLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        var open = new Stack<DiskLayer>([layer]);
        while (open.TryPop(out var current))
        {
            if (current is { State: LayerState.Head, HeadOfVmId: { } vm })
            {
                yield return vm;
            }

            foreach (var child in _children[current.Id])
            {
                open.Push(child);
            }
        }
    }
}

/// <summary>What the collector may do with a released layer.</summary>
public abstract record CollectionAction(DiskLayer Layer);

/// <summary>Nothing stands on it: its volume goes.</summary>
public sealed record RemoveLayer(DiskLayer Layer) : CollectionAction(Layer);

/// <summary>Exactly one machine's chain goes through it: its only child is folded into it.</summary>
/// <param name="Layer">The released layer.</param>
/// <param name="Child">Its only child.</param>
/// <param name="VmId">The machine.</param>
/// <param name="Head">The layer that the machine writes to; it may be the child.</param>
public sealed record MergeLayer(DiskLayer Layer, DiskLayer Child, Guid VmId, DiskLayer Head) : CollectionAction(Layer)
{
    /// <summary>The machine writes to the child.</summary>
    public bool ChildIsHead => Head.Id == Child.Id;
}

/// <summary>It stays until that changes.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="HeldByVms">The machines that need its bytes.</param>
public sealed record KeepLayer(DiskLayer Layer, string Reason, IReadOnlyList<Guid> HeldByVms) : CollectionAction(Layer);
