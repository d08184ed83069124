using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>How the tree of snapshots is laid out.</summary>
public sealed class LineageTests
{
    private readonly VmView _vm = Sample.Vm();
    private readonly List<SnapshotView> _snapshots = [];

    [Fact]
    public void Lineage_WithoutBranches_IsOneLaneThatEndsAtNow()
    {
        var (a, b) = (Add("a"), default(SnapshotView));
        b = Add("b", a);

        Assert.Equal("a0 b0 Now0", Drawn(b));
    }

    [Fact]
    public void Lineage_AfterGoingBack_PutsWhatWasLeftAsideAndTheWayToNowInTheFirstLane()
    {
        var a = Add("a");
        var b = Add("b", a);
        Add("c", b);
        var d = Add("d", a);

        // b and c were left; now descends from d.
        Assert.Equal("a0 b1 c1 d0 Now0", Drawn(d));
    }

    [Fact]
    public void Lineage_WhereNowStandsInTheMiddle_ShowsWhatCameAfterAsABranch()
    {
        var a = Add("a");
        Add("b", a);

        Assert.Equal("a0 b1 Now0", Drawn(a));
    }

    [Fact]
    public void Lineage_WithABranchOfABranch_GoesOneLaneFurther()
    {
        var a = Add("a");
        var b = Add("b", a);
        Add("c", b);
        Add("d", b);
        var e = Add("e", a);

        Assert.Equal("a0 b1 c2 d1 e0 Now0", Drawn(e));
    }

    [Fact]
    public void Lineage_WhoseCurrentSnapshotIsGone_ShowsNowForItself()
    {
        Add("a");

        Assert.Equal("a0 Now0", Drawn(null));
        Assert.Null(Lineage.Of(_snapshots, null).Nodes.Single(static n => n.Snapshot is null).Parent);
        Assert.Equal("a0 Now0", string.Join(' ', Lineage.Of(_snapshots, Guid.CreateVersion7()).Nodes.Select(static n => $"{n.Snapshot?.Name ?? "Now"}{n.Lane}")));
    }

    [Fact]
    public void Lineage_OfASnapshotThatIsBeingTaken_StandsOnWhatIsNow()
    {
        var a = Add("a");
        _snapshots.Add(Sample.Snapshot(_vm, "new", Sample.Start) with { Phase = SnapshotPhase.InProgress });

        Assert.Equal("a0 new1 Now0", Drawn(a));
    }

    [Fact]
    public void Lineage_OfSnapshotsThatDescendFromOneAnother_StillShowsEachOnce()
    {
        var a = Sample.Snapshot(_vm, "a", Sample.Start.AddHours(-3));
        var b = Sample.Snapshot(_vm, "b", Sample.Start.AddHours(-2), a.Id);
        _snapshots.AddRange([a with { ParentId = b.Id }, b]);

        Assert.Equal("a0 b0 Now0", Drawn(b));
    }

    [Fact]
    public void Lineage_OfNoSnapshots_IsNow() => Assert.Equal("Now0", Drawn(null));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Lineage_OfAnyTree_ShowsEachOnceBelowItsParentAndCrossesNothing(int seed)
    {
#pragma warning disable CA5394 // Any tree will do, and the same one every time.
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            _snapshots.Clear();
            var count = random.Next(0, 61);
            for (var i = 0; i < count; i++)
            {
                var parent = i == 0 || random.Next(12) == 0 ? null : _snapshots[random.Next(2) == 0 ? i - 1 : random.Next(i)];
                var snapshot = Add($"s{i}", parent);
                if (random.Next(8) == 0)
                {
                    _snapshots[i] = snapshot with { Phase = SnapshotPhase.Failed, ParentId = random.Next(3) == 0 ? Guid.CreateVersion7() : parent?.Id };
                }
            }

            var current = count == 0 ? null : (Guid?)_snapshots[random.Next(count)].Id;
            Check(Lineage.Of([.. _snapshots.OrderBy(_ => random.Next())], current), current);
        }
#pragma warning restore CA5394
    }

    [Fact]
    public void Lineage_OfFiveHundredInARow_IsLaidOut()
    {
        SnapshotView? last = null;
        for (var i = 0; i < 500; i++)
        {
            last = Add($"s{i}", last);
        }

        var lineage = Lineage.Of(_snapshots, last!.Id);

        Assert.Equal((501, 1, 501), (lineage.Nodes.Count, lineage.Lanes, lineage.Nodes[^1].Level));
    }

    private void Check(Lineage lineage, Guid? current)
    {
        Assert.Equal(_snapshots.Select(static s => s.Id).Order(), lineage.Nodes.Where(static n => n.Snapshot is not null).Select(static n => n.Snapshot!.Id).Order());
        Assert.Single(lineage.Nodes, static n => n.Snapshot is null);
        Assert.Equal(Enumerable.Range(0, lineage.Nodes.Count), lineage.Nodes.Select(static n => n.Row));
        Assert.All(lineage.Nodes, n => Assert.InRange(n.Lane, 0, lineage.Lanes - 1));

        // A tree of n can be drawn in the logarithm of n lanes, because the heaviest branch stays in its lane.
        Assert.True(lineage.Lanes <= Math.Log2(lineage.Nodes.Count + 1) + 2);
        foreach (var node in lineage.Nodes)
        {
            Assert.Equal(Known(node.Snapshot, current), node.Parent?.Snapshot?.Id);
            if (node.Parent is not { } parent)
            {
                Assert.Equal(1, node.Level);
                continue;
            }

            Assert.True(parent.Row < node.Row && parent.Lane <= node.Lane, "below its parent and never to the left of it");
            Assert.Equal(parent.Level + 1, node.Level);
            Assert.InRange(node.Position, 1, node.Siblings);

            // The line runs down the parent's lane and turns off in the node's own row.
            Assert.DoesNotContain(lineage.Nodes, other => other != node && other.Lane == parent.Lane && other.Row > parent.Row && other.Row < node.Row);
            Assert.DoesNotContain(lineage.Nodes, other => other != node && other.Row == node.Row);
        }

        Assert.All(lineage.Nodes.Where(static n => n.IsOnWay), static n => Assert.Equal(0, n.Lane));
    }

    private Guid? Known(SnapshotView? snapshot, Guid? current)
    {
        var parent = snapshot is null ? current : snapshot.ParentId;
        return _snapshots.Exists(s => s.Id == parent) ? parent : null;
    }

    private SnapshotView Add(string name, SnapshotView? parent = null)
    {
        var snapshot = Sample.Snapshot(_vm, name, Sample.Start.AddHours(_snapshots.Count - 1_000), parent?.Id);
        _snapshots.Add(snapshot);
        return snapshot;
    }

    private string Drawn(SnapshotView? current)
        => string.Join(' ', Lineage.Of([.. Enumerable.Reverse(_snapshots)], current?.Id).Nodes.Select(static n => $"{n.Snapshot?.Name ?? "Now"}{n.Lane}"));
}
