using System.Reflection;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

/// <summary>
/// Who may do what. Every method of the interfaces stands in one of the tables; a method that stands in none fails.
/// </summary>
public sealed class OwnershipTests(OwnershipTests.Untouched untouched) : IClassFixture<OwnershipTests.Untouched>
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>About one thing of somebody's: strangers are answered as if it did not exist.</summary>
    private static readonly Dictionary<string, OneThing> OneThings = new(StringComparer.Ordinal)
    {
        ["IVirtualMachines.GetAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.GetAsync(a, id, None))),
        ["IVirtualMachines.InspectAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.InspectAsync(a, id, None))),
        ["IVirtualMachines.PowerAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.PowerAsync(a, id, new PowerRequest(PowerAction.Reboot), None))),
        ["IVirtualMachines.ChangeAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.ChangeAsync(a, id, new ChangeVmRequest(TimeSpan.FromMinutes(1)), None))),
        ["IVirtualMachines.NetworkAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.NetworkAsync(a, id, None))),
        ["IVirtualMachines.BootAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.BootAsync(a, id, None))),
        ["IVirtualMachines.ConfigureAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.ConfigureAsync(a, id, new ConfigureVmRequest(StartsWithHost: true), None))),
        ["IVirtualMachines.DeleteAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.DeleteAsync(a, id, null, None))),
        ["IVirtualMachines.ResetAsync"] = new(Thing.Copy, static async (p, a, id) => Answer.Of(await p.Vms.ResetAsync(a, id, new ResetVmRequest(), None))),
        ["IVirtualMachines.ScreenshotAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.ScreenshotAsync(a, id, None))),
        ["IVirtualMachines.GiveIdentityAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Vms.GiveIdentityAsync(a, id, new GiveIdentityRequest(Change: true), None))),
        ["ISnapshots.PreviewCloneAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.PreviewCloneAsync(a, id, None))),
        ["ISnapshots.TakenNamesAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.TakenNamesAsync(a, id, ["web"], None))),
        ["ISnapshots.ListAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Snapshots.ListAsync(a, id, None))),
        ["ISnapshots.GetAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.GetAsync(a, id, None))),
        ["ISnapshots.TakeAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Snapshots.TakeAsync(a, id, new TakeSnapshotRequest("another"), None))),
        ["ISnapshots.RestoreAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.RestoreAsync(a, id, new RestoreSnapshotRequest(), None))),
        ["ISnapshots.CloneAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.CloneAsync(a, id, new CloneVmRequest("copy"), None)), MakesOnesOwn: true),
        ["ISnapshots.DeleteAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.DeleteAsync(a, id, null, None))),
        ["IStorage.MapAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Storage.MapAsync(a, id, None))),
        ["IStorage.ReleaseAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Storage.ReleaseAsync(a, id, None))),
        ["IStorage.FlattenAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Storage.FlattenAsync(a, id, null, None))),
        ["IExports.ListAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Exports.ListAsync(a, id, None))),
        ["IExports.GetAsync"] = new(Thing.Export, static async (p, a, id) => Answer.Of(await p.Exports.GetAsync(a, id, None))),
        ["IExports.ExportSnapshotAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Exports.ExportSnapshotAsync(a, id, new ExportRequest(), None))),
        ["IExports.ExportVmAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Exports.ExportVmAsync(a, id, new ExportRequest(), None))),
        ["IExports.DeleteAsync"] = new(Thing.Export, static async (p, a, id) => Answer.Of(await p.Exports.DeleteAsync(a, id, None))),
        ["IExports.OpenAsync"] = new(Thing.Export, static async (p, a, id) => Answer.Of(await p.Exports.OpenAsync(a, id, "vda", None))),
        ["ISnapshots.ChangeAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.ChangeAsync(a, id, new ChangeSnapshotRequest("another"), None))),
        ["ISnapshots.ProtectAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.ProtectAsync(a, id, true, None))),
        ["ISnapshots.CompareAsync"] = new(Thing.Snapshot, static async (p, a, id) => Answer.Of(await p.Snapshots.CompareAsync(a, id, null, None))),
        ["IUsage.GetAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Usage.GetAsync(a, id, None))),
        ["IUsage.WatchAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Usage.WatchAsync(a, id, None))),
        ["ISchedules.GetAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Schedules.GetAsync(a, id, None))),
        ["ISchedules.SetAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Schedules.SetAsync(a, id, World.Nightly, None))),
        ["ISchedules.RemoveAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Schedules.RemoveAsync(a, id, None))),
        ["ISchedules.PreviewAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Schedules.PreviewAsync(a, id, World.Nightly.Rule, None))),
        ["IConsoles.GetAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Consoles.GetAsync(a, id, None))),
        ["IConsoles.VisitsAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Consoles.VisitsAsync(a, id, None))),
        ["IConsoles.AdmitAsync"] = new(Thing.Vm, static async (p, a, id) => Answer.Of(await p.Consoles.AdmitAsync(a, id, new ConsoleRequest(ConsoleKind.Display), None))),
        ["IConsoles.OpenAsync"] = new(Thing.Vm, static async (p, a, id) =>
        {
            var ticket = await p.Consoles.AdmitAsync(a, id, new ConsoleRequest(ConsoleKind.Serial), None);
            return ticket.IsSuccess ? Answer.Of(await p.Consoles.OpenAsync(a, ticket.Value, None)) : Answer.Of(ticket);
        }),
        ["IConsoles.MayStayAsync"] = new(Thing.Vm, static async (p, a, id) => new Answer(await p.Consoles.MayStayAsync(a, id, None) ? null : Enqueuing.NotFound("virtual machine"), null)),
        ["IOperations.GetAsync"] = new(Thing.Operation, static async (p, a, id) => Answer.Of(await p.Operations.GetAsync(a, id, None)), AnothersRequest: true),
        ["IOperations.CancelAsync"] = new(Thing.Operation, static async (p, a, id) => Answer.Of(await p.Operations.CancelAsync(a, id, None)), AnothersRequest: true),
    };

    /// <summary>Lists: of others' things a stranger gets none, an administrator all who asks for them.</summary>
    private static readonly Dictionary<string, Func<Portal, Actor, Task<int>>> Lists = new(StringComparer.Ordinal)
    {
        ["IVirtualMachines.ListAsync"] = static async (p, a) => (await p.Vms.ListAsync(a, new VmQuery(Everybodys: true), None)).Items.Count,
        ["IOperations.ListAsync"] = static async (p, a) => (await p.Operations.ListAsync(a, new OperationQuery(Everybodys: true), None)).Count,
        ["IBoard.ListAsync"] = static async (p, a) => (await p.Board.ListAsync(a, new BoardQuery(), None)).Entries.Count,
        ["IOperations.EventsSinceAsync"] = static async (p, a) => (await p.Operations.EventsSinceAsync(a, 0, 1_000, None)).Count(static e => e.VmId is not null),
    };

    /// <summary>For administrators only, whoever owns what.</summary>
    private static readonly Dictionary<string, Func<Portal, Actor, Task<Answer>>> Administrators = new(StringComparer.Ordinal)
    {
        ["IVirtualMachines.ListUnmanagedAsync"] = static async (p, a) => Answer.Of(await p.Vms.ListUnmanagedAsync(a, None)),
        ["IImages.ListAsync"] = static async (p, a) => Answer.Of(await p.Images.ListAsync(a, None)),
        ["IImages.UploadAsync"] = static async (p, a) => Answer.Of(await p.Images.UploadAsync(a, new UploadImageRequest(p.HostId, "default", "disk.img"), new MemoryStream(new byte[512]), None)),
        ["IImages.ImportAsync"] = static async (p, a) => Answer.Of(await p.Images.ImportAsync(a, new ImportVmRequest(p.HostId, "default", "disk.img", "imported"), None)),
        ["IVirtualMachines.GiveAsync"] = static async (p, a) => Answer.Of(await p.Vms.GiveAsync(a, await p.AddVmAsync($"given-{Guid.NewGuid().ToString("N")[..8]}"), Portal.Ben.UserId, None)),
        ["IVirtualMachines.AdoptAsync"] = static async (p, a) => Answer.Of(await p.Vms.AdoptAsync(a, new AdoptRequest(p.HostId, p.Engine.AddDomain("free", "vda").Seen.VmId, a.UserId), None)),
    };

    /// <summary>Tells nothing about anybody's things.</summary>
    private static readonly HashSet<string> Anybodys = new(StringComparer.Ordinal)
    {
        "IOperations.LastSequenceAsync", // One number: how many events there have been.
    };

    internal enum Thing
    {
        Vm,

        /// <summary>A machine that was made from a template.</summary>
        Copy,
        Snapshot,
        Export,
        Operation,
    }

    public static TheoryData<string> EveryMethod() =>
    [
        .. new[] { typeof(IVirtualMachines), typeof(ISnapshots), typeof(IOperations), typeof(IStorage), typeof(IExports), typeof(ISchedules), typeof(IImages), typeof(IConsoles), typeof(IUsage), typeof(IBoard) }
            .SelectMany(static t => t.GetMethods().Select(m => $"{t.Name}.{m.Name}")),
    ];

    public static TheoryData<string> OneThingMethods() => [.. OneThings.Keys];

    public static TheoryData<string> ListMethods() => [.. Lists.Keys];

    public static TheoryData<string> AdministratorMethods() => [.. Administrators.Keys];

    [Theory]
    [MemberData(nameof(EveryMethod))]
    public void Method_Any_StandsInExactlyOneTable(string method)
        => Assert.Equal(1, new[] { OneThings.ContainsKey(method), Lists.ContainsKey(method), Administrators.ContainsKey(method), Anybodys.Contains(method) }.Count(static b => b));

    [Fact]
    public void Tables_Together_HoldNoMethodThatIsGone()
        => Assert.Empty(OneThings.Keys.Concat(Lists.Keys).Concat(Administrators.Keys).Concat(Anybodys).Except(EveryMethod().Select(static r => r.Data), StringComparer.Ordinal));

    [Fact]
    public void Methods_ThatTellSomething_TakeTheActorFirst()
        => Assert.All(
            new[] { typeof(IVirtualMachines), typeof(ISnapshots), typeof(IOperations), typeof(IStorage), typeof(IExports), typeof(ISchedules), typeof(IImages), typeof(IConsoles), typeof(IUsage), typeof(IBoard) }.SelectMany(static t => t.GetMethods()).Where(static m => !Anybodys.Contains($"{m.DeclaringType!.Name}.{m.Name}")),
            static m => Assert.Equal(typeof(Actor), m.GetParameters()[0].ParameterType));

    [Theory]
    [MemberData(nameof(OneThingMethods))]
    public async Task Stranger_AboutSomebodyElsesThing_IsAnsweredAsIfItDidNotExist(string method)
    {
        var world = untouched.World;
        var row = OneThings[method];

        var foreign = await row.Call(world.Portal, Portal.Ben, world.Ids[row.Thing]);
        var unknown = await row.Call(world.Portal, Portal.Ben, Guid.CreateVersion7());

        Assert.Equal((FailureKind.NotFound, FailureCodes.NotFound), (foreign.Failure!.Kind, foreign.Failure.Code));
        Assert.Equal(unknown.Failure, foreign.Failure);
        Assert.Equal(world.Operations, await world.Portal.ReadAsync(static db => db.Operations.CountAsync()));
        Assert.Equal((VmPresence.Present, null), ((await world.Portal.VmAsync(world.Ids[Thing.Vm])).Presence, (await world.Portal.VmAsync(world.Ids[Thing.Vm])).FailureDeadline));
        Assert.Equal("0 3 * * *", (await world.Portal.Schedules.GetAsync(Portal.Anna, world.Ids[Thing.Vm], None)).Value!.Rule.Cron);
        Assert.False((await world.Portal.SnapshotAsync(world.Ids[Thing.Snapshot])).Protected);
        Assert.False((await world.Portal.OperationAsync(world.Ids[Thing.Operation])).CancelRequested);
    }

    [Theory]
    [MemberData(nameof(OneThingMethods))]
    public async Task Owner_AboutTheirThing_MayAndNotOnBehalf(string method)
    {
        await using var world = await World.MakeAsync();
        var row = OneThings[method];

        var answer = await row.Call(world.Portal, Portal.Anna, world.Ids[row.Thing]);

        Assert.Null(answer.Failure);
        Assert.False(answer.Operation?.OnBehalf ?? false);
    }

    [Theory]
    [MemberData(nameof(OneThingMethods))]
    public async Task Administrator_AboutSomebodyElsesThing_MayAndItIsRecordedAsOnBehalf(string method)
    {
        await using var world = await World.MakeAsync();
        var row = OneThings[method];

        var answer = await row.Call(world.Portal, Portal.Admin, world.Ids[row.Thing]);

        Assert.Null(answer.Failure);
        if (answer.Operation is { } operation && !row.AnothersRequest)
        {
            // A clone is the administrator's own machine.
            Assert.Equal(!row.MakesOnesOwn, operation.OnBehalf);
            Assert.Equal("Ada", operation.RequestedBy);
        }
    }

    [Theory]
    [MemberData(nameof(ListMethods))]
    public async Task List_SomebodyElsesThings_OnlyOwnersAndAdministratorsSee(string method)
    {
        var world = untouched.World;

        Assert.Equal(0, await Lists[method](world.Portal, Portal.Ben));
        Assert.NotEqual(0, await Lists[method](world.Portal, Portal.Anna));
        Assert.NotEqual(0, await Lists[method](world.Portal, Portal.Admin));
    }

    [Fact]
    public async Task List_OperationsOfSomebodyElsesMachine_IsEmptyForAStranger()
    {
        await using var world = await World.MakeAsync();
        var query = new OperationQuery(world.Ids[Thing.Vm]);

        Assert.Empty(await world.Portal.Operations.ListAsync(Portal.Ben, query, None));
        Assert.Equal(4, (await world.Portal.Operations.ListAsync(Portal.Admin, query, None)).Count);
    }

    [Theory]
    [MemberData(nameof(AdministratorMethods))]
    public async Task AdministratorsAct_ByAnybodyElse_IsForbidden(string method)
    {
        await using var world = await World.MakeAsync();

        var refused = await Administrators[method](world.Portal, Portal.Anna);
        var done = await Administrators[method](world.Portal, Portal.Admin);

        Assert.Equal((FailureKind.Forbidden, FailureCodes.AdministratorsOnly), (refused.Failure!.Kind, refused.Failure.Code));
        Assert.Null(done.Failure);
    }

    private sealed record OneThing(Thing Thing, Func<Portal, Actor, Guid, Task<Answer>> Call, bool MakesOnesOwn = false, bool AnothersRequest = false);

    private sealed record Answer(Failure? Failure, OperationView? Operation)
    {
        public static Answer Of<T>(Outcome<T> outcome) => new(outcome.Failure, outcome.Value as OperationView);
    }

    /// <summary>One world for all who may not change it.</summary>
    public sealed class Untouched : IAsyncLifetime
    {
        internal World World { get; private set; } = null!;

        public async ValueTask InitializeAsync() => World = await World.MakeAsync();

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    /// <summary>Anna's machine with a snapshot and an operation that runs until the end of the test.</summary>
    internal sealed class World(Portal portal, Dictionary<Thing, Guid> ids, int operations) : IAsyncDisposable
    {
        public static SetScheduleRequest Nightly { get; } = new(new ScheduleRule("0 2 * * *", "Europe/Berlin", new Retention(Last: 3)));

        public Portal Portal => portal;

        public Dictionary<Thing, Guid> Ids => ids;

        public int Operations => operations;

        public static async Task<World> MakeAsync()
        {
            var portal = await Portal.StartAsync();
            var vm = await portal.AddVmAsync("web");
            var snapshot = await portal.TakeAsync(vm, "s");
            var export = await portal.ExportAsync(snapshot);
            var published = await portal.TakeAsync(vm, "published");
            var template = (await portal.Templates.PublishAsync(Portal.Anna, published, new PublishTemplateRequest(new TemplateFields("Web"), new TemplateVersionRequest()), None)).Value!.Template.Id;
            var copy = (await portal.EndedAsync((await portal.Templates.CloneAsync(Portal.Anna, template, new CloneVmRequest("from-template"), None)).Value!)).VmId;
            Assert.True((await portal.Templates.SetPublishedAsync(Portal.Anna, template, published: false, None)).IsSuccess);
            Assert.True((await portal.Schedules.SetAsync(Portal.Anna, vm, Nightly with { Rule = Nightly.Rule with { Cron = "0 3 * * *" } }, None)).IsSuccess);
            var gate = portal.Engine.Block("Power:Shutdown");
            var operation = await portal.RequestPowerAsync(vm, PowerAction.Shutdown);
            await gate.EnteredAsync();
            return new World(portal, new Dictionary<Thing, Guid> { [Thing.Vm] = vm, [Thing.Copy] = copy, [Thing.Snapshot] = snapshot, [Thing.Export] = export, [Thing.Operation] = operation.Id }, await portal.ReadAsync(static db => db.Operations.CountAsync()));
        }

        public ValueTask DisposeAsync() => portal.DisposeAsync();
    }
}
