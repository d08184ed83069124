using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Doctoring;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>The report says what is wrong, and changes nothing.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Report_OfAPortalInOrder_NothingIsWrongAndNothingIsChanged()
    {
        await using var portal = await HealthyAsync();
        var before = await portal.ReadAsync(static db => db.Vms.Select(static v => v.Version).SingleAsync());
        var events = (await portal.EventsAsync()).Count;

        var report = await ExamineAsync(portal);

        Assert.True(report.Wrong == 0, string.Join('\n', Lines(report, Severity.Wrong)));
        Assert.Contains(Lines(report, Severity.Well), static l => l.Contains("fake 1.0", StringComparison.Ordinal));
        Assert.Contains(Lines(report, Severity.Well), static l => l.Contains("The pool default (dir) has 966 GB of 1.1 TB free", StringComparison.Ordinal));
        Assert.Contains("Its disks are as the portal left them.", Lines(report, Severity.Well));
        Assert.Contains("The disk vda has a chain of 2.", Lines(report, Severity.Well));
        Assert.Contains(Lines(report, Severity.Well), static l => l.Contains("record on the host is fresh", StringComparison.Ordinal));
        Assert.Equal(before, await portal.ReadAsync(static db => db.Vms.Select(static v => v.Version).SingleAsync()));
        Assert.Equal(events, (await portal.EventsAsync()).Count);
    }

    [Fact]
    public async Task Report_HostAway_SaysThatNothingOnItCouldBeLookedAt()
        => await WrongAsync("nothing on it could be looked at. No route.", static (p, _) =>
        {
            p.Engine.Unreachable[Portal.HostName] = "No route.";
            return Task.CompletedTask;
        });

    [Fact]
    public async Task Report_DriftThatNobodyMarkedYet_NamesTheFilesAndTheIntentionOfWhoLeftItSo()
    {
        await using var portal = await HealthyAsync();
        var vm = await OnlyAsync(portal);
        portal.Engine.Fail("Take:Capture", FailureCodes.Drift, "Half-way.");
        portal.Engine.Swap(vm.Id, "vda", "/pool/half.qcow2");
        await portal.EndedAsync(await portal.RequestTakeAsync(vm.Id, "s2"));

        var report = await ExamineAsync(portal);

        Assert.Contains(Lines(report, Severity.Wrong), static l => l.StartsWith("Drift: The disk vda lies in /pool/half.qcow2", StringComparison.Ordinal));
        Assert.Contains(Lines(report, Severity.Note), static l => l.Contains("TakeSnapshot, step Plan, and was left as it is", StringComparison.Ordinal) && l.Contains("overlays", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_FileGoneAndFileTooMany_NamesBoth()
    {
        await using var portal = await HealthyAsync();
        var gone = (await portal.LayersAsync()).Single(static l => l.State == LayerState.Frozen);
        var id = Guid.CreateVersion7();
        portal.Engine.Survey = portal.Engine.Survey with
        {
            Volumes = [.. portal.Engine.Survey.Volumes.Where(v => v.Path != gone.Path), new VolumeSeen("default", $"sp-{id:N}.qcow2", $"/pool/sp-{id:N}.qcow2", "qcow2", 1 << 30, 5 << 20, null, id)],
        };

        var report = await ExamineAsync(portal);

        Assert.Contains(Lines(report, Severity.Wrong), l => l.StartsWith($"The file {gone.Path} of the layer {gone.Id} (Frozen) is gone.", StringComparison.Ordinal));
        Assert.Contains(Lines(report, Severity.Wrong), l => l.Contains($"sp-{id:N}.qcow2 (5.24 MB) has no layer in the database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_PoolNearlyFull_SaysThatSnapshotsAreRefused()
        => await WrongAsync("snapshots are refused there", static (p, _) =>
        {
            p.Engine.Survey = p.Engine.Survey with { Pools = [new PoolSeen("default", "dir", true, 1L << 40, 1 << 20, null, HasRoom: false)] };
            return Task.CompletedTask;
        });

    [Fact]
    public async Task Report_FreezeDebt_SaysSinceWhenAndWhatToDo()
        => await WrongAsync("virsh domfsthaw web", static (p, vm) => p.WriteAsync(db =>
        {
            db.FreezeDebts.Add(new FreezeDebt { VmId = vm, Since = p.Time.GetUtcNow(), NextAttemptAt = DateTimeOffset.MaxValue, LastAnswer = "No answer." });
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task Report_SnapshotWithoutItsLayer_SaysThatItCannotBeRestored()
        => await WrongAsync("it cannot be restored", static (p, _) => p.WriteAsync(static async db => (await db.SnapshotDisks.SingleAsync()).LayerId = null));

    [Fact]
    public async Task Report_OperationOfAnInstanceThatDied_SaysThatNobodyIsAtWork()
        => await WrongAsync("nobody is at work on it", static (p, vm) => p.WriteAsync(db =>
        {
            var operation = Rows.Operation(p, OperationKind.StartVm, vm);
            operation.TryClaim("another", p.Time.GetUtcNow().AddHours(-1), TimeSpan.FromSeconds(30));
            db.Operations.Add(operation);
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task Report_MachineGone_SaysHowItComesBack()
        => await WrongAsync("define it again with the UUID", static (p, vm) => p.MissAsync(vm));

    [Fact]
    public async Task Report_SnapshotThatLibvirtKeeps_IsNamedWithWhatToDo()
    {
        await using var portal = await HealthyAsync();
        portal.Engine.Domains[(await OnlyAsync(portal)).Id].ForeignSnapshots.Add("by-hand");

        var report = await ExamineAsync(portal);

        Assert.Equal(0, report.Wrong);
        Assert.Contains(Lines(report, Severity.Note), static l => l.Contains("virsh snapshot-delete web by-hand --metadata", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_StaleAndOverfullRecords_SaysSo()
    {
        await using var portal = await HealthyAsync();
        var vm = await OnlyAsync(portal);
        var record = await RecordTests.FreshAsync(portal, vm.Id);

        portal.Engine.Domains[vm.Id].Record = RecordElement.Write(record with { Omitted = 3 });
        Assert.Contains(Lines(await ExamineAsync(portal), Severity.Note), static l => l.Contains("too full for its 3 oldest snapshots", StringComparison.Ordinal));
        portal.Engine.Domains[vm.Id].Record = RecordElement.Write(record with { Revision = record.Revision - 1 });
        Assert.Contains(Lines(await ExamineAsync(portal), Severity.Note), static l => l.Contains("is stale", StringComparison.Ordinal));
        portal.Engine.Domains[vm.Id].Record = RecordElement.Write(record with { Revision = record.Revision + 5 });
        Assert.Contains(Lines(await ExamineAsync(portal), Severity.Wrong), static l => l.Contains("newer than the database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_StrangersMachineOnOurFile_IsToldAndNotWrong()
    {
        await using var portal = await HealthyAsync();
        var stranger = portal.Engine.AddDomain("by-hand", "vda");
        portal.Engine.Swap(stranger.Seen.VmId, "vda", (await portal.LayersAsync()).Single(static l => l.State == LayerState.Frozen).Path);

        var report = await ExamineAsync(portal);

        Assert.Equal(0, report.Wrong);
        Assert.Contains(Lines(report, Severity.Note), static l => l.StartsWith("“by-hand”, which the portal does not manage, stands on", StringComparison.Ordinal));
    }

    private static async Task WrongAsync(string expected, Func<Portal, Guid, Task> arrange)
    {
        await using var portal = await HealthyAsync();
        await arrange(portal, (await OnlyAsync(portal)).Id);

        var wrong = Lines(await ExamineAsync(portal), Severity.Wrong);

        Assert.Contains(wrong, l => l.Contains(expected, StringComparison.Ordinal));
    }

    /// <summary>One machine, one snapshot, every file in place.</summary>
    private static async Task<Portal> HealthyAsync()
    {
        var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.TakeAsync(vm, "s");
        await RecordTests.FreshAsync(portal, vm);
        portal.Engine.Survey = portal.Engine.Survey with
        {
            Pools = [new PoolSeen("default", "dir", true, 1L << 40, 900L << 30, null, HasRoom: true)],
            Volumes = [.. (await portal.LayersAsync()).Select(static l => new VolumeSeen(l.Pool, l.Volume, l.Path, l.Format, l.VirtualSize, l.Allocation, null, l.CreatedByPortal ? l.Id : null))],
        };
        return portal;
    }

    private static Task<VirtualMachine> OnlyAsync(Portal portal) => portal.ReadAsync(static db => db.Vms.AsNoTracking().SingleAsync());

    private static Task<DoctorReport> ExamineAsync(Portal portal) => portal.Services.GetRequiredService<IDoctor>().ExamineAsync(CancellationToken.None);

    private static List<string> Lines(DoctorReport report, Severity severity) => [.. report.Sections.SelectMany(static s => s.Findings).Where(f => f.Severity == severity).Select(static f => f.Text)];
}
