using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>Flattening a real guest with two disks: the chains, the content, the snapshots that stay.</summary>
public sealed class FlattenTests(BootedGuest booted) : IClassFixture<BootedGuest>
{
    private static readonly CancellationToken None = CancellationToken.None;

    private PortalUnderTest Portal => booted.Portal;

    private Guest Guest => booted.Guest;

    private IStorage Storage => Portal.Storage;

    [Fact]
    public async Task Flatten_OfARunningGuest_LeavesOneFileADiskAndItsSnapshotsUsable()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/flat", "then");
        var snapshot = await Portal.TakeAsync(Guest.Id, "before flatten");
        await Guest.WriteAsync("/root/flat", "now");
        await Guest.WriteAsync("/data/flat", "now");

        await Portal.SucceedAsync(Storage.FlattenAsync(Portal.Owner, Guest.Id, null, None));

        Assert.Single(Guest.Chain("vda"));
        Assert.Single(Guest.Chain("vdb"));
        Assert.True(Guest.IsActive);
        Assert.Equal("nownow", await Guest.ShAsync("cat /root/flat /data/flat"));
        var map = (await Storage.MapAsync(Portal.Owner, Guest.Id, None)).Value!;
        Assert.False(map.CanFlatten);
        Assert.True(map.MeasuredNow);
        await AssertFilesAgreeAsync();

        // The snapshot holds its own files still.
        await Portal.SucceedAsync(Portal.Snapshots.RestoreAsync(Portal.Owner, snapshot.Id, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget), None));
        await Guest.BootedAsync();
        Assert.Equal("then", await Guest.ReadAsync("/root/flat"));
        await AssertFilesAgreeAsync();
    }

    [Fact]
    public async Task Flatten_OfALinkedCloneThatIsOff_FreesItsSourceFromItAndLeavesItOff()
    {
        await booted.ReadyAsync();
        await Guest.WriteAsync("/root/shared", "common");
        var snapshot = await Portal.TakeAsync(Guest.Id, "for a clone");
        var made = await Portal.SucceedAsync(Portal.Snapshots.CloneAsync(Portal.Owner, snapshot.Id, new CloneVmRequest(booted.Host.NewName("flat"), Start: false), None));
        var clone = booted.Host.Guest(made.VmId);
        Assert.True((await Storage.MapAsync(Portal.Owner, Guest.Id, None)).Value!.SharedBytes > 0);

        await Portal.SucceedAsync(Storage.FlattenAsync(Portal.Owner, clone.Id, null, None));

        Assert.False(clone.IsActive);
        Assert.Single(clone.Chain("vda"));
        Assert.Equal(0, (await Storage.MapAsync(Portal.Owner, Guest.Id, None)).Value!.SharedBytes);
        clone.Do(static d => d.Create());
        await clone.BootedAsync();
        Assert.Equal("common", await clone.ReadAsync("/root/shared"));
        clone.Do(static d => d.Destroy());
        await AssertFilesAgreeAsync();
        await Portal.SucceedAsync(Portal.Vms.DeleteAsync(Portal.Owner, clone.Id, null, None));
    }

    /// <summary>QEMU 7.2 dies of such a question at the end of a pull, after two to thirteen of them.</summary>
    [Fact]
    public async Task Flatten_WhileTheMachineIsAskedAboutItsDisks_DoesNotKillIt()
    {
        await booted.ReadyAsync();
        var engine = Portal.Services.GetRequiredService<IHypervisorEngine>();
        await using var db = await Portal.DbAsync();
        var host = new HostRef((await db.Hosts.SingleAsync()).Id, "local", GuestHost.Uri, []);
        using var enough = new CancellationTokenSource();
        var counters = AskAsync(() => engine.ReadCountersAsync(host, None));
        var inspections = AskAsync(() => engine.InspectAsync(host, Guest.Id, None));

        for (var i = 0; i < 12; i++)
        {
            await Portal.TakeAsync(Guest.Id, $"asked {i}");
            await Portal.SucceedAsync(Storage.FlattenAsync(Portal.Owner, Guest.Id, null, None));
        }

        await enough.CancelAsync();
        Assert.True(await counters > 12);
        Assert.True(await inspections > 12);
        Assert.True(Guest.IsActive);
        await AssertFilesAgreeAsync();

        Task<int> AskAsync(Func<Task> question) => Task.Run(async () =>
        {
            var asked = 0;
            for (; !enough.IsCancellationRequested; asked++)
            {
                await question();
            }

            return asked;
        });
    }

    [Fact]
    public async Task Flatten_ThatAPortalBeforeLeftUnfinished_KeepsQuestionsAboutDisksAwayUntilTheNext()
    {
        await booted.ReadyAsync();
        var engine = Portal.Services.GetRequiredService<IHypervisorEngine>();
        await using var db = await Portal.DbAsync();
        var host = new HostRef((await db.Hosts.SingleAsync()).Id, "local", GuestHost.Uri, []);
        await DiskQuestions.AssertAskedAsync(engine, host, Guest.Id);

        engine.ExpectPull(host, Guest.Id);

        await DiskQuestions.AssertNotAskedAsync(engine, host, Guest.Id);
        await Portal.TakeAsync(Guest.Id, "left unfinished");
        await Portal.SucceedAsync(Storage.FlattenAsync(Portal.Owner, Guest.Id, null, None));
        await DiskQuestions.AssertAskedAsync(engine, host, Guest.Id);
    }

    [Fact]
    public async Task Flatten_Cancelled_LeavesTheChainAndEveryByte()
    {
        await booted.ReadyAsync();
        await Guest.ShAsync("dd if=/dev/urandom of=/data/much bs=1M count=40 2>/dev/null; sync");
        var sum = await Guest.ShAsync("md5sum /data/much");
        await Portal.TakeAsync(Guest.Id, "cancel a flatten");
        var operation = (await Storage.FlattenAsync(Portal.Owner, Guest.Id, null, None)).Value!;
        await Eventually.TrueAsync(async () => (await Portal.Operations.GetAsync(Portal.Owner, operation.Id, None)).Value is { CurrentStep: "Pull" } or { IsActive: false }, "it pulls");
        await Portal.Operations.CancelAsync(Portal.Owner, operation.Id, None);
        var ended = await Portal.EndAsync(operation.Id);

        Assert.True(ended.State is OperationState.Cancelled or OperationState.Succeeded);
        await Portal.IdleAsync();
        Assert.Equal(sum, await Guest.ShAsync("md5sum /data/much"));
        await AssertFilesAgreeAsync();

        // And it can be done again.
        await Portal.SucceedAsync(Storage.FlattenAsync(Portal.Owner, Guest.Id, null, None));
        Assert.Single(Guest.Chain("vdb"));
        Assert.Equal(sum, await Guest.ShAsync("md5sum /data/much"));
    }

    private async Task AssertFilesAgreeAsync()
    {
        await Portal.IdleAsync();
        await FileAgreement.AssertAsync(Portal, booted.Host);
        await using var db = await Portal.DbAsync();
        Assert.DoesNotContain(await db.Vms.ToListAsync(), static v => v.Drift is not null);
    }
}
