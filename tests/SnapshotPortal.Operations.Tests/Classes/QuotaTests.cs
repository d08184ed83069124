using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Vms;
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
    public async Task Restore_WithTheMemoryOfAMachineThatIsOff_CountsAsAStart()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var taken = await portal.EndedAsync((await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("running", WithMemory: true), None)).Value!);
        await SetAsync(portal, QuotaSubject.Everybody, null, new QuotaLimits { RunningVms = 0 });
        await SeenAsync(portal, PowerState.ShutOff, vm);

        var refused = await portal.Snapshots.RestoreAsync(Portal.Anna, taken.SnapshotId!.Value, new RestoreSnapshotRequest(), None);
        var disks = await portal.Snapshots.RestoreAsync(Portal.Anna, taken.SnapshotId.Value, new RestoreSnapshotRequest(DisksOnly: true), None);

        Assert.Equal(FailureCodes.QuotaExceeded, refused.Failure?.Code);
        Assert.True(disks.IsSuccess, disks.Failure?.Message);
    }

    [Fact]
    public async Task Restore_WithTheMemory_TakesItsPlaceAmongTheRunningWhileItWaits()
    {
        await using var portal = await Portal.StartAsync();
        List<Guid> vms = [await portal.AddVmAsync("a"), await portal.AddVmAsync("b"), await portal.AddVmAsync("c"), await portal.AddVmAsync("d")];
        List<Guid> snapshots = [];
        foreach (var vm in vms)
        {
            snapshots.Add((await portal.EndedAsync((await portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("running", WithMemory: true), None)).Value!)).SnapshotId!.Value);
        }

        await SeenAsync(portal, PowerState.ShutOff, [.. vms]);
        await SetAsync(portal, QuotaSubject.User, Portal.Anna.UserId, new QuotaLimits { RunningVms = 1 });
        var gate = portal.Engine.Block("Restore:PrepareOverlays");

        var disks = await portal.Snapshots.RestoreAsync(Portal.Anna, snapshots[3], new RestoreSnapshotRequest(DisksOnly: true), None);
        var restored = await Task.WhenAll(snapshots.Take(3).Select(s => portal.Snapshots.RestoreAsync(Portal.Anna, s, new RestoreSnapshotRequest(), None)));
        var started = await portal.Vms.PowerAsync(Portal.Anna, vms[3], new PowerRequest(PowerAction.Start), None);

        Assert.True(disks.IsSuccess, disks.Failure?.Message);
        Assert.Single(restored, static o => o.IsSuccess);
        Assert.All(restored.Where(static o => !o.IsSuccess), static o => Assert.Equal(FailureCodes.QuotaExceeded, o.Failure!.Code));
        Assert.Equal(FailureCodes.QuotaExceeded, started.Failure?.Code);
        gate.Open();
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

    /// <summary>Every dimension that a request of a person's adds to, by whomever the limit is set for.</summary>
    public static MatrixTheoryData<QuotaSubject, string> EveryLimitOfAPerson() => new(
        [QuotaSubject.Everybody, QuotaSubject.Role, QuotaSubject.User],
        ["Vms: clone", "RunningVms: clone and start", "RunningVms: start", "VCpus: clone", "MemoryBytes: clone", "Snapshots: take", "UniqueBytes: take", "UniqueBytes: clone", "UniqueBytes: export"]);

    [Theory]
    [MemberData(nameof(EveryLimitOfAPerson))]
    public async Task Limit_ReachedAndRaised_RefusesWithTheNumberAndThenLetsThrough(QuotaSubject subject, string what)
    {
        await using var portal = await Portal.StartAsync();
        await using (var db = await portal.ContextAsync())
        {
            var role = new IdentityRole<Guid>(PortalRoles.Teacher) { Id = Guid.CreateVersion7(), NormalizedName = PortalRoles.Teacher.ToUpperInvariant() };
            db.Roles.Add(role);
            db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = Portal.Tess.UserId, RoleId = role.Id });
            await db.SaveChangesAsync(None);
        }

        var vm = await portal.AddVmAsync("web", Portal.Tess);
        var snapshot = await portal.TakeAsync(vm, "s", Portal.Tess);
        await SeenAsync(portal, PowerState.ShutOff, vm);
        var (dimension, act) = (what.Split(": ")[0], what.Split(": ")[1]);
        var used = Number((await portal.Quotas.GetOwnAsync(Portal.Tess, None)).Usage, dimension);

        await LimitAsync(used);
        var refused = (await ActAsync("refused")).Failure;
        await LimitAsync(used * 2 + 2);
        var allowed = await ActAsync("allowed");

        Assert.Equal((FailureKind.Conflict, FailureCodes.QuotaExceeded), (refused!.Kind, refused.Code));
        Assert.Contains(dimension is "MemoryBytes" or "UniqueBytes" ? $"{used >> 20} MiB" : $"{used} ", refused.Message, StringComparison.Ordinal);
        Assert.True(allowed.IsSuccess, allowed.Failure?.Message);

        async Task LimitAsync(long limit)
        {
            var limits = dimension switch
            {
                "Vms" => new QuotaLimits { Vms = limit },
                "RunningVms" => new QuotaLimits { RunningVms = limit },
                "VCpus" => new QuotaLimits { VCpus = limit },
                "MemoryBytes" => new QuotaLimits { MemoryBytes = limit },
                "Snapshots" => new QuotaLimits { Snapshots = limit },
                _ => new QuotaLimits { UniqueBytes = limit },
            };
            var request = new SetQuotaRequest(subject, subject == QuotaSubject.User ? Portal.Tess.UserId : null, subject == QuotaSubject.Role ? PortalRoles.Teacher : null, limits, "a test");
            var outcome = await portal.Quotas.SetAsync(Portal.Admin, request, None);
            Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        }

        async Task<Outcome<Views.OperationView>> ActAsync(string name) => act switch
        {
            "clone" => await portal.Snapshots.CloneAsync(Portal.Tess, snapshot, new CloneVmRequest(name, Start: false), None),
            "clone and start" => await portal.Snapshots.CloneAsync(Portal.Tess, snapshot, new CloneVmRequest(name, Start: true), None),
            "start" => await portal.Vms.PowerAsync(Portal.Tess, vm, new PowerRequest(PowerAction.Start), None),
            "export" => await portal.Exports.ExportSnapshotAsync(Portal.Tess, snapshot, new ExportRequest(), None),
            _ => await portal.Snapshots.TakeAsync(Portal.Tess, vm, new TakeSnapshotRequest(name), None),
        };
    }

    [Fact]
    public async Task StartAndTake_TwoAtOnceWithRoomForOne_AreOne()
    {
        await using var portal = await Portal.StartAsync();
        List<Guid> vms = [await portal.AddVmAsync("a"), await portal.AddVmAsync("b"), await portal.AddVmAsync("c")];
        await SeenAsync(portal, PowerState.ShutOff, [.. vms]);
        await SetAsync(portal, QuotaSubject.User, Portal.Anna.UserId, new QuotaLimits { RunningVms = 1, Snapshots = 1 });

        var taken = await Task.WhenAll(vms.Select(vm => portal.Snapshots.TakeAsync(Portal.Anna, vm, new TakeSnapshotRequest("s"), None)));
        var started = await Task.WhenAll(vms.Select(vm => portal.Vms.PowerAsync(Portal.Anna, vm, new PowerRequest(PowerAction.Start), None)));

        Assert.Single(taken, static o => o.IsSuccess);
        Assert.Single(started, static o => o.IsSuccess);
        Assert.All(taken.Concat(started).Where(static o => !o.IsSuccess), static o => Assert.Equal(FailureCodes.QuotaExceeded, o.Failure!.Code));
    }

    [Theory]
    [InlineData("Vms")]
    [InlineData("RunningVms")]
    [InlineData("VCpus")]
    [InlineData("MemoryBytes")]
    [InlineData("UniqueBytes")]
    public async Task Class_LimitThatADeploymentExceeds_IsNamedInThePlanAndRefusesIt(string dimension)
    {
        await using var room = await Classroom.MakeAsync();
        await SetAsync(room.Portal, QuotaSubject.Class, room.Class, dimension switch
        {
            "Vms" => new QuotaLimits { Vms = 1 },
            "RunningVms" => new QuotaLimits { RunningVms = 1 },
            "VCpus" => new QuotaLimits { VCpus = 3 },
            "MemoryBytes" => new QuotaLimits { MemoryBytes = 3L << 29 },
            _ => new QuotaLimits { UniqueBytes = 0 },
        });
        var request = room.Request() with { Start = true };

        var plan = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, request, None)).Value!;
        var outcome = await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, request, None);

        Assert.Contains("The class's quota allows", Assert.Single(plan.Problems), StringComparison.Ordinal);
        Assert.Equal(FailureCodes.QuotaExceeded, outcome.Failure!.Code);
        Assert.Equal(0, await room.Portal.ReadAsync(db => Task.FromResult(db.Vms.Count(v => v.ClassId == room.Class))));
    }

    [Fact]
    public async Task Class_LimitsOnRunningAndSnapshots_HoldForItsStudents()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var (sam, sue) = (await room.VmOfAsync(Portal.Sam), await room.VmOfAsync(Portal.Sue));
        await SetAsync(room.Portal, QuotaSubject.Class, room.Class, new QuotaLimits { RunningVms = 1, Snapshots = 1 });

        await room.Portal.EndedAsync((await room.Portal.Vms.PowerAsync(Portal.Sam, sam, new PowerRequest(PowerAction.Start), None)).Value!);
        await SeenAsync(room.Portal, PowerState.Running, sam);
        var started = await room.Portal.Vms.PowerAsync(Portal.Sue, sue, new PowerRequest(PowerAction.Start), None);
        await room.Portal.TakeAsync(sam, "s", Portal.Sam);
        var taken = await room.Portal.Snapshots.TakeAsync(Portal.Sue, sue, new TakeSnapshotRequest("s"), None);

        Assert.Contains("1 running machines, and 1 run", started.Failure!.Message, StringComparison.Ordinal);
        Assert.Contains("The class's quota allows 1 snapshots, and there are 1", taken.Failure!.Message, StringComparison.Ordinal);
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
    public async Task UniqueBytes_OfExports_AreChargedUntilTheyAreGone()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var before = (await portal.Quotas.GetOwnAsync(Portal.Anna, None)).Usage.UniqueBytes;

        var made = await portal.EndedAsync((await portal.Exports.ExportVmAsync(Portal.Anna, vm, new ExportRequest(), None)).Value!);
        var export = (await portal.Exports.GetAsync(Portal.Anna, made.Id, None)).Value!;
        var with = (await portal.Quotas.GetOwnAsync(Portal.Anna, None)).Usage.UniqueBytes;
        await portal.EndedAsync((await portal.Vms.DeleteAsync(Portal.Anna, vm, null, None)).Value!);
        var orphaned = (await portal.Quotas.GetOwnAsync(Portal.Anna, None)).Usage.UniqueBytes;

        var size = export.Disks.Sum(static d => d.Size);
        Assert.True(size > 0);
        Assert.Equal((before + size, size), (with, orphaned));
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

    /// <summary>What the host would tell of its machines.</summary>
    private static Task SeenAsync(Portal portal, PowerState power, params Guid[] vms)
        => portal.WriteAsync(async db => await db.Vms.Where(v => vms.Contains(v.Id)).ExecuteUpdateAsync(s => s.SetProperty(static v => v.Power, power), None));

    private static long Number(QuotaUsage usage, string dimension) => (long)typeof(QuotaUsage).GetProperty(dimension)!.GetValue(usage)!;

    private static async Task SetAsync(Portal portal, QuotaSubject subject, Guid? id, QuotaLimits limits)
    {
        var outcome = await portal.Quotas.SetAsync(Portal.Admin, new SetQuotaRequest(subject, id, null, limits, "a test"), None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
    }
}
