namespace SnapshotPortal.Domain.Layers;

/// <summary>Parts of the tree that belong together.</summary>
public static class LayerTrees
{
    /// <summary>Some layers and everything that they stand on, each once, what is stood on first.</summary>
    /// <param name="layers">All layers of a host.</param>
    /// <param name="tops">The layers to begin from; ids that are not among <paramref name="layers"/> are passed over.</param>
    public static IReadOnlyList<DiskLayer> Below(IEnumerable<DiskLayer> layers, IEnumerable<Guid> tops)
    {
        ArgumentNullException.ThrowIfNull(tops);
        var known = layers.ToDictionary(static l => l.Id);
        var seen = new HashSet<Guid>();
        var ordered = new List<DiskLayer>();
        foreach (var top in tops)
        {
            var chain = new List<DiskLayer>();
            for (Guid? id = top; id is { } next && known.TryGetValue(next, out var layer) && seen.Add(next); id = layer.ParentId)
            {
                chain.Add(layer);
            }

            chain.Reverse();
            ordered.AddRange(chain);
        }

        return ordered;
    }

    /// <summary>Some layers and everything that stands on them.</summary>
    /// <param name="layers">All layers.</param>
    /// <param name="roots">The layers to begin from.</param>
    public static IReadOnlySet<Guid> Above(IEnumerable<DiskLayer> layers, IEnumerable<Guid> roots)
    {
        var children = layers.Where(static l => l.ParentId is not null).ToLookup(static l => l.ParentId!.Value, static l => l.Id);
        var above = new HashSet<Guid>();
        var open = new Stack<Guid>(roots);
        while (open.TryPop(out var id))
        {
            if (above.Add(id))
            {
                foreach (var child in children[id])
                {
                    open.Push(child);
                }
            }
        }

        return above;
    }
}
