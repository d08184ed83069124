using Bunit;
using Microsoft.AspNetCore.Components.Web;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class SnapshotTreeTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm();

    private IRenderedComponent<VmSnapshots> Open(Guid? current, params SnapshotView[] snapshots)
    {
        var vm = _vm with { CurrentSnapshotId = current };
        Portal.Put(vm);
        Portal.AllSnapshots.AddRange(snapshots);
        return Show<VmSnapshots>(p => p.Add(c => c.Vm, vm).Add(c => c.AsTree, true));
    }

    [Fact]
    public void Tree_OfBranches_TellsDescentToWhoeverCannotSeeIt()
    {
        var a = Sample.Snapshot(_vm, "a", Sample.Start.AddHours(-3));
        var left = Sample.Snapshot(_vm, "left", Sample.Start.AddHours(-2), a.Id);
        var b = Sample.Snapshot(_vm, "b", Sample.Start.AddHours(-1), a.Id);

        var page = Open(b.Id, a, left, b);

        page.WaitForAssertion(() => Assert.Equal(["a", "left", "b", "Now"], page.FindAll(Id("tree-node")).Select(static n => n.GetAttribute("data-name"))));
        var rows = page.FindAll(Id("tree-node"));
        Assert.Equal(["1", "2", "2", "3"], rows.Select(static r => r.GetAttribute("aria-level")));
        Assert.Equal(["1", "1", "2", "1"], rows.Select(static r => r.GetAttribute("aria-posinset")));
        Assert.Equal(["1", "2", "2", "1"], rows.Select(static r => r.GetAttribute("aria-setsize")));
        Assert.Equal(rows[0].Id, rows[1].GetAttribute("data-parent"));
        Assert.Contains("You are here", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Equal("tree", page.Find(".tree").GetAttribute("role"));
    }

    [Fact]
    public void Tree_AtFirst_HasNowSelectedAndInTheTabOrder()
    {
        var (a, b) = (Sample.Snapshot(_vm, "a"), Sample.Snapshot(_vm, "b"));

        var page = Open(a.Id, a, b);

        page.WaitForAssertion(() => Assert.Equal("Now", page.Find("[role='treeitem'][tabindex='0']").GetAttribute("data-name")));
        Assert.Single(page.FindAll("[aria-selected='true']"));
        Assert.Contains("goes on from “a”", page.Find(Id("tree-details")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Tree_WhereTheFocusGoes_SelectsAndOffersTheSameAsTheTimeLine()
    {
        var a = Sample.Snapshot(_vm, "a", Sample.Start.AddHours(-3));
        var b = Sample.Snapshot(_vm, "b", Sample.Start.AddHours(-2), a.Id);
        var page = Open(b.Id, a, b);
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll(Id("tree-node")).Count));

        Act(page, () => page.FindAll(Id("tree-node"))[0].Focus());

        page.WaitForAssertion(() => Assert.Equal("a", page.Find("[aria-selected='true']").GetAttribute("data-name")));
        var details = page.Find(Id("tree-details"));
        Assert.Contains("“b” descends from it", details.TextContent, StringComparison.Ordinal);
        Assert.NotNull(details.QuerySelector(Id("snapshot-restore")));
        Assert.NotNull(details.QuerySelector(Id("snapshot-clone")));
    }

    [Fact]
    public void Tree_OfASnapshotThatFailed_SaysSoInWords()
    {
        var a = Sample.Snapshot(_vm, "a", Sample.Start.AddHours(-3));
        var failed = Sample.Snapshot(_vm, "bad", Sample.Start.AddHours(-2), a.Id) with { Phase = SnapshotPhase.Failed, FailureMessage = "The pool is full." };
        var page = Open(a.Id, a, failed);
        page.WaitForAssertion(() => Assert.Contains("Failed", page.Find("[data-name='bad']").TextContent, StringComparison.Ordinal));

        Act(page, () => page.Find("[data-name='bad']").Click(new MouseEventArgs()));

        page.WaitForAssertion(() => Assert.Contains("The pool is full.", page.Find(Id("snapshot-failure")).TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Tree_WhoseSelectedSnapshotIsDeleted_SelectsNow()
    {
        var (a, b, c) = (Sample.Snapshot(_vm, "a"), Sample.Snapshot(_vm, "b"), Sample.Snapshot(_vm, "c"));
        var page = Open(a.Id, a, b, c);
        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll(Id("tree-node")).Count));
        Act(page, () => page.Find("[data-name='b']").Focus());

        Portal.AllSnapshots.Remove(b);
        Portal.PublishVmChanged(_vm.Id);

        page.WaitForAssertion(() => Assert.Equal("Now", page.Find("[aria-selected='true']").GetAttribute("data-name")));
    }

    [Fact]
    public void Views_WithLessThanTwoSnapshots_AreNotOffered()
    {
        var page = Open(null, Sample.Snapshot(_vm, "only"));

        page.WaitForAssertion(() => Assert.Single(page.FindAll(Id("snapshot-node"))));
        Assert.Empty(page.FindAll(Id("view-tree")));
        Assert.Empty(page.FindAll(Id("tree-node")));
    }

    [Fact]
    public void Views_OfSeveralSnapshots_AreAddresses()
    {
        var page = Open(null, Sample.Snapshot(_vm, "a"), Sample.Snapshot(_vm, "b"));

        page.WaitForAssertion(() => Assert.Equal("true", page.Find(Id("view-tree")).GetAttribute("aria-current")));
        Assert.Equal($"/vms/{_vm.Id}?tab=snapshots&view=tree", page.Find(Id("view-tree")).GetAttribute("href"));
    }
}
