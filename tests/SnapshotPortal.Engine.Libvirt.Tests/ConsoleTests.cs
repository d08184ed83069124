using System.Text;
using LibVirt;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>The consoles of a real guest.</summary>
public sealed class ConsoleTests(BootedGuest shared) : IClassFixture<BootedGuest>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private IConsoles Consoles => shared.Portal.Services.GetRequiredService<IConsoles>();

    [Fact]
    public async Task Serial_TypedInto_IsAnsweredByTheGuestsShell()
    {
        await shared.ReadyAsync();
        await using var session = await OpenAsync(shared.Portal.Owner, new ConsoleRequest(ConsoleKind.Serial));

        await TypeAsync(session, "\recho answer=$((6*7))\r");

        await ReadUntilAsync(session, "answer=42");
    }

    [Fact]
    public async Task Serial_Watched_ShowsWhatTheOwnerDoesAndTakesNoKeys()
    {
        await shared.ReadyAsync();
        await using var owner = await OpenAsync(shared.Portal.Owner, new ConsoleRequest(ConsoleKind.Serial));
        await using var watcher = await OpenAsync(shared.Portal.Administrator, new ConsoleRequest(ConsoleKind.Serial, WatchOnly: true));

        await TypeAsync(watcher, "\recho never=$((1+1))\r");
        await TypeAsync(owner, "\recho seen=$((2+2))\r");

        Assert.DoesNotContain("never=", await ReadUntilAsync(watcher, "seen=4"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serial_OpenInAnotherProgram_IsBusyUntilItIsTakenOver()
    {
        await shared.ReadyAsync();

        // What "virsh console" does.
        using var connection = VirConnection.Open(GuestHost.Uri);
        using var domain = connection.LookupDomainByUuid(shared.Guest.Id);
        using var theirs = connection.CreateStream(VirStreamFlags.NonBlocking);
        domain.OpenConsole(null, theirs);

        var refused = await Consoles.OpenAsync(shared.Portal.Owner, await AdmitAsync(shared.Portal.Owner, new ConsoleRequest(ConsoleKind.Serial)), CancellationToken.None);
        await using var taken = await OpenAsync(shared.Portal.Owner, new ConsoleRequest(ConsoleKind.Serial, TakeOver: true));
        await TypeAsync(taken, "\recho mine=$((5+5))\r");

        Assert.Equal((FailureKind.Conflict, FailureCodes.ConsoleBusy), (refused.Failure!.Kind, refused.Failure.Code));
        await ReadUntilAsync(taken, "mine=10");
    }

    [Fact]
    public async Task Display_Opened_ShakesHandsAndSendsAFrame()
    {
        await shared.ReadyAsync();
        await using var session = await OpenAsync(shared.Portal.Owner, new ConsoleRequest(ConsoleKind.Display, WatchOnly: true));
        Assert.Equal("RFB 003.008\n", Encoding.ASCII.GetString(await ReadExactlyAsync(session, 12)));
        await session.WriteAsync("RFB 003.008\n"u8.ToArray(), CancellationToken.None);
        var kinds = (await ReadExactlyAsync(session, 1))[0];
        Assert.Contains((byte)1, await ReadExactlyAsync(session, kinds));
        await session.WriteAsync(new byte[] { 1 }, CancellationToken.None);
        Assert.Equal([0, 0, 0, 0], await ReadExactlyAsync(session, 4));
        await session.WriteAsync(new byte[] { 1 }, CancellationToken.None);
        var init = await ReadExactlyAsync(session, 24);
        var (width, height) = ((init[0] << 8) | init[1], (init[2] << 8) | init[3]);
        await ReadExactlyAsync(session, (init[20] << 24) | (init[21] << 16) | (init[22] << 8) | init[23]);

        await session.WriteAsync(new byte[] { 3, 0, 0, 0, 0, 0, init[0], init[1], init[2], init[3] }, CancellationToken.None);
        var update = await ReadExactlyAsync(session, 16);

        Assert.True(width >= 320 && height >= 200, $"{width} x {height}");
        Assert.Equal((0, 1), (update[0], update[3] > 0 ? 1 : 0));
    }

    [Fact]
    public async Task Consoles_OfAMachineThatIsForcedOff_End()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("ends"));
        await portal.AdoptAsync(id);
        var consoles = portal.Services.GetRequiredService<IConsoles>();
        var sessions = new List<IConsoleSession>();
        foreach (var kind in Enum.GetValues<ConsoleKind>())
        {
            var ticket = (await consoles.AdmitAsync(portal.Owner, id, new ConsoleRequest(kind), CancellationToken.None)).Value!;
            sessions.Add((await consoles.OpenAsync(portal.Owner, ticket, CancellationToken.None)).Value!);
        }

        host.Guest(id).Do(static d => d.Destroy());

        foreach (var session in sessions)
        {
            await EndAsync(session);
            await session.DisposeAsync();
        }
    }

    [Fact]
    public async Task Consoles_OfAMachineWithoutAny_SayWhatIsMissing()
    {
        using var host = GuestHost.Create();
        await using var portal = await PortalUnderTest.StartAsync();
        var id = host.Define(host.NewName("bare"), change: static xml => Cut(Cut(Cut(xml, "serial"), "console"), "graphics"));
        await portal.AdoptAsync(id);
        var consoles = portal.Services.GetRequiredService<IConsoles>();

        var seen = (await consoles.GetAsync(portal.Owner, id, CancellationToken.None)).Value!;
        var opened = await consoles.OpenAsync(portal.Owner, (await consoles.AdmitAsync(portal.Owner, id, new ConsoleRequest(ConsoleKind.Serial), CancellationToken.None)).Value!, CancellationToken.None);

        Assert.Equal("The machine has no display.", seen.WhyNoDisplay);
        Assert.StartsWith("The machine has no serial console.", seen.WhyNoSerial, StringComparison.Ordinal);
        Assert.Equal(FailureCodes.ConsoleMissing, opened.Failure?.Code);
    }

    private static string Cut(string xml, string element)
    {
        var start = xml.IndexOf($"<{element}", StringComparison.Ordinal);
        var close = xml.IndexOf($"</{element}>", start, StringComparison.Ordinal);
        var end = close >= 0 ? close + element.Length + 3 : xml.IndexOf("/>", start, StringComparison.Ordinal) + 2;
        return xml.Remove(start, end - start);
    }

    private async Task<string> AdmitAsync(Actor actor, ConsoleRequest request)
    {
        var ticket = await Consoles.AdmitAsync(actor, shared.Guest.Id, request, CancellationToken.None);
        Assert.True(ticket.IsSuccess, ticket.Failure?.Message);
        return ticket.Value;
    }

    private async Task<IConsoleSession> OpenAsync(Actor actor, ConsoleRequest request)
    {
        var opened = await Consoles.OpenAsync(actor, await AdmitAsync(actor, request), CancellationToken.None);
        Assert.True(opened.IsSuccess, opened.Failure?.Message);
        return opened.Value;
    }

    private static async Task TypeAsync(IConsoleSession session, string text) => await session.WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None);

    /// <summary>What was read until the guest said that.</summary>
    private static async Task<string> ReadUntilAsync(IConsoleSession session, string wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        var seen = new StringBuilder();
        var buffer = new byte[4096];
        while (!seen.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            var count = await session.ReadAsync(buffer, patience.Token);
            Assert.True(count > 0, $"The console ended after: {seen}");
            seen.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return seen.ToString();
    }

    private static async Task<byte[]> ReadExactlyAsync(IConsoleSession session, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await session.ReadAsync(bytes.AsMemory(read), patience.Token);
            Assert.True(more > 0, "The display ended.");
            read += more;
        }

        return bytes;
    }

    private static async Task EndAsync(IConsoleSession session)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        try
        {
            while (await session.ReadAsync(buffer, patience.Token) > 0)
            {
                // What it still had to say.
            }
        }
        catch (EngineException)
        {
            // A broken connection is an end as well.
        }
    }
}
