namespace SnapshotPortal.Domain.Layers;

/// <summary>One disk of a machine as its host shows it.</summary>
/// <param name="Target">For example <c>vda</c>.</param>
/// <param name="File">The file in the machine's definition; <see langword="null"/> for what is no file.</param>
/// <param name="LiveChain">The files that the running machine has open, the one it writes to first; empty while it is off.</param>
public sealed record DiskSeen(string Target, string? File, IReadOnlyList<string> LiveChain);

/// <summary>One image file as it lies on its host.</summary>
/// <param name="Path">Where the portal left it.</param>
/// <param name="Exists">It is there.</param>
/// <param name="BackingPath">The file that its header names as the one behind it.</param>
public sealed record FileSeen(string Path, bool Exists, string? BackingPath);

/// <summary>
/// Drift: what differs between the tree in the database, which is the intention, and the host, which is the truth. Says it;
/// guesses and mends nothing.
/// </summary>
public static class DriftComparison
{
    private const int Told = 3;

    /// <summary>The differences, a sentence each; none = they agree.</summary>
    /// <param name="vmId">The machine.</param>
    /// <param name="tree">Its heads, what its snapshots hold, and everything below.</param>
    /// <param name="disks">Its disks on the host.</param>
    /// <param name="files">The files of <paramref name="tree"/> on the host.</param>
    public static IReadOnlyList<string> Differences(Guid vmId, IReadOnlyCollection<DiskLayer> tree, IEnumerable<DiskSeen> disks, IEnumerable<FileSeen> files)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var byTarget = disks.ToDictionary(static d => d.Target, StringComparer.Ordinal);
        var byPath = files.ToDictionary(static f => f.Path, StringComparer.Ordinal);
        var byId = tree.ToDictionary(static l => l.Id);
        var heads = tree.Where(l => l.HeadOfVmId == vmId).OrderBy(static l => l.Target, StringComparer.Ordinal);
        return [.. heads.SelectMany(h => OfDisk(h, byTarget.GetValueOrDefault(h.Target), byId)), .. tree.SelectMany(l => OfFile(l, byPath.GetValueOrDefault(l.Path), byId))];
    }

    /// <summary>The differences as one text for people: the first few, and how many more there are.</summary>
    public static string Summary(IReadOnlyList<string> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        var text = string.Join(' ', differences.Take(Told));
        return differences.Count > Told ? $"{text} And {differences.Count - Told} more." : text;
    }

    private static IEnumerable<string> OfDisk(DiskLayer head, DiskSeen? seen, Dictionary<Guid, DiskLayer> byId)
    {
        if (seen is null)
        {
            yield return $"The disk {head.Target} is gone from the machine's definition; the portal left it in {head.Path}.";
            yield break;
        }

        if (!Same(seen.File, head.Path))
        {
            yield return $"The disk {head.Target} lies in {seen.File ?? "no file"}, where the portal left it in {head.Path}.";
            yield break;
        }

        if (seen.LiveChain.Count == 0)
        {
            yield break;
        }

        var expected = new List<DiskLayer> { head };
        while (expected[^1].ParentId is { } parent && byId.TryGetValue(parent, out var layer))
        {
            expected.Add(layer);
        }

        for (var i = 0; i < expected.Count; i++)
        {
            if (!Same(seen.LiveChain.ElementAtOrDefault(i), expected[i].Path))
            {
                yield return $"Behind the disk {head.Target} the running machine has {seen.LiveChain.ElementAtOrDefault(i) ?? "nothing"} open, where the portal left {expected[i].Path}.";
                yield break;
            }
        }

        // What lies behind a file that the portal did not make was there before the portal, and is not its affair.
        if (expected[^1].CreatedByPortal && seen.LiveChain.Count > expected.Count)
        {
            yield return $"Behind the disk {head.Target} the running machine has {seen.LiveChain[expected.Count]} open below {expected[^1].Path}, where the portal left nothing.";
        }
    }

    private static IEnumerable<string> OfFile(DiskLayer layer, FileSeen? seen, Dictionary<Guid, DiskLayer> byId)
    {
        // Not looked at, so not judged.
        if (seen is null)
        {
            yield break;
        }

        if (!seen.Exists)
        {
            yield return $"The file {layer.Path} of the disk {layer.Target} is gone.";
            yield break;
        }

        var parent = layer.ParentId is { } id ? byId.GetValueOrDefault(id)?.Path : null;
        if (!Same(seen.BackingPath, parent) && (parent is not null || layer.CreatedByPortal))
        {
            yield return $"The file {layer.Path} of the disk {layer.Target} stands on {seen.BackingPath ?? "nothing"}, where the portal left it standing on {parent ?? "nothing"}.";
        }
    }

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.Ordinal);
}
