using SnapshotPortal.Domain.Layers;

namespace SnapshotPortal.Domain.Tests;

public sealed class DriftComparisonTests
{
    private static readonly Guid Vm = Guid.CreateVersion7();
    private static readonly DiskLayer Root = Layer("/pool/root.qcow2", null, byPortal: false);
    private static readonly DiskLayer Middle = Layer("/pool/sp-1.qcow2", Root);
    private static readonly DiskLayer Head = Layer("/pool/sp-2.qcow2", Middle, head: true);
    private static readonly DiskLayer[] Tree = [Root, Middle, Head];

    [Fact]
    public void Differences_EverythingAsTheTreeSays_None()
    {
        Assert.Empty(Differences());
        Assert.Empty(Differences(live: [Head.Path, Middle.Path, Root.Path]));
    }

    [Fact]
    public void Differences_WhatLiesBehindAFileThatThePortalDidNotMake_IsNotItsAffair()
    {
        Assert.Empty(Differences(files: [new FileSeen(Root.Path, true, "/images/golden.qcow2"), .. Files().Skip(1)]));
        Assert.Empty(Differences(live: [Head.Path, Middle.Path, Root.Path, "/images/golden.qcow2"]));
    }

    [Fact]
    public void Differences_DiskElsewhere_NamesDiskExpectedAndFound()
    {
        var difference = Assert.Single(Differences(file: "/pool/root.snap1"));

        Assert.Contains("vda", difference, StringComparison.Ordinal);
        Assert.Contains("/pool/root.snap1", difference, StringComparison.Ordinal);
        Assert.Contains(Head.Path, difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_DiskGoneFromTheDefinition_SaysSo()
        => Assert.Contains("gone from the machine's definition", Assert.Single(DriftComparison.Differences(Vm, Tree, [], Files())), StringComparison.Ordinal);

    [Fact]
    public void Differences_FileGone_NamesIt()
        => Assert.Contains($"The file {Middle.Path} of the disk vda is gone.", Differences(files: [Files()[0], new FileSeen(Middle.Path, false, null), Files()[2]]));

    [Fact]
    public void Differences_BackingFileChanged_NamesBoth()
    {
        var difference = Assert.Single(Differences(files: [Files()[0], Files()[1], new FileSeen(Head.Path, true, Root.Path)]));

        Assert.Contains($"stands on {Root.Path}", difference, StringComparison.Ordinal);
        Assert.Contains($"standing on {Middle.Path}", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Differences_RunningMachineHasAnotherChainOpen_SaysSo()
        => Assert.Contains($"has {Root.Path} open, where the portal left {Middle.Path}", Assert.Single(Differences(live: [Head.Path, Root.Path])), StringComparison.Ordinal);

    [Fact]
    public void Differences_FileOfThePortalStandsOnSomethingUnknown_SaysSo()
    {
        var alone = Layer("/pool/sp-9.qcow2", null, head: true);

        Assert.Contains(
            "stands on /pool/other.qcow2, where the portal left it standing on nothing",
            Assert.Single(DriftComparison.Differences(Vm, [alone], [new DiskSeen("vda", alone.Path, [])], [new FileSeen(alone.Path, true, "/pool/other.qcow2")])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_OfMany_TellsTheFirstAndHowManyMore()
        => Assert.Equal("A. B. C. And 2 more.", DriftComparison.Summary(["A.", "B.", "C.", "D.", "E."]));

    [Fact]
    public void Below_LayersSharedByTwoTops_ComeOnceAndParentsFirst()
    {
        var other = Layer("/pool/sp-3.qcow2", Middle);

        var below = LayerTrees.Below([.. Tree, other, Layer("/pool/stranger.qcow2", null)], [Head.Id, other.Id, Guid.NewGuid()]);

        Assert.Equal([Root.Id, Middle.Id, Head.Id, other.Id], below.Select(static l => l.Id));
    }

    [Fact]
    public void Above_OfALayer_IsItselfAndAllThatStandsOnIt()
    {
        var other = Layer("/pool/sp-3.qcow2", Middle);

        Assert.Equal(new HashSet<Guid> { Middle.Id, Head.Id, other.Id }, LayerTrees.Above([.. Tree, other], [Middle.Id]));
    }

    private static IReadOnlyList<string> Differences(string? file = null, string[]? live = null, FileSeen[]? files = null)
        => DriftComparison.Differences(Vm, Tree, [new DiskSeen("vda", file ?? Head.Path, live ?? [])], files ?? Files());

    private static FileSeen[] Files() => [new(Root.Path, true, null), new(Middle.Path, true, Root.Path), new(Head.Path, true, Middle.Path)];

    private static DiskLayer Layer(string path, DiskLayer? parent, bool head = false, bool byPortal = true) => new()
    {
        HostId = Guid.Empty,
        Pool = "default",
        Volume = Path.GetFileName(path),
        Path = path,
        Format = "qcow2",
        ParentId = parent?.Id,
        State = head ? LayerState.Head : LayerState.Frozen,
        HeadOfVmId = head ? Vm : null,
        Target = "vda",
        CreatedByPortal = byPortal,
    };
}
