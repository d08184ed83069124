using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Classes;

public sealed class QuotaTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Clone_TwoAtOnceWithRoomForOne_IsOne()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        await SetAsync(portal, QuotaSubject.User, Portal.Anna.UserId, new QuotaLimits { Vms = 2 });

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 5).Select(n => portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest($"copy-{n}"), None)));

        Assert.Single(outcomes, static o => o.IsSuccess);
        Assert.All(outcomes.Where(static o => !o.IsSuccess), static o => Assert.Equal((FailureKind.Conflict, FailureCodes.QuotaExceeded), (o.Failure!.Kind, o.Failure.Code)));
        Assert.Contains("2 virtual machines, and there are 2", outcomes.First(static o => !o.IsSuccess).Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_BeyondTheQuota_IsRefusedAndRestoreAndDeleteAreNot()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var snapshot = await portal.TakeAsync(vm, "s");
        await SetAsync(portal, QuotaSubject.Everybody, null, new QuotaLimits { Vms = 0, RunningVms = 0, Snapshots = 1, UniqueBytes = 0 });

        Assert.Equal(FailureCodes.QuotaExceeded, (await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("t"), None)).Failure!.Code);
        await portal.EndedAsync(await portal.RequestRestoreAsync(snapshot));
        await portal.EndedAsync(await portal.RequestDeleteAsync(snapshot));
    }

    [Fact]
    public async Task Limits_OnesOwn_GoBeforeTheRolesAndTheRolesBeforeEverybodys()
    {
        var own = new QuotaLimits { Vms = 1 };
        var role = new QuotaLimits { Vms = 5, Snapshots = 7 };
        var everybody = new QuotaLimits { Vms = 9, Snapshots = 9, VCpus = 9 };

        Assert.Equal(new QuotaLimits { Vms = 1, Snapshots = 7, VCpus = 9 }, own.Or(role.Or(everybody)));
        Assert.Null(new QuotaLimits { Vms = 1 }.Wider(new QuotaLimits()).Vms);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task ClassMachines_AreChargedToTheClassAndNotToTheStudent()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        await SetAsync(room.Portal, QuotaSubject.Everybody, null, new QuotaLimits { Vms = 0 });

        Assert.Equal(0, (await room.Portal.Quotas.GetOwnAsync(Portal.Sam, None)).Usage.Vms);
        Assert.Equal(2, (await room.Portal.Quotas.GetOfClassAsync(Portal.Tess, room.Class, None)).Value!.Usage.Vms);
    }

    [Fact]
    public async Task Deploy_BeyondTheClassesQuota_IsRefusedBeforeAnythingIsMade()
    {
        await using var room = await Classroom.MakeAsync();
        await SetAsync(room.Portal, QuotaSubject.Class, room.Class, new QuotaLimits { Vms = 1 });

        var plan = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request(), None)).Value!;
        var outcome = await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, room.Request(), None);

        Assert.Contains("1 virtual machines", Assert.Single(plan.Problems), StringComparison.Ordinal);
        Assert.Equal(FailureCodes.QuotaExceeded, outcome.Failure!.Code);
    }

    [Fact]
    public async Task UniqueBytes_OfLinkedClones_AreWhatEachHolderKeeps()
    {
        await using var room = await Classroom.MakeDeployedAsync();

        var tess = (await room.Portal.Quotas.GetOwnAsync(Portal.Tess, None)).Usage.UniqueBytes;
        var lab = (await room.Portal.Quotas.GetOfClassAsync(Portal.Tess, room.Class, None)).Value!.Usage.UniqueBytes;
        var layers = await room.Portal.LayersAsync();

        Assert.Equal(layers.Sum(static l => l.Allocation), tess + lab);
        Assert.Equal(layers.Where(l => l.HeadOfVmId is { } head && head != room.LabVm).Sum(static l => l.Allocation), lab);
    }

    [Theory]
    [InlineData(QuotaSubject.Everybody, true, "r", 1)]
    [InlineData(QuotaSubject.Role, false, "r", 1)]
    [InlineData(QuotaSubject.User, true, "r", 1)]
    [InlineData(QuotaSubject.Class, true, "r", 1)]
    [InlineData(QuotaSubject.Everybody, false, "", 1)]
    [InlineData(QuotaSubject.Everybody, false, "r", -1)]
    public async Task Set_WrongSubjectReasonOrLimit_IsRefused(QuotaSubject subject, bool withUnknownId, string reason, int limit)
    {
        await using var portal = await Portal.StartAsync();

        var outcome = await portal.Quotas.SetAsync(Portal.Admin, new SetQuotaRequest(subject, withUnknownId ? Guid.CreateVersion7() : null, null, new QuotaLimits { Vms = limit }, reason), None);

        Assert.Equal(FailureKind.Invalid, outcome.Failure!.Kind);
    }

    private static async Task SetAsync(Portal portal, QuotaSubject subject, Guid? id, QuotaLimits limits)
    {
        var outcome = await portal.Quotas.SetAsync(Portal.Admin, new SetQuotaRequest(subject, id, null, limits, "a test"), None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
    }
}
