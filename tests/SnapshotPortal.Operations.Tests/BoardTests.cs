using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Classes;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>The live board: what runs, waits and has just ended, for whoever may see it.</summary>
public sealed class BoardTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Board_HoldsWhatRunsAndHasJustEnded_NewestFirst()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var ended = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "first"));
        var gate = portal.Engine.Block("Take:Capture");
        var running = await portal.RequestTakeAsync(vm, "second");
        await gate.EnteredAsync();

        var board = await portal.Board.ListAsync(Portal.Anna, new BoardQuery(), None);

        Assert.Equal([(running.Id, OperationState.Running), (ended.Id, OperationState.Succeeded)], board.Entries.Select(static e => (e.Operation.Id, e.Operation.State)));
        Assert.Equal([("web", Portal.HostName, "Anna")], board.Entries.Select(static e => (e.Operation.VmName, e.HostName, e.OwnerName)).Distinct());
        Assert.Equal([Portal.HostName], board.Hosts);
        gate.Open();
        await portal.EndedAsync(running);
    }

    [Fact]
    public async Task Board_AQuarterOfAnHourLater_HasForgottenWhatEnded()
    {
        await using var portal = await Portal.StartAsync();
        await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        portal.Time.Advance(BoardQuery.Recent + TimeSpan.FromSeconds(1));

        Assert.Empty((await portal.Board.ListAsync(Portal.Anna, new BoardQuery(), None)).Entries);
    }

    [Fact]
    public async Task Board_OfAClass_IsSeenByItsTeachersAndByAdministratorsAndEachStudentSeesTheirOwn()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var portal = room.Portal;
        var sams = await room.VmOfAsync(Portal.Sam);
        await TakeAsync(sams, Portal.Sam);
        await TakeAsync(await room.VmOfAsync(Portal.Sue), Portal.Sue);
        await TakeAsync(await portal.AddVmAsync("other", Portal.Ben), Portal.Ben);
        var query = new BoardQuery(OperationKind.TakeSnapshot);

        Assert.Equal(["Sam"], await OwnersAsync(Portal.Sam, query));
        Assert.Equal(["Sam", "Sue"], (await OwnersAsync(Portal.Cora, query)).Order(StringComparer.Ordinal));
        Assert.Equal(["Ben", "Sam", "Sue"], (await OwnersAsync(Portal.Admin, query)).Where(static n => n != "Tess").Order(StringComparer.Ordinal));
        Assert.Empty(await OwnersAsync(Portal.Otto, query));

        // Nobody sees more by asking for somebody else's class, or for an operation by its id.
        Assert.Empty(await OwnersAsync(Portal.Otto, query with { ClassId = room.Class }));
        var ids = (await portal.Board.ListAsync(Portal.Admin, query, None)).Entries.Select(static e => e.Operation.Id).ToList();
        Assert.Empty(await OwnersAsync(Portal.Otto, query with { OperationIds = ids }));
        Assert.Equal(["Ben"], await OwnersAsync(Portal.Ben, query with { OperationIds = ids }));
        Assert.Equal(["Databases"], (await portal.Board.ListAsync(Portal.Sam, query, None)).Classes.Select(static c => c.Name));

        async Task TakeAsync(Guid vm, Actor actor) => Assert.True((await portal.Snapshots.TakeAsync(actor, vm, new TakeSnapshotRequest("mine"), None)).IsSuccess);

        async Task<List<string>> OwnersAsync(Actor actor, BoardQuery asked) => [.. (await portal.Board.ListAsync(actor, asked, None)).Entries.Select(static e => e.OwnerName).Distinct()];
    }

    [Fact]
    public async Task Board_Filters_LeaveOutWhatDoesNotFit()
    {
        await using var portal = await Portal.StartAsync();
        var (one, two) = (await portal.AddVmAsync("web_1"), await portal.AddVmAsync("webX1"));
        await portal.TakeAsync(one, "s");
        await portal.EndedAsync(await portal.RequestPowerAsync(two, PowerAction.Reboot));
        portal.Engine.Fail("Take:Capture", FailureCodes.HypervisorError, "The disk said no.");
        await portal.EndedAsync(await portal.RequestTakeAsync(two, "t"));

        Assert.Equal(["webX1", "web_1"], await NamesAsync(new BoardQuery(OperationKind.TakeSnapshot)));
        Assert.Equal(["webX1"], await NamesAsync(new BoardQuery(State: OperationState.Failed)));
        Assert.Equal(["web_1"], await NamesAsync(new BoardQuery(Text: " B_1 ")));
        Assert.Equal(["webX1", "webX1", "web_1"], await NamesAsync(new BoardQuery(Text: "anna", Host: Portal.HostName)));
        Assert.Empty(await NamesAsync(new BoardQuery(Host: "elsewhere")));
        Assert.Empty(await NamesAsync(new BoardQuery(ClassId: Guid.CreateVersion7())));

        async Task<List<string>> NamesAsync(BoardQuery query) => [.. (await portal.Board.ListAsync(Portal.Anna, query, None)).Entries.Select(static e => e.Operation.VmName)];
    }

    [Fact]
    public async Task Board_MoreThanFits_IsCutAndKeepsWhatRuns()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Take:Capture");
        var running = await portal.RequestTakeAsync(vm, "first");
        await gate.EnteredAsync();
        await portal.WriteAsync(db =>
        {
            for (var i = 0; i < BoardRequests.MostShown; i++)
            {
                db.Operations.Add(Rows.Operation(portal, OperationKind.RebootVm, vm));
            }

            return Task.CompletedTask;
        });

        var board = await portal.Board.ListAsync(Portal.Anna, new BoardQuery(), None);

        Assert.True(board.IsCut);
        Assert.Equal((BoardRequests.MostShown, running.Id), (board.Entries.Count, board.Entries[^1].Operation.Id));
        gate.Open();
    }
}
