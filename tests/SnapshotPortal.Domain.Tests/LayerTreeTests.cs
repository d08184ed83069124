using SnapshotPortal.Domain.Layers;

namespace SnapshotPortal.Domain.Tests;

public sealed class LayerTreeTests
{
    private readonly Guid _host = Guid.NewGuid();
    private readonly List<DiskLayer> _layers = [];

    [Fact]
    public void Plan_NothingReleased_DoesNothing()
    {
        var held = Add(LayerState.Frozen);
        Add(LayerState.Head, held);

        Assert.Empty(Tree().Plan());
    }

    [Fact]
    public void Plan_NoChild_RemovesTheVolume()
    {
        var layer = Add(LayerState.Released);

        Assert.Equal(new RemoveLayer(layer), Assert.Single(Tree().Plan()));
    }

    [Fact]
    public void Plan_NoChildButNotMadeByThePortal_Keeps()
    {
        var layer = Add(LayerState.Released, byPortal: false);

        var keep = Assert.IsType<KeepLayer>(Assert.Single(Tree().Plan()));
        Assert.Same(layer, keep.Layer);
        Assert.Empty(keep.HeldByVms);
        Assert.Contains("did not make this file", keep.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OneChildThatIsTheHead_MergesIntoIt()
    {
        var layer = Add(LayerState.Released);
        var head = Add(LayerState.Head, layer);

        Assert.Equal(new MergeLayer(layer, head, head.HeadOfVmId!.Value, head), Assert.Single(Tree().Plan()));
    }

    [Fact]
    public void Plan_NotMadeByThePortalWithOneChild_MergesIntoIt()
    {
        // Nothing is deleted that the portal did not make: the child's file goes, the foreign one stays.
        var layer = Add(LayerState.Released, byPortal: false);
        var head = Add(LayerState.Head, layer);

        Assert.IsType<MergeLayer>(Assert.Single(Tree().Plan()));
        Assert.True(head.CreatedByPortal);
    }

    [Fact]
    public void Plan_OneChildHeldWithALinearChainToAHead_MergesTheChild()
    {
        var layer = Add(LayerState.Released);
        var child = Add(LayerState.Frozen, layer);
        var above = Add(LayerState.Frozen, child);
        var head = Add(LayerState.Head, above);

        Assert.Equal(new MergeLayer(layer, child, head.HeadOfVmId!.Value, head), Assert.Single(Tree().Plan()));
    }

    [Fact]
    public void Plan_BranchAtTheLayer_KeepsAndSaysForWhom()
    {
        var layer = Add(LayerState.Released);
        var one = Add(LayerState.Head, layer);
        var other = Add(LayerState.Head, layer);

        var keep = Assert.IsType<KeepLayer>(Assert.Single(Tree().Plan()));
        Assert.Equal(Sorted(one.HeadOfVmId!.Value, other.HeadOfVmId!.Value), Sorted([.. keep.HeldByVms]));
        Assert.Contains("2 layers branch from it", keep.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_BranchAboveTheChild_Keeps()
    {
        var layer = Add(LayerState.Released);
        var child = Add(LayerState.Frozen, layer);
        var one = Add(LayerState.Head, child);
        var other = Add(LayerState.Head, child);

        var keep = Assert.IsType<KeepLayer>(Assert.Single(Tree().Plan()));
        Assert.Equal(Sorted(one.HeadOfVmId!.Value, other.HeadOfVmId!.Value), Sorted([.. keep.HeldByVms]));
        Assert.Contains("branch from one above it", keep.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_ChainWithoutAHead_Keeps()
    {
        var layer = Add(LayerState.Released);
        var held = Add(LayerState.Frozen, layer);

        var keep = Assert.IsType<KeepLayer>(Assert.Single(Tree().Plan()));
        Assert.Empty(keep.HeldByVms);
        Assert.Contains("snapshot", keep.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LayerState.Merging)]
    [InlineData(LayerState.Deleting)]
    public void Plan_ChildIsBeingWorkedOn_Keeps(LayerState state)
    {
        var layer = Add(LayerState.Released);
        var child = Add(state, layer);
        var head = Add(LayerState.Head, child);

        var keep = Assert.IsType<KeepLayer>(Assert.Single(Tree().Plan()));
        Assert.Equal([head.HeadOfVmId!.Value], keep.HeldByVms);
        Assert.Contains("under way", keep.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LayerState.Merging)]
    [InlineData(LayerState.Deleting)]
    public void Plan_LayerIsBeingWorkedOn_IsNotPlannedAgain(LayerState state)
    {
        Add(LayerState.Head, Add(state));

        Assert.Empty(Tree().Plan());
    }

    [Fact]
    public void Plan_SeveralReleased_NearestToTheBaseFirst()
    {
        var lower = Add(LayerState.Released);
        var upper = Add(LayerState.Released, lower);
        Add(LayerState.Head, upper);

        Assert.Equal([lower, upper], Tree().Plan().Select(static a => a.Layer));
    }

    [Fact]
    public void Depth_CountsTheFilesBehindItAndItself()
    {
        var one = Add(LayerState.Frozen);
        var two = Add(LayerState.Frozen, one);
        var three = Add(LayerState.Head, two);

        Assert.Equal([1, 2, 3], new[] { one, two, three }.Select(Tree().Depth));
    }

    [Fact]
    public void Depth_ParentUnknown_CountsFromWhatIsKnown()
    {
        var layer = Add(LayerState.Head);
        layer.ParentId = Guid.NewGuid();

        Assert.Equal(1, Tree().Depth(layer));
    }

    [Fact]
    public void HeadsAbove_Tree_FindsEveryMachineOnceAndOnlyThose()
    {
        var root = Add(LayerState.Frozen);
        var left = Add(LayerState.Frozen, root);
        var right = Add(LayerState.Frozen, root);
        var a = Add(LayerState.Head, left);
        var b = Add(LayerState.Head, left);
        var c = Add(LayerState.Head, right);
        var tree = Tree();

        Assert.Equal(Sorted(a.HeadOfVmId!.Value, b.HeadOfVmId!.Value, c.HeadOfVmId!.Value), Sorted([.. tree.HeadsAbove(root)]));
        Assert.Equal(Sorted(a.HeadOfVmId!.Value, b.HeadOfVmId!.Value), Sorted([.. tree.HeadsAbove(left)]));
        Assert.Equal([c.HeadOfVmId!.Value], tree.HeadsAbove(c));
    }

    private static List<Guid> Sorted(params Guid[] ids) => [.. ids.Order()];

    private LayerTree Tree() => new(_layers);

    private DiskLayer Add(LayerState state, DiskLayer? parent = null, bool byPortal = true)
    {
        var layer = new DiskLayer
        {
            HostId = _host,
            Pool = "default",
            Volume = $"{_layers.Count}.qcow2",
            Path = $"/pool/{_layers.Count}.qcow2",
            Format = "qcow2",
            ParentId = parent?.Id,
            State = state,
            HeadOfVmId = state == LayerState.Head ? Guid.NewGuid() : null,
            Target = "vda",
            CreatedByPortal = byPortal,
        };
        _layers.Add(layer);
        return layer;
    }
}
