using Bunit;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class CompareDialogTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm();
    private readonly SnapshotView _older;
    private readonly SnapshotView _newer;

    public CompareDialogTests()
    {
        _older = Sample.Snapshot(_vm, "older", Sample.Start.AddHours(-5));
        _newer = Sample.Snapshot(_vm, "newer", Sample.Start.AddHours(-2), _older.Id);
        Portal.Put(_vm);
        Portal.AllSnapshots.AddRange([_older, _newer]);
    }

    [Fact]
    public void Compare_WithNow_SaysWhatDiffersInWords()
    {
        Portal.Comparisons[Guid.Empty] = Answer(
            128_000_000,
            new ConfigurationDifference(ConfigurationPart.Memory, null, "2 GiB", "4 GiB"),
            new ConfigurationDifference(ConfigurationPart.Disk, "vdb", null, "virtio"),
            new ConfigurationDifference(ConfigurationPart.NetworkCard, "52:54:00:11:22:33", "network “default”", null));

        Open();

        Dialogs.WaitForAssertion(() => Assert.Equal(3, Dialogs.FindAll(Id("difference")).Count));
        var rows = Dialogs.FindAll(Id("difference")).Select(static r => r.TextContent).ToList();
        Assert.Matches("Memory.*2 GiB.*4 GiB", string.Concat(rows[0].Split('\n')));
        Assert.Matches("Disk vdb.*not there.*virtio", string.Concat(rows[1].Split('\n')));
        Assert.Matches("Network card 52:54:00:11:22:33.*gone", string.Concat(rows[2].Split('\n')));
        Assert.Equal("3 h 0 min lie between them. The files that hold what was written in that time occupy 128 MB.", Dialogs.Find(Id("compare-between")).TextContent);
    }

    [Fact]
    public void Compare_WithAnotherSnapshot_AsksForThatOne()
    {
        Portal.Comparisons[Guid.Empty] = Answer(0);
        Portal.Comparisons[_newer.Id] = Answer(null, new ConfigurationDifference(ConfigurationPart.Processors, null, "1 vCPU", "2 vCPU"));
        Open();
        Dialogs.WaitForAssertion(() => Assert.Contains("The configuration is the same", Dialogs.Find(Id("compare-same")).TextContent, StringComparison.Ordinal));

        Dialogs.Find(Id("compare-with")).Change(_newer.Id.ToString());

        Dialogs.WaitForAssertion(() => Assert.Contains("2 vCPU", Dialogs.Find(Id("difference")).TextContent, StringComparison.Ordinal));
        Assert.Contains("cannot be told", Dialogs.Find(Id("compare-between")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_WhereTheHostDoesNotAnswer_SaysSoAndOffersTheOthers()
    {
        Portal.Comparisons[Guid.Empty] = new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer. Compare two snapshots.");

        Open();

        Dialogs.WaitForAssertion(() => Assert.Contains("The host does not answer", Dialogs.Markup, StringComparison.Ordinal));
        Assert.Equal(["", _newer.Id.ToString()], Dialogs.FindAll($"{Id("compare-with")} option").Select(static o => o.GetAttribute("value")));
    }

    private ComparisonView Answer(long? written, params ConfigurationDifference[] differences) => new(
        new ComparedStateView(_older.Id, "older", _vm.Id, _vm.Name, Sample.Start.AddHours(-3)),
        new ComparedStateView(null, null, _vm.Id, _vm.Name, Sample.Start),
        written,
        differences);

    private void Open()
    {
        var page = Show<VmSnapshots>(p => p.Add(c => c.Vm, _vm));
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(Id("snapshot-node")).Count));
        Act(page, () => page.FindAll(Id("snapshot-menu"))[^1].Click());
        page.WaitForElement(Id("snapshot-compare")).Click();
    }
}
