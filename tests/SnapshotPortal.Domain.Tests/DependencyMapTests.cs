using SnapshotPortal.Domain.Layers;

namespace SnapshotPortal.Domain.Tests;

public sealed class DependencyMapTests
{
    private const long Mega = 1_000_000;

    private readonly Guid _vm = Guid.NewGuid();
    private readonly Guid _clone = Guid.NewGuid();
    private readonly Guid _first = Guid.NewGuid();
    private readonly Guid _second = Guid.NewGuid();
    private readonly List<DiskLayer> _layers = [];
    private readonly List<(Guid Snapshot, Guid Layer)> _holds = [];

    [Fact]
    public void Of_AMachineWithSnapshots_ListsItsFilesFromTheOldestWithWhoNeedsThem()
    {
        var (origin, middle, head) = Chain();

        var uses = Map.Of(_vm, [_first, _second]);

        Assert.Equal([origin.Id, middle.Id, head.Id], uses.Select(static u => u.Layer.Id));
        Assert.Equal([1, 2, 3], uses.Select(static u => u.Depth));
        Assert.Equal([_first], uses[0].HeldBy);
        Assert.Equal(new[] { _first, _second }.Order(), uses[0].Snapshots.Order());
        Assert.All(uses, u => Assert.Equal([_vm], u.Vms));
    }

    [Fact]
    public void Of_AMachineThatWentBack_ListsTheBranchThatItsSnapshotHolds()
    {
        var (origin, middle, head) = Chain();
        head.ParentId = origin.Id;

        var uses = Map.Of(_vm, [_first, _second]).ToDictionary(static u => u.Layer.Id);

        Assert.Equal(3, uses.Count);
        Assert.Equal((2, 2), (uses[middle.Id].Depth, uses[head.Id].Depth));
        Assert.Empty(uses[middle.Id].Vms);
    }

    [Fact]
    public void Of_AClone_ListsWhatItSharesAndNotTheOthersHead()
    {
        var (origin, _, _) = Chain();
        var own = Add(LayerState.Head, origin, 1, _clone);

        var uses = Map.Of(_clone, []);

        Assert.Equal([origin.Id, own.Id], uses.Select(static u => u.Layer.Id));
        Assert.Equal(new[] { _vm, _clone }.Order(), uses[0].Vms.Order());
        Assert.False(uses[0].IsNeededOnlyBy(_clone, new HashSet<Guid>()));
        Assert.True(uses[1].IsNeededOnlyBy(_clone, new HashSet<Guid>()));
    }

    [Fact]
    public void WhenDeleted_ItsLayerHasNoReader_FreesItsFileAtOnce()
    {
        var (origin, middle, head) = Chain();
        head.ParentId = origin.Id;

        var release = Map.WhenDeleted(_second);

        Assert.Equal((middle.Allocation, 0, 0), (release.FreedAtOnce, release.FreedByMerging, release.KeptBytes));
        Assert.Empty(release.Kept);
    }

    [Fact]
    public void WhenDeleted_OneMachineStandsOnIt_MergingFreesWhatWasOverwrittenAtTheMost()
    {
        var (origin, middle, _) = Chain();

        var release = Map.WhenDeleted(_first);

        Assert.Equal(0, release.FreedAtOnce);
        Assert.Equal(Math.Min(origin.Allocation, middle.Allocation), release.FreedByMerging);
        var kept = Assert.Single(release.Kept);
        Assert.Equal([_vm], kept.Vms);
        Assert.Equal([_second], kept.Snapshots);
    }

    [Fact]
    public void WhenDeleted_ACloneStandsOnItToo_KeepsItAndSaysForWhom()
    {
        var (origin, _, _) = Chain();
        Add(LayerState.Head, origin, 1, _clone);

        var release = Map.WhenDeleted(_first);

        Assert.Equal((0, 0, origin.Allocation), (release.FreedAtOnce, release.FreedByMerging, release.KeptBytes));
        Assert.Equal(new[] { _vm, _clone }.Order(), Assert.Single(release.Kept).Vms.Order());
    }

    [Fact]
    public void WhenDeleted_AnotherSnapshotHoldsTheSameLayer_FreesNothing()
    {
        var (origin, _, _) = Chain();
        var third = Guid.NewGuid();
        _holds.Add((third, origin.Id));

        var release = Map.WhenDeleted(_first);

        Assert.Equal((0, 0), (release.FreedAtOnce, release.FreedByMerging));
        Assert.Contains(third, Assert.Single(release.Kept).HeldBy);
    }

