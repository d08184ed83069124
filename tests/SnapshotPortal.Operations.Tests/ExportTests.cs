using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>Exports: what is refused, what is kept how long, what a crash leaves.</summary>
public sealed class ExportTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Export_OfASnapshot_IsReadyWithItsFilesAndExpiresAfterADay()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", null, "vda", "vdb");
        var snapshot = await portal.TakeAsync(vm, "Before: the/upgrade ☃");

        var id = await portal.ExportAsync(snapshot);

        var export = (await portal.Exports.GetAsync(Portal.Anna, id, None)).Value!;
        Assert.Equal((ExportState.Ready, vm, snapshot), (export.State, export.VmId, export.SnapshotId));
        Assert.Equal(export.CompletedAt + TimeSpan.FromHours(24), export.ExpiresAt);
        Assert.Equal(["web-Before-the-upgrade-vda.qcow2", "web-Before-the-upgrade-vdb.qcow2"], export.Disks.Select(static d => d.FileName));
        Assert.Equal(["vda", "vdb"], portal.Engine.Exports.Single().Sources.Keys.Order(StringComparer.Ordinal));
        Assert.NotNull(portal.Engine.Exports.Single().DomainXml);
        Assert.Equal([id], (await portal.Exports.ListAsync(Portal.Anna, vm, None)).Value!.Select(static e => e.Id));
        Assert.Empty((await portal.Exports.ListAsync(Portal.Ben, null, None)).Value!);
    }

    [Fact]
    public async Task Export_OfThePresentState_ReadsTheHeads()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var head = await portal.HeadAsync(vm);

        await portal.EndedAsync((await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(), None)).Value!);

        var order = Assert.Single(portal.Engine.Exports);
        Assert.Equal((head.Path, null), (order.Sources["vda"].Path, order.DomainXml));
    }

    [Theory]
    [InlineData(59)]
    [InlineData((30 * 24 * 60) + 1)]
    public async Task Export_KeptTooShortOrTooLong_IsRefused(int minutes)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var refused = await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(TimeSpan.FromMinutes(minutes)), None);

        Assert.Equal((FailureKind.Invalid, FailureCodes.LifetimeInvalid, "lifetime"), (refused.Failure!.Kind, refused.Failure.Code, refused.Failure.Field));
        Assert.Empty((await portal.Exports.ListAsync(Portal.Anna, vm, None)).Value!);
    }

    [Fact]
    public async Task Export_IntoAChosenPool_IsForAdministrators()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var refused = await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(Pool: "archive"), None);
        var ended = await portal.EndedAsync((await portal.Exports.ExportVmAsync(Portal.Admin, vm, new ExportRequest(Pool: "archive"), None)).Value!);

        Assert.Equal((FailureKind.Forbidden, FailureCodes.AdministratorsOnly), (refused.Failure!.Kind, refused.Failure.Code));
        Assert.Equal("archive", Assert.Single((await portal.Exports.GetAsync(Portal.Anna, ended.Id, None)).Value!.Disks).Pool);
    }

    [Fact]
    public async Task Export_WhileFiveAreThere_IsRefusedUntilOneIsDeleted()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        var first = await portal.ExportAsync(snapshot);
        for (var n = 0; n < 4; n++)
        {
            await portal.ExportAsync(snapshot);
        }

        var refused = await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(), None);
        Assert.Equal(FailureCodes.TooManyExports, refused.Failure!.Code);

        await portal.Exports.DeleteAsync(Portal.Anna, first, None);
        await Wait.UntilAsync(async () => !(await portal.Exports.GetAsync(Portal.Anna, first, None)).IsSuccess, "it is gone");
        Assert.True((await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(), None)).IsSuccess);
    }

    [Fact]
    public async Task Export_Fails_SaysWhyAndHoldsNothing()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.Engine.Fail("Export:Copy", FailureCodes.NotEnoughSpace, "The pool has 3 bytes left.");

        var ended = await portal.EndedAsync((await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(), None)).Value!);

        var export = (await portal.Exports.GetAsync(Portal.Anna, ended.Id, None)).Value!;
        Assert.Equal((ExportState.Failed, FailureCodes.NotEnoughSpace), (export.State, export.FailureCode));
        Assert.Equal(FailureCodes.ExportNotReady, (await portal.Exports.OpenAsync(Portal.Anna, ended.Id, "vda", None)).Failure!.Code);
        Assert.True((await portal.Exports.DeleteAsync(Portal.Anna, ended.Id, None)).IsSuccess);
    }

    [Fact]
    public async Task Export_Cancelled_LeavesNoEntry()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Export:Copy");
        var operation = (await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(), None)).Value!;
        await gate.EnteredAsync();

        var making = (await portal.Exports.GetAsync(Portal.Anna, operation.Id, None)).Value!;
        Assert.Equal((ExportState.InProgress, operation.Id), (making.State, making.ActiveOperation!.Id));
        Assert.Equal(FailureCodes.ExportNotReady, (await portal.Exports.DeleteAsync(Portal.Anna, operation.Id, None)).Failure!.Code);
        await portal.Operations.CancelAsync(Portal.Anna, operation.Id, None);

        Assert.Equal(OperationState.Cancelled, (await portal.EndedAsync(operation)).State);
        Assert.Empty((await portal.Exports.ListAsync(Portal.Anna, vm, None)).Value!);
    }

    [Fact]
    public async Task Export_PortalDies_IsUndoneAndSaysSo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Export:Copy");
        var operation = (await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(), None)).Value!;
        await gate.EnteredAsync();
        var file = await portal.CrashAsync();

        await using var again = await Portal.StartAsync(s => (s.File, s.Engine, s.Time) = (file, portal.Engine, portal.Time));
        var ended = await again.EndedWhileTimePassesAsync(operation.Id);

        Assert.Equal(FailureCodes.Interrupted, ended.ErrorCode);
        Assert.Contains("UndoExport", portal.Engine.Calls);
        Assert.Equal(ExportState.Failed, (await again.Exports.GetAsync(Portal.Anna, operation.Id, None)).Value!.State);
        Assert.Null((await again.VmAsync(vm)).Drift);
    }

    [Fact]
    public async Task Expiry_HasCome_FilesGoAndTheEntryToo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var id = await portal.ExportAsync(await portal.TakeAsync(vm, "s"), new ExportRequest(TimeSpan.FromHours(1)));
        Assert.Single(portal.Engine.ExportVolumes);

        portal.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.True((await portal.Exports.OpenAsync(Portal.Anna, id, "vda", None)).IsSuccess);
        portal.Time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(FailureCodes.NotFound, (await portal.Exports.OpenAsync(Portal.Anna, id, "vda", None)).Failure!.Code);
        await portal.UntilWhileTimePassesAsync(async () => !(await portal.Exports.GetAsync(Portal.Anna, id, None)).IsSuccess, "the export is gone");
        Assert.Empty(portal.Engine.ExportVolumes);
        Assert.Contains(await portal.EventsAsync(), static e => e is { Kind: "ExportChanged", State: "Removed" });
    }

    [Fact]
    public async Task Deletion_WhileAMachineUsesTheFile_WaitsAndSaysForWhom()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var id = await portal.ExportAsync(await portal.TakeAsync(vm, "s"));
        portal.Engine.RemovalObstacle = new EngineException(FailureCodes.VolumeInUse, "The domain “other” uses it.");

        await portal.Exports.DeleteAsync(Portal.Anna, id, None);
        await Wait.UntilAsync(async () => (await portal.Exports.GetAsync(Portal.Anna, id, None)).Value is { State: ExportState.Removing, FailureMessage: not null }, "it says why it is still there");
        Assert.Equal(FailureCodes.NotFound, (await portal.Exports.OpenAsync(Portal.Anna, id, "vda", None)).Failure!.Code);

        portal.Engine.RemovalObstacle = null;
        await portal.UntilWhileTimePassesAsync(async () => !(await portal.Exports.GetAsync(Portal.Anna, id, None)).IsSuccess, "it is gone");
        Assert.Empty(portal.Engine.ExportVolumes);
    }

    [Fact]
    public async Task Deletion_OfTheMachine_KeepsItsExports()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var id = await portal.ExportAsync(await portal.TakeAsync(vm, "s"));

        await portal.EndedAsync(await portal.RequestDeleteVmAsync(vm));

        Assert.True((await portal.Exports.OpenAsync(Portal.Anna, id, "vda", None)).IsSuccess);
        Assert.Equal(id, Assert.Single((await portal.Exports.ListAsync(Portal.Anna, null, None)).Value!).Id);
    }

    [Fact]
    public async Task Collector_WhileAnExportReads_MergesNothingUnderIt()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "below");
        var clone = (await portal.EndedAsync(await portal.RequestCloneAsync(await portal.TakeAsync(vm, "read"), "copy"))).VmId;
        var gate = portal.Engine.Block("Export:Copy");
        var operation = (await portal.Exports.ExportVmAsync(Portal.Anna, clone, new ExportRequest(), None)).Value!;
        await gate.EnteredAsync();

        // The machine that the snapshots are of leaves its chain: only the clone stands on the released layer now.
        await portal.WriteAsync(async db =>
        {
            (await db.Layers.SingleAsync(l => l.HeadOfVmId == vm)).ParentId = null;
            var layer = (await db.SnapshotDisks.SingleAsync(d => d.SnapshotId == snapshot)).LayerId;
            (await db.Layers.SingleAsync(l => l.Id == layer)).State = LayerState.Released;
        });
        portal.WakeCollector();
        await portal.TakeAsync(vm, "meanwhile");
        Assert.Empty(portal.Engine.Merges);

        gate.Open();
        await portal.EndedAsync(operation);
        portal.WakeCollector();
        await Wait.UntilAsync(() => !portal.Engine.Merges.IsEmpty, "the layer is merged afterwards");
    }

    [Fact]
    public async Task Open_AnUnknownDisk_IsNotFound()
    {
        await using var portal = await Portal.StartAsync();
        var id = await portal.ExportAsync(await portal.TakeAsync(await portal.AddVmAsync("web"), "s"));

        Assert.Equal(FailureCodes.NotFound, (await portal.Exports.OpenAsync(Portal.Anna, id, "vdz", None)).Failure!.Code);
        ExportDownload download = (await portal.Exports.OpenAsync(Portal.Anna, id, "vda", None)).Value!;
        Assert.Equal((1000, "web-s-vda.qcow2"), (download.Content.Length, download.FileName));
    }
}
