using Bunit;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>The storage tab, and the questions before a flatten, an export and a deletion.</summary>
public sealed class VmStorageTests : ComponentTest
{
    private readonly VmView _vm = Sample.Vm("web");
    private readonly SnapshotView _snapshot;

    public VmStorageTests()
    {
        _snapshot = Sample.Snapshot(_vm, "Before upgrade", Sample.Start);
        Portal.Vms.Add(_vm);
        Portal.AllSnapshots.Add(_snapshot);
        HolderView[] here = [new HolderView(_vm.Id, "web")];
        HolderView[] held = [new HolderView(_snapshot.Id, "Before upgrade")];
        var release = new SnapshotReleaseView(_snapshot.Id, 1_200_000_000, true, 0, 120_000_000, 1_200_000_000, [.. here, new HolderView(null, null)], []);
        Storage.Releases[_snapshot.Id] = release;
        Storage.Maps[_vm.Id] = new StorageView(
            [
                FakeStorage.Layer("vda", 1, 1_200_000_000, own: false, heldBy: held, vms: [.. here, new HolderView(null, null)]),
                FakeStorage.Layer("vda", 2, 120_000_000, present: true, vms: here),
            ],
            120_000_000,
            1_200_000_000,
            2,
            [release],
            MeasuredNow: true);
    }