    [Fact]
    public void WhenDeleted_TheLastReaderOfAReleasedLayer_FreesThatToo()
    {
        // The first snapshot is gone already; its layer waited for the second one's branch.
        var (origin, middle, head) = Chain();
        head.State = LayerState.Frozen;
        head.HeadOfVmId = null;
        var third = Guid.NewGuid();
        _holds.RemoveAll(h => h.Snapshot == _first);
        _holds.Add((third, head.Id));
        origin.State = LayerState.Released;
        _holds.RemoveAll(h => h.Snapshot == _second);
        middle.State = LayerState.Released;

        Assert.Equal(origin.Allocation + middle.Allocation + head.Allocation, Map.WhenDeleted(third).FreedAtOnce);
    }

    [Fact]
    public void WhenDeleted_SomethingGoesAnyway_CountsItForNobody()
    {
        Chain();
        Add(LayerState.Released, null, 50 * Mega);
        var stray = Add(LayerState.Released, _layers[0], 50 * Mega);

        Assert.Equal(0, Map.WhenDeleted(_second).FreedAtOnce);
        Assert.Equal(50 * Mega, stray.Allocation);
    }

    [Fact]
    public void WhenDeleted_AFileThatThePortalDidNotMake_StaysAndFreesNothing()
    {
        var (origin, _, _) = Chain();
        _layers.RemoveAll(l => l.Id != origin.Id);
        origin.CreatedByPortal = false;
        _holds.RemoveAll(h => h.Layer != origin.Id);

        Assert.Equal((0, origin.Allocation), (Map.WhenDeleted(_first).FreedAtOnce, Map.WhenDeleted(_first).KeptBytes));
    }

    [Fact]
    public void WhenDeleted_Any_ChangesNothingInTheTreeItWasAskedOf()
    {
        Chain();
        var before = _layers.Select(static l => (l.Id, l.State, l.ParentId, l.Allocation)).ToList();

        Map.WhenDeleted(_first);
        Map.WhenDeleted(_second);

        Assert.Equal(before, _layers.Select(static l => (l.Id, l.State, l.ParentId, l.Allocation)));
    }

    [Fact]
    public void WhenDeleted_AnUnknownSnapshot_FreesNothing() => Assert.Equal(0, Map.WhenDeleted(Guid.NewGuid()).FreedAtOnce);

    [Fact]
    public void Plan_OfALayerThatAnExportReads_WaitsForItsEnd()
    {
        var (origin, middle, _) = Chain();
        origin.State = LayerState.Released;

        Assert.IsType<MergeLayer>(Assert.Single(new LayerTree(_layers).Plan()));
        Assert.IsType<KeepLayer>(Assert.Single(new LayerTree(_layers, exported: [middle.Id]).Plan()));
        Assert.IsType<KeepLayer>(Assert.Single(new LayerTree(_layers, exported: [origin.Id]).Plan()));
    }

    private DependencyMap Map => new(_layers, _holds);

    /// <summary>Two snapshots and the present state of one machine: 100 MB, 20 MB and 3 MB.</summary>
    private (DiskLayer Origin, DiskLayer Middle, DiskLayer Head) Chain()
    {
        var origin = Add(LayerState.Frozen, null, 100 * Mega);
        var middle = Add(LayerState.Frozen, origin, 20 * Mega);
        var head = Add(LayerState.Head, middle, 3 * Mega, _vm);
        _holds.Add((_first, origin.Id));
        _holds.Add((_second, middle.Id));
        return (origin, middle, head);
    }

    private DiskLayer Add(LayerState state, DiskLayer? parent, long size, Guid? headOf = null)
    {
        var layer = new DiskLayer
        {
            HostId = Guid.Empty,
            Pool = "default",
            Volume = $"{_layers.Count}.qcow2",
            Path = $"/pool/{_layers.Count}.qcow2",
            Format = "qcow2",
            ParentId = parent?.Id,
            Allocation = size,
            State = state,
            HeadOfVmId = headOf,
            Target = "vda",
            CreatedByPortal = true,
        };
        _layers.Add(layer);
        return layer;
    }
}
