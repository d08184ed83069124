using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal speaks of bytes: who needs them, and what comes back when something goes.</summary>
public static class StorageWords
{
    /// <summary>A snapshot's size on the time line: what changed, or the whole disks for the first one.</summary>
    public static string Size(SnapshotView snapshot)
        => snapshot.HoldsWholeDisks ? $"{Words.Size(snapshot.SizeBytes)} in all" : $"{(snapshot.SizeBytes > 0 ? "+" : "")}{Words.Size(snapshot.SizeBytes)}";

    public static string SizeTitle(SnapshotView snapshot)
        => snapshot.HoldsWholeDisks
            ? "What its files occupy. Nothing older lies below them, so they hold the whole disks; what was written since stands on them."
            : "What changed on the disks between the state before it and this snapshot";

    /// <summary>What a layer is for its machine.</summary>
    public static string Layer(LayerView layer) => layer switch
    {
        { IsPresent: true } => "Present state",
        { HeldBy: [{ Name: { } name }] } => $"Snapshot “{name}”",
        { HeldBy: [{ Name: { } name }, ..] held } => $"Snapshot “{name}” and {held.Count - 1} more",
        { HeldBy.Count: > 0 } => "A snapshot of somebody else",
        { State: LayerState.Merging } => "Being merged",
        { State: LayerState.Head } => "Present state of another VM",
        _ => "Left by deleted snapshots",
    };

    /// <summary>Those who need something, in a few words: <c>this VM, copy and 2 VMs of somebody else</c>.</summary>
    public static string Holders(IEnumerable<HolderView> vms, IEnumerable<HolderView> snapshots, Guid thisVm)
    {
        var parts = new List<string>();
        var foreignVms = 0;
        foreach (var vm in vms)
        {
            if (vm.Name is { } name)
            {
                parts.Add(vm.Id == thisVm ? "this VM" : name);
            }
            else
            {
                foreignVms++;
            }
        }

        AddForeign(parts, foreignVms, "VM");
        var named = snapshots.Where(static s => s.Name is not null).ToList();
        if (named.Count is 1 or 2)
        {
            parts.AddRange(named.Select(static s => s.VmName is { } vm ? $"“{s.Name}” of {vm}" : $"“{s.Name}”"));
        }
        else if (named.Count > 0)
        {
            parts.Add(Words.Count(named.Count, "snapshot"));
        }

        AddForeign(parts, snapshots.Count(static s => s.Name is null), "snapshot");
        return parts.Count switch
        {
            0 => "nobody",
            1 => parts[0],
            _ => $"{string.Join(", ", parts[..^1])} and {parts[^1]}",
        };
    }

    /// <summary>What the deletion of a snapshot gives back.</summary>
    public static string Frees(SnapshotReleaseView release) => (release.FreedAtOnce, release.FreedByMerging) switch
    {
        (0, 0) => "Nothing yet.",
        ( > 0, 0) => $"{Words.Size(release.FreedAtOnce)}, at once.",
        (0, > 0) => $"Up to {Words.Size(release.FreedByMerging)}, when its data is merged with what stands on it.",
        _ => $"{Words.Size(release.FreedAtOnce)} at once, and up to {Words.Size(release.FreedByMerging)} when the rest is merged.",
    };

    /// <summary>What stays on disk after the deletion of a snapshot, and why; <see langword="null"/> where nothing does.</summary>
    public static string? Stays(SnapshotReleaseView release, Guid thisVm)
    {
        if (release.KeptBytes == 0)
        {
            return null;
        }

        var size = Words.Size(release.KeptBytes);
        return release.KeptForVms.Count + release.KeptForSnapshots.Count == 0
            ? $"{size}: the portal did not make these files, so it does not delete them."
            : $"{size}, needed by {Holders(release.KeptForVms, release.KeptForSnapshots, thisVm)}.";
    }

    private static void AddForeign(List<string> parts, int count, string noun)
    {
        if (count > 0)
        {
            parts.Add(count == 1 ? $"a {noun} of somebody else" : $"{Words.Count(count, noun)} of somebody else");
        }
    }
}
