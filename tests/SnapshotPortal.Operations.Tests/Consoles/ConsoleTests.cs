using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Consoles;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Consoles;

/// <summary>Who gets to which console, with what, and who is told.</summary>
public sealed class ConsoleTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly ConsoleRequest Serial = new(ConsoleKind.Serial);

    [Fact]
    public async Task Ticket_Used_OpensOnceAndNeverAgain()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var ticket = await AdmittedAsync(portal, Portal.Anna, vm, Serial);

        await using var session = (await portal.Consoles.OpenAsync(Portal.Anna, ticket, None)).Value!;
        var again = await portal.Consoles.OpenAsync(Portal.Anna, ticket, None);

        Assert.Equal((vm, ConsoleKind.Serial, false), (session.VmId, session.Kind, session.WatchOnly));
        Assert.Equal(FailureCodes.TicketUnknown, again.Failure?.Code);
    }

    [Fact]
    public async Task Ticket_StolenByAnother_OpensNothingEvenForAnAdministrator_AndIsGone()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var ticket = await AdmittedAsync(portal, Portal.Anna, vm, Serial);

        var stolen = await portal.Consoles.OpenAsync(Portal.Admin, ticket, None);
        var guessed = await portal.Consoles.OpenAsync(Portal.Admin, new string('0', 64), None);
        var own = await portal.Consoles.OpenAsync(Portal.Anna, ticket, None);

        Assert.Equal(guessed.Failure, stolen.Failure);
        Assert.Equal(FailureCodes.TicketUnknown, own.Failure?.Code);
        Assert.Empty(portal.ConsoleEngine.Opened);
    }

    [Fact]
    public async Task Ticket_AfterThirtySeconds_HoldsNoLonger()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var ticket = await AdmittedAsync(portal, Portal.Anna, vm, Serial);

        portal.Time.Advance(Tickets.Lifetime);

        Assert.Equal(FailureCodes.TicketUnknown, (await portal.Consoles.OpenAsync(Portal.Anna, ticket, None)).Failure?.Code);
    }

    [Fact]
    public async Task Ticket_OfOneWhoHasLostTheMachineMeanwhile_OpensNothing()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var ticket = await AdmittedAsync(portal, Portal.Anna, vm, Serial);

        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).OwnerId = Portal.Ben.UserId);

        Assert.Equal(FailureCodes.NotFound, (await portal.Consoles.OpenAsync(Portal.Anna, ticket, None)).Failure?.Code);
        Assert.False(await portal.Consoles.MayStayAsync(Portal.Anna, vm, None));
        Assert.Empty(portal.ConsoleEngine.Opened);
    }

    [Fact]
    public async Task Console_OfAMachineThatDoesNotRun_IsRefusedWithWhatToDo()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.WriteAsync(async db => (await db.Vms.SingleAsync(v => v.Id == vm)).Power = PowerState.ShutOff);

        var refused = await portal.Consoles.AdmitAsync(Portal.Anna, vm, Serial, None);

        Assert.Equal((FailureKind.Conflict, FailureCodes.VmNotRunning), (refused.Failure!.Kind, refused.Failure.Code));
        Assert.Contains("Start it", refused.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Console_WhileTheHostIsLost_IsUnavailable()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await portal.LoseHostAsync();

        Assert.Equal(FailureKind.Unavailable, (await portal.Consoles.GetAsync(Portal.Anna, vm, None)).Failure?.Kind);
    }

    [Fact]
    public async Task Serial_ForTwoPeople_IsOneLineThatBothSeeAndType()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await using var anna = await OpenAsync(portal, Portal.Anna, vm, Serial);
        var line = Assert.Single(portal.ConsoleEngine.Opened);
        line.Write("login: ");
        Assert.Equal("login: ", await ReadAsync(anna, 7));

        await using var ada = await OpenAsync(portal, Portal.Admin, vm, Serial);
        Assert.Equal("login: ", await ReadAsync(ada, 7));
        await TypeAsync(anna, "an");
        await TypeAsync(ada, "na");
        line.Write("anna");

        Assert.Single(portal.ConsoleEngine.Opened);
        Assert.Equal("anna", line.Received);
        Assert.Equal("anna", await ReadAsync(anna, 4));
        Assert.Equal("anna", await ReadAsync(ada, 4));
    }

    [Fact]
    public async Task Serial_OneWhoWatchesOnly_SeesAndCannotType()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await using var watcher = await OpenAsync(portal, Portal.Admin, vm, Serial with { WatchOnly = true });
        var line = Assert.Single(portal.ConsoleEngine.Opened);

        await TypeAsync(watcher, "rm -rf /\r");
        line.Write("$ ");

        Assert.Equal("$ ", await ReadAsync(watcher, 2));
        Assert.Empty(line.Received);
    }

    [Fact]
    public async Task Display_OneWhoWatchesOnly_SendsNoKeys()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await using var watcher = await OpenAsync(portal, Portal.Admin, vm, new ConsoleRequest(ConsoleKind.Display, WatchOnly: true));

        await watcher.WriteAsync(new byte[] { (byte)'R', (byte)'F', (byte)'B', (byte)' ', (byte)'0', (byte)'0', (byte)'3', (byte)'.', (byte)'0', (byte)'0', (byte)'8', (byte)'\n', 1, 1, 4, 1, 0, 0, 0, 0, 0, 97 }, None);

        Assert.Equal([.. "RFB 003.008\n"u8, 1, 1], Assert.Single(portal.ConsoleEngine.Opened).Bytes);
    }

    [Fact]
    public async Task Serial_TheLastOneOut_ClosesTheLine_AndTheNextOpensAnother()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var first = await OpenAsync(portal, Portal.Anna, vm, Serial);
        var second = await OpenAsync(portal, Portal.Admin, vm, Serial);

        await first.DisposeAsync();
        Assert.False(portal.ConsoleEngine.Opened.Single().IsClosed);
        await second.DisposeAsync();
        Assert.True(portal.ConsoleEngine.Opened.Single().IsClosed);

        await using var third = await OpenAsync(portal, Portal.Anna, vm, Serial);
        Assert.Equal(2, portal.ConsoleEngine.Opened.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serial_MachineStopsOrConnectionBreaks_EndsForEverybody_AndTheNextOpensAnother(bool breaks)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await using var anna = await OpenAsync(portal, Portal.Anna, vm, Serial);
        await using var ada = await OpenAsync(portal, Portal.Admin, vm, Serial);

        if (breaks)
        {
            portal.ConsoleEngine.Opened.Single().Break();
        }
        else
        {
            portal.ConsoleEngine.Opened.Single().End();
        }

        Assert.Equal(0, await anna.ReadAsync(new byte[10], None));
        Assert.Equal(0, await ada.ReadAsync(new byte[10], None));
        await using var next = await OpenAsync(portal, Portal.Anna, vm, Serial);
        Assert.Equal(2, portal.ConsoleEngine.Opened.Count);
    }

    [Fact]
    public async Task Serial_AMachineThatWritesWithoutEnd_CostsAViewerTheMiddleAndThePortalNoMemory()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await using var slow = await OpenAsync(portal, Portal.Anna, vm, Serial);
        await using var quick = await OpenAsync(portal, Portal.Admin, vm, Serial);
        var line = portal.ConsoleEngine.Opened.Single();
        const int Pieces = 1_000;
        for (var i = 0; i < Pieces; i++)
        {
            line.Write($"{i,-1023}\n");
            await ReadAsync(quick, 1024);
        }

        line.Write("end");
        Assert.Equal("end", await ReadAsync(quick, 3));
        var seen = await ReadAsync(slow, 256 * 1024);
        var rest = await ReadAsync(slow, 20);

        Assert.StartsWith("0 ", seen, StringComparison.Ordinal);
        Assert.StartsWith("\r\n[the portal left", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serial_WhoComesLater_GetsTheLastOutputAndNotAllOfIt()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        await using var anna = await OpenAsync(portal, Portal.Anna, vm, Serial);
        var line = portal.ConsoleEngine.Opened.Single();
        for (var i = 0; i < 100; i++)
        {
            line.Write($"{i,-1023}\n");
            await ReadAsync(anna, 1024);
        }

        await using var ada = await OpenAsync(portal, Portal.Admin, vm, Serial);

        Assert.StartsWith($"{100 - (SerialLine.ReplayBytes / 1024)} ", await ReadAsync(ada, SerialLine.ReplayBytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serial_InUseOutsideThePortal_IsRefusedUntilItIsTakenOver()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        portal.ConsoleEngine.Busy = true;

        var refused = await portal.Consoles.OpenAsync(Portal.Anna, await AdmittedAsync(portal, Portal.Anna, vm, Serial), None);
        await using var taken = await OpenAsync(portal, Portal.Anna, vm, Serial with { TakeOver = true });

        Assert.Equal((FailureKind.Conflict, FailureCodes.ConsoleBusy), (refused.Failure!.Kind, refused.Failure.Code));
        Assert.Single((await portal.Consoles.VisitsAsync(Portal.Anna, vm, None)).Value!);
    }

    [Fact]
    public async Task Visit_OfAnother_IsToldToTheOwnerAndKeptInTheRecord()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        using var heard = portal.Stream.Subscribe(Portal.Anna);
        var session = await OpenAsync(portal, Portal.Admin, vm, Serial with { WatchOnly = true });

        var during = (await portal.Consoles.VisitsAsync(Portal.Anna, vm, None)).Value!;
        await session.DisposeAsync();
        await session.DisposeAsync();
        var after = (await portal.Consoles.VisitsAsync(Portal.Anna, vm, None)).Value!;

        Assert.Equal(("Ada", ConsoleKind.Serial, true), (during.Single().Name, during.Single().Kind, during.Single().WatchOnly));
        Assert.Empty(after);
        Assert.Equal(
            [("Opened", "Ada: serial console, watching"), ("Closed", "Ada: serial console, watching")],
            (await portal.EventsAsync()).Where(static e => e.Kind == EventKinds.ConsoleChanged).Select(static e => (e.State, e.Message!)));
        await foreach (var batch in heard.ReadAllAsync(None))
        {
            Assert.Contains(batch.Events, static e => e.Kind == EventKinds.ConsoleChanged);
            break;
        }
    }

    [Fact]
    public async Task Consoles_OfOnePerson_AreBounded()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        var open = new List<IConsoleSession>();
        for (var i = 0; i < ConsoleRequests.MaxPerPerson; i++)
        {
            open.Add(await OpenAsync(portal, Portal.Anna, vm, Serial));
        }

        var refused = await portal.Consoles.OpenAsync(Portal.Anna, await AdmittedAsync(portal, Portal.Anna, vm, Serial), None);
        await open[0].DisposeAsync();
        open[0] = await OpenAsync(portal, Portal.Anna, vm, Serial);

        Assert.Equal(FailureCodes.TooManyConsoles, refused.Failure?.Code);
        foreach (var session in open)
        {
            await session.DisposeAsync();
        }
    }

    private static async Task<string> AdmittedAsync(Portal portal, Actor actor, Guid vm, ConsoleRequest request)
    {
        var admitted = await portal.Consoles.AdmitAsync(actor, vm, request, None);
        Assert.True(admitted.IsSuccess, admitted.Failure?.Message);
        return admitted.Value;
    }

    private static async Task<IConsoleSession> OpenAsync(Portal portal, Actor actor, Guid vm, ConsoleRequest request)
    {
        var opened = await portal.Consoles.OpenAsync(actor, await AdmittedAsync(portal, actor, vm, request), None);
        Assert.True(opened.IsSuccess, opened.Failure?.Message);
        return opened.Value;
    }

    private static async Task TypeAsync(IConsoleSession session, string text) => await session.WriteAsync(Encoding.Latin1.GetBytes(text), None);

    private static async Task<string> ReadAsync(IConsoleSession session, int count)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await session.ReadAsync(bytes.AsMemory(read), None);
            Assert.NotEqual(0, more);
            read += more;
        }

        return Encoding.Latin1.GetString(bytes);
    }
}