    [Fact]
    public void Map_SaysWhoNeedsWhichFileAndHidesOthersNames()
    {
        var page = Show<VmStorage>(p => p.Add(static c => c.Vm, _vm));

        page.WaitForElements(Id("layer"));
        var layers = page.FindAll(Id("layer"));
        Assert.Contains("Present state", layers[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Snapshot “Before upgrade”", layers[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("this VM and a VM of somebody else", layers[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("1.32 GB", page.Find(Id("storage-total")).TextContent);
        Assert.Contains("Up to 120 MB", page.Find(Id("release")).TextContent, StringComparison.Ordinal);
        Assert.Contains("no backup", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void Flatten_OfDisksThatStoodOnAnotherFileBefore_DoesNotPromiseASizeThatLeavesItOut(int depth, bool foreign)
    {
        Portal.Inspections[_vm.Id] = Sample.Inspection(_vm) with { Disks = [Sample.Disk() with { ChainDepth = depth }] };
        var page = Show<VmStorage>(p => p.Add(static c => c.Vm, _vm));

        page.WaitForElement(Id("flatten")).Click();

        Dialogs.WaitForAssertion(() => Assert.Contains("1.2 GB", Dialogs.Markup, StringComparison.Ordinal));
        Dialogs.WaitForAssertion(() => Assert.Equal(foreign, Dialogs.Markup.Contains("before the portal had them", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Flatten_AsksWithTheNumbersAndRequestsIt()
    {
        var page = Show<VmStorage>(p => p.Add(static c => c.Vm, _vm));
        page.WaitForElement(Id("flatten")).Click();

        await Dialogs.WaitForElement(Id("flatten-confirm")).ClickAsync(new());

        Assert.Contains(("Flatten", _vm.Id), Storage.Requests);
        Assert.Single(Mine.Open);
    }

    [Fact]
    public void Export_Ready_HasALinkForEveryDisk()
    {
        var export = FakeStorage.Export(_vm);
        Storage.All.Add(export);

        var page = Show<VmStorage>(p => p.Add(static c => c.Vm, _vm));

        var link = page.WaitForElement(Id("export-download"));
        Assert.Equal($"/exports/{export.Id}/disks/vda", link.GetAttribute("href"));
        Assert.Equal("web-vda.qcow2", link.GetAttribute("download"));
    }

    [Fact]
    public async Task Export_BeingMade_ShowsProgressAndCanBeCancelled()
    {
        var operation = Sample.Operation(_vm, OperationKind.ExportVm, null, OperationState.Running, Sample.Running("Copy")) with { Percent = 42 };
        Portal.Put(operation);
        Storage.All.Add(FakeStorage.Export(_vm, ExportState.InProgress, operation));

        var page = Show<VmStorage>(p => p.Add(static c => c.Vm, _vm));
        Assert.Contains("Copying 42 %", page.WaitForElement(Id("export")).TextContent, StringComparison.Ordinal);
        await page.Find(Id("export-cancel")).ClickAsync(new());

        Assert.Contains(("Cancel", operation.Id), Portal.Requests);
    }

    [Fact]
    public async Task Export_Failed_SaysWhyAndCanBeDeleted()
    {
        var export = FakeStorage.Export(_vm, ExportState.Failed);
        Storage.All.Add(export);

        var page = Show<VmStorage>(p => p.Add(static c => c.Vm, _vm));
        Assert.Contains("3 MiB free", page.WaitForElement(Id("export")).TextContent, StringComparison.Ordinal);
        await page.Find(Id("export-delete")).ClickAsync(new());

        Assert.Contains(("DeleteExport", export.Id), Storage.Requests);
    }

    [Fact]
    public async Task ExportDialog_OfASnapshot_AsksForTheChosenTime()
    {
        var page = Show<SnapshotNode>(p => p.Add(static c => c.Vm, _vm).Add(static c => c.Snapshot, _snapshot));
        page.Find(Id("snapshot-menu")).Click();
        page.Find(Id("snapshot-export")).Click();
        Dialogs.WaitForElement(Id("export-lifetime")).Change("168");
        Assert.Empty(Dialogs.FindAll(Id("export-pool")));

        await Dialogs.Find(Id("export-confirm")).ClickAsync(new());

        var (id, request) = Assert.IsType<(Guid, ExportRequest)>(Assert.Single(Storage.Requests));
        Assert.Equal((_snapshot.Id, TimeSpan.FromDays(7), null), (id, request.Lifetime, request.Pool));
    }

    [Fact]
    public async Task ExportDialog_Refused_SaysWhyAndStaysOpen()
    {
        Storage.Refusal = new Failure(FailureKind.Conflict, FailureCodes.TooManyExports, "“web” has 5 exports already.");
        var page = Show<VmStorage>(p => p.Add(static c => c.Vm, _vm));
        page.WaitForElement(Id("export-present")).Click();

        await Dialogs.WaitForElement(Id("export-confirm")).ClickAsync(new());

        Dialogs.WaitForAssertion(() => Assert.Contains("5 exports already", Dialogs.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void DeleteDialog_OfASnapshot_SaysWhatComesBackAndWhatStaysForWhom()
    {
        var page = Show<SnapshotNode>(p => p.Add(static c => c.Vm, _vm).Add(static c => c.Snapshot, _snapshot));
        page.Find(Id("snapshot-menu")).Click();
        page.Find(Id("snapshot-delete")).Click();

        Assert.Contains("Up to 120 MB", Dialogs.WaitForElement(Id("delete-frees")).TextContent, StringComparison.Ordinal);
        Assert.Equal("1.2 GB, needed by this VM and a VM of somebody else.", Dialogs.Find(Id("delete-stays")).TextContent);
    }

    [Theory]
    [InlineData(true, "128 MB in all")]
    [InlineData(false, "+128 MB")]
    public void SnapshotSize_OfTheFirstOne_IsNotCalledAChange(bool whole, string text)
        => Assert.Equal(text, StorageWords.Size(_snapshot with { HoldsWholeDisks = whole }));

    [Theory]
    [InlineData(0, 0, "Nothing yet.")]
    [InlineData(5_000_000, 0, "5 MB, at once.")]
    [InlineData(5_000_000, 2_000_000, "5 MB at once, and up to 2 MB when the rest is merged.")]
    public void Frees_InWords(long atOnce, long byMerging, string text)
        => Assert.Equal(text, StorageWords.Frees(new SnapshotReleaseView(Guid.Empty, 0, false, atOnce, byMerging, 0, [], [])));
}
