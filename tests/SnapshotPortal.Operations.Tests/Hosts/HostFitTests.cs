using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Classes;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Hosts;

/// <summary>Machines that their host cannot have are refused before anything is made, with the numbers.</summary>
public sealed class HostFitTests
{
    private const long Gib = 1L << 30;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Clone_OfMoreMemoryThanTheHostHas_IsRefusedWithTheNumbers()
    {
        await using var portal = await Portal.StartAsync();
        Know(portal, processors: 8, memory: 24 * Gib);
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        var failure = (await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { MemoryBytes = 99 * Gib }, None)).Failure!;

        Assert.Equal((FailureKind.Invalid, FailureCodes.MemoryInvalid, "memoryBytes"), (failure.Kind, failure.Code, failure.Field));
        Assert.Equal("This host has 24 GiB of memory, and the machine asks for 99 GiB. Choose less.", failure.Message);
        Assert.Equal(1, await portal.ReadAsync(static db => db.Vms.CountAsync()));
    }

    [Fact]
    public async Task Clone_OfMoreProcessorsThanTheHostHas_IsRefusedWithTheNumbers()
    {
        await using var portal = await Portal.StartAsync();
        Know(portal, processors: 8, memory: 24 * Gib);
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        var failure = (await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { VCpus = 9 }, None)).Failure!;

        Assert.Equal((FailureKind.Invalid, FailureCodes.ProcessorsInvalid, "vCpus"), (failure.Kind, failure.Code, failure.Field));
        Assert.Equal("This host has 8 processors, and the machine asks for 9. Choose fewer.", failure.Message);
    }

    [Fact]
    public async Task Clone_OfAsManyProcessorsAsItsSourceHas_IsMadeWhateverTheHostHas()
    {
        await using var portal = await Portal.StartAsync();
        Know(portal, processors: 1, memory: 24 * Gib);
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        Assert.True((await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy"), None)).IsSuccess);
        Assert.Equal(FailureCodes.ProcessorsInvalid, (await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("more") { VCpus = 3 }, None)).Failure!.Code);
    }

    [Fact]
    public async Task Clone_OnAHostOfWhichNothingIsKnown_IsLeftToTheHost()
    {
        await using var portal = await Portal.StartAsync();
        var snapshot = await portal.TakeAsync(await portal.AddVmAsync("web"), "s");
        var fit = new HostFit(new HostLoads(portal.Time));

        Assert.Null(fit.Check(portal.HostId, 4_096, 1L << 49));
        Assert.Null(fit.WarnOfAllTogether(portal.HostId, 1_000, 1L << 40));
        Assert.True((await portal.Snapshots.CloneAsync(Portal.Anna, snapshot, new CloneVmRequest("copy") { MemoryBytes = 99 * Gib }, None)).IsSuccess);
    }

    [Fact]
    public async Task Import_OfMoreMemoryThanTheHostHas_IsRefusedWithTheNumbers()
    {
        await using var portal = await Portal.StartAsync();
        Know(portal, processors: 8, memory: 24 * Gib);

        var failure = (await portal.Images.ImportAsync(Portal.Admin, new ImportVmRequest(portal.HostId, "default", "disk.img", "imported") { MemoryBytes = 99 * Gib }, None)).Failure!;

        Assert.Equal((FailureCodes.MemoryInvalid, "memoryBytes"), (failure.Code, failure.Field));
        Assert.Contains("24 GiB", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_OfMachinesThatTheHostCannotHave_IsRefusedWithTheNumbersAndSoIsTheDeployment()
    {
        await using var room = await Classroom.MakeAsync();
        Know(room.Portal, processors: 8, memory: 24 * Gib);
        var request = room.Request() with { MemoryBytes = 99 * Gib };

        var planned = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, request, None)).Failure!;
        var deployed = (await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, request, None)).Failure!;

        Assert.Equal((FailureKind.Invalid, FailureCodes.MemoryInvalid, "memoryBytes", "This host has 24 GiB of memory, and the machine asks for 99 GiB. Choose less."), (planned.Kind, planned.Code, planned.Field, planned.Message));
        Assert.Equal(planned, deployed);
        Assert.Equal(FailureCodes.ProcessorsInvalid, (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request() with { VCpus = 9 }, None)).Failure!.Code);
        Assert.Equal(0, await room.Portal.ReadAsync(static db => db.Deployments.CountAsync()));
    }

    [Fact]
    public async Task Plan_OfMachinesThatCannotAllRunAtOnce_WarnsAndTheyAreMade()
    {
        await using var room = await Classroom.MakeAsync();
        Know(room.Portal, processors: 8, memory: 24 * Gib);
        var request = room.Request() with { MemoryBytes = 16 * Gib };

        var plan = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, request, None)).Value!;

        Assert.Empty(plan.Problems);
        Assert.Contains("All 2 machines running at once would need 32 GiB of memory, and this host has 24 GiB. Not all of them can run at the same time; some will not start.", plan.Warnings);
        Assert.True((await room.Portal.Deployments.DeployAsync(Portal.Tess, room.Class, request, None)).IsSuccess);
    }

    [Fact]
    public async Task Plan_OfMachinesThatFitOnlyBesideNoOthers_WarnsOfWhatIsPromised()
    {
        await using var room = await Classroom.MakeAsync();
        Know(room.Portal, processors: 8, memory: 24 * Gib, promised: 12 * Gib);

        var warned = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request() with { MemoryBytes = 8 * Gib }, None)).Value!;
        var fitting = (await room.Portal.Deployments.PlanAsync(Portal.Tess, room.Class, room.Request() with { MemoryBytes = 6 * Gib }, None)).Value!;

        Assert.Contains("All 2 machines running at once would need 16 GiB of memory, and this host has 24 GiB, of which 12 GiB are promised to machines that run already. Not all of them can run at the same time; some may not start.", warned.Warnings);
        Assert.Empty(fitting.Warnings);
    }

    private static void Know(Portal portal, int processors, long memory, long promised = 0)
    {
        portal.Engine.Host = () => new HostReading("fake 1.0", processors, memory, null, null, promised > 0 ? 1 : 0, promised);
        portal.Services.GetRequiredService<HostLoads>().Note(portal.HostId, portal.Engine.Host());
    }
}
