using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal speaks of bytes: who needs them, and what comes back when something goes.</summary>
public static class StorageWords
{
    /// <summary>A snapshot's size on the time line: what changed, or the whole disks for the first one.</summary>
    public static string Size(SnapshotView snapshot)
        => snapshot.HoldsWholeDisks ? WordTexts.FormatSizeBytesInAll(Words.Size(snapshot.SizeBytes)) : $"{(snapshot.SizeBytes > 0 ? "+" : "")}{Words.Size(snapshot.SizeBytes)}";

    public static string SizeTitle(SnapshotView snapshot)
        => snapshot.HoldsWholeDisks
            ? WordTexts.WhatItsFilesOccupyNothingOlder
            : WordTexts.WhatChangedOnTheDisksBetween;

    /// <summary>What a layer is for its machine.</summary>
    public static string Layer(LayerView layer) => layer switch
    {
        { IsPresent: true } => CommonTexts.PresentState,
        { HeldBy: [{ Name: { } name }] } => WordTexts.FormatSnapshotName(name),
        { HeldBy: [{ Name: { } name }, ..] held } => WordTexts.FormatSnapshotNameAndHeldCountMore(name, held.Count - 1),
        { HeldBy.Count: > 0 } => WordTexts.ASnapshotOfSomebodyElse,
        { State: LayerState.Merging } => WordTexts.BeingMerged,
        { State: LayerState.Head } => WordTexts.PresentStateOfAnotherVM,
        _ => WordTexts.LeftByDeletedSnapshots,
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
                parts.Add(vm.Id == thisVm ? WordTexts.ThisVM : name);
            }
            else
            {
                foreignVms++;
            }
        }

        if (foreignVms > 0)
        {
            parts.Add(foreignVms == 1 ? WordTexts.AVmOfSomebodyElse : WordTexts.FormatVmsOfSomebodyElse(Counts.Vms(foreignVms)));
        }

        var named = snapshots.Where(static s => s.Name is not null).ToList();
        if (named.Count is 1 or 2)
        {
            parts.AddRange(named.Select(static s => s.VmName is { } vm ? WordTexts.FormatSNameOfVm(s.Name, vm) : Words.Quoted(s.Name!)));
        }
        else if (named.Count > 0)
        {
            parts.Add(Counts.Snapshots(named.Count));
        }

        var foreignSnapshots = snapshots.Count(static s => s.Name is null);
        if (foreignSnapshots > 0)
        {
            parts.Add(foreignSnapshots == 1 ? WordTexts.ASnapshotOfSomebodyElseToo : WordTexts.FormatSnapshotsOfSomebodyElse(Counts.Snapshots(foreignSnapshots)));
        }

        return parts.Count switch
        {
            0 => WordTexts.Nobody,
            1 => parts[0],
            _ => WordTexts.FormatListAnd(string.Join(", ", parts[..^1]), parts[^1]),
        };
    }

    /// <summary>What the deletion of a snapshot gives back.</summary>
    public static string Frees(SnapshotReleaseView release) => (release.FreedAtOnce, release.FreedByMerging) switch
    {
        (0, 0) => WordTexts.NothingYet,
        ( > 0, 0) => WordTexts.FormatFreedAtOnceAtOnce(Words.Size(release.FreedAtOnce)),
        (0, > 0) => WordTexts.FormatUpToFreedByMergingWhenItsData(Words.Size(release.FreedByMerging)),
        _ => WordTexts.FormatFreedAtOnceAtOnceAndUpTo(Words.Size(release.FreedAtOnce), Words.Size(release.FreedByMerging)),
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
            ? WordTexts.FormatSizeThePortalDidNotMake(size)
            : WordTexts.FormatSizeNeededByThisVm(size, Holders(release.KeptForVms, release.KeptForSnapshots, thisVm));
    }
}
