using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>What lies between two snapshots, or between one and now.</summary>
public sealed class SnapshotComparisonTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Compare_TwoSnapshots_TellsOldestFirstWhicheverIsNamedFirst()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var older = await portal.TakeAsync(vm, "older");
        portal.Time.Advance(TimeSpan.FromHours(2));
        var newer = await portal.TakeAsync(vm, "newer");
        await portal.WriteAsync(async db => (await db.Snapshots.FindAsync(newer))!.DomainXml = "<domain>changed</domain>");

        var one = await CompareAsync(portal, older, newer);
        var other = await CompareAsync(portal, newer, older);

        Assert.Equal(("older", "newer"), (one.Before.Name, one.After.Name));
        Assert.Equal((one.Before, one.After), (other.Before, other.After));
        Assert.InRange(one.After.At - one.Before.At, TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        Assert.Equal("<domain>changed</domain>", Assert.Single(one.Differences).After);
    }

    [Fact]
    public async Task Compare_WithNow_AsksTheHostAndCountsWhatWasWrittenSince()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "before");
        await portal.TakeAsync(vm, "between");
        portal.Engine.Definitions[vm] = "<domain>now</domain>";
        await SizeAsync(portal, vm, 700, 30);

        var answer = await CompareAsync(portal, snapshot, null);

        Assert.Equal(("before", null, null), (answer.Before.Name, answer.After.Name, answer.After.SnapshotId));
        Assert.Equal("<domain>now</domain>", Assert.Single(answer.Differences).After);
        Assert.Equal(730, answer.WrittenBytes);
    }

    [Fact]
    public async Task Compare_AStateThatWasLeftByGoingBack_CannotTellWhatWasWritten()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var first = await portal.TakeAsync(vm, "first");
        var left = await portal.TakeAsync(vm, "left");
        await portal.EndedAsync(await portal.RequestRestoreAsync(first));

        Assert.Null((await CompareAsync(portal, left, null)).WrittenBytes);
        Assert.NotNull((await CompareAsync(portal, first, null)).WrittenBytes);
    }

    [Fact]
    public async Task Compare_ADiskThatHasGrown_SaysSo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web", targets: ["vda", "vdb"]);
        var snapshot = await portal.TakeAsync(vm, "before");
        var head = await portal.HeadAsync(vm, "vdb");
        await portal.WriteAsync(async db => (await db.Layers.FindAsync(head.Id))!.VirtualSize = 20L << 30);

        var difference = Assert.Single((await CompareAsync(portal, snapshot, null)).Differences);

        Assert.Equal(new ConfigurationDifference(ConfigurationPart.Disk, "vdb", "10 GiB", "20 GiB"), difference);
    }

    [Fact]
    public async Task Compare_WithASnapshotOfSomebodyElse_IsAnsweredAsIfItDidNotExist()
    {
        await using var portal = await Portal.StartAsync();
        var mine = await portal.TakeAsync(await portal.AddVmAsync("mine"), "mine");
        var theirs = await portal.TakeAsync(await portal.AddVmAsync("theirs", Portal.Ben), "theirs", Portal.Ben);

        var foreign = await portal.Snapshots.CompareAsync(Portal.Anna, mine, theirs, None);
        var unknown = await portal.Snapshots.CompareAsync(Portal.Anna, mine, Guid.CreateVersion7(), None);

        Assert.Equal((FailureKind.NotFound, FailureCodes.NotFound, "with"), (foreign.Failure!.Kind, foreign.Failure.Code, foreign.Failure.Field));
        Assert.Equal(unknown.Failure, foreign.Failure);
        Assert.Equal(FailureCodes.NotFound, (await portal.Snapshots.CompareAsync(Portal.Anna, theirs, mine, None)).Failure!.Code);
        Assert.True((await portal.Snapshots.CompareAsync(Portal.Admin, mine, theirs, None)).IsSuccess);
    }

    [Fact]
    public async Task Compare_ASnapshotThatFailed_IsRefusedWithTheReason()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var good = await portal.TakeAsync(vm, "good");
        portal.Engine.Fail("Take:Capture", FailureCodes.HypervisorError, "No.");
        var failed = (await portal.EndedAsync(await portal.RequestTakeAsync(vm, "bad"))).SnapshotId!.Value;

        Assert.Equal(FailureCodes.SnapshotNotReady, (await portal.Snapshots.CompareAsync(Portal.Anna, good, failed, None)).Failure!.Code);
        Assert.Equal(FailureCodes.SnapshotNotReady, (await portal.Snapshots.CompareAsync(Portal.Anna, failed, null, None)).Failure!.Code);
    }

    [Fact]
    public async Task FailedSnapshot_InTheTree_DescendsFromWhatWasThereWhenItWasAskedFor()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var good = await portal.TakeAsync(vm, "good");
        portal.Engine.Fail("Take:Capture", FailureCodes.HypervisorError, "No.");

        var failed = (await portal.EndedAsync(await portal.RequestTakeAsync(vm, "bad"))).SnapshotId!.Value;

        Assert.Equal(good, (await portal.SnapshotAsync(failed)).ParentId);
    }

    [Fact]
    public async Task Compare_WithNowOfAHostThatIsLost_SaysWhatStillWorks()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var (one, other) = (await portal.TakeAsync(vm, "one"), await portal.TakeAsync(vm, "other"));
        await portal.LoseHostAsync();

        var now = await portal.Snapshots.CompareAsync(Portal.Anna, one, null, None);

        Assert.Equal((FailureKind.Unavailable, FailureCodes.HostUnreachable), (now.Failure!.Kind, now.Failure.Code));
        Assert.Contains("Compare two snapshots", now.Failure.Message, StringComparison.Ordinal);
        Assert.True((await portal.Snapshots.CompareAsync(Portal.Anna, one, other, None)).IsSuccess);
    }

    [Fact]
    public async Task Compare_WithNowOfAMachineThatIsGone_IsRefused()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "before");
        await portal.MissAsync(vm);

        Assert.Equal(FailureCodes.VmMissing, (await portal.Snapshots.CompareAsync(Portal.Anna, snapshot, null, None)).Failure!.Code);
    }

    /// <summary>Gives the head of a machine's disk and the layer behind it their sizes.</summary>
    private static Task SizeAsync(Portal portal, Guid vm, long behind, long head) => portal.WriteAsync(async db =>
    {
        var top = await db.Layers.SingleAsync(l => l.HeadOfVmId == vm);
        top.Allocation = head;
        (await db.Layers.FindAsync(top.ParentId))!.Allocation = behind;
    });

    private static async Task<ComparisonView> CompareAsync(Portal portal, Guid snapshot, Guid? with)
    {
        var answer = await portal.Snapshots.CompareAsync(Portal.Anna, snapshot, with, None);
        Assert.True(answer.IsSuccess, answer.Failure?.Message);
        return answer.Value;
    }
}
