using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Consoles;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>The way of a console's bytes, through the portal as it runs.</summary>
public sealed class ConsoleEndpointTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly Door _door = new();
    private readonly PortalHost _host;

    public ConsoleEndpointTests() => _host = new PortalHost { Consoles = _door };

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Console_WithATicket_CarriesBytesBothWays()
    {
        using var socket = await ConnectAsync(await CookieAsync(), "good");

        _door.Session.Output.Writer.TryWrite("login: "u8.ToArray());
        await socket.SendAsync("root\r"u8.ToArray(), WebSocketMessageType.Binary, true, None);

        Assert.Equal("login: ", await ReadAsync(socket));
        Assert.Equal("root\r", Encoding.ASCII.GetString(await _door.Session.Input.Reader.ReadAsync(None)));
        Assert.Equal(ConsoleEndpoint.Protocol, socket.SubProtocol);
    }

    [Fact]
    public async Task Console_MachineStops_IsClosedWithTheReason()
    {
        using var socket = await ConnectAsync(await CookieAsync(), "good");

        _door.Session.Output.Writer.Complete();

        Assert.Equal((1000, FailureCodes.VmNotRunning), await ClosedAsync(socket));
        await _door.Session.Left.Task;
    }

    [Fact]
    public async Task Console_BrowserLeaves_IsLeft()
    {
        using var socket = await ConnectAsync(await CookieAsync(), "good");

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, None);

        await _door.Session.Left.Task;
    }

    [Fact]
    public async Task Console_RefusedTicket_IsToldWhy()
    {
        using var socket = await ConnectAsync(await CookieAsync(), "used");

        Assert.Equal((ConsoleSocket.Refused, FailureCodes.TicketUnknown), await ClosedAsync(socket));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Console_RefusedAndTheBrowserDoesNotAnswer_IsNoErrorAndHoldsNothing(bool leaves)
    {
        using var socket = new DeafSocket(leaves);

        await ConsoleSocket.RefuseAsync(socket, new Failure(FailureKind.NotFound, FailureCodes.TicketUnknown, ""), None).WaitAsync(TimeSpan.FromSeconds(30), None);
    }

    [Fact]
    public async Task Console_RightEndsWhileItIsOpen_IsClosedWithinFiveSeconds()
    {
        using var socket = await ConnectAsync(await CookieAsync(), "good");

        _door.MayStay = false;

        Assert.Equal((ConsoleSocket.RightsEnded, FailureCodes.NotFound), await ClosedAsync(socket).WaitAsync(TimeSpan.FromSeconds(30), None));
        await _door.Session.Left.Task;
    }

    [Fact]
    public async Task Console_AccountThatOthersGuessedAt_OpensWithItsSession()
    {
        var cookie = await CookieAsync();
        await using (var db = await _host.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(None))
        {
            await db.Users.Where(static u => u.Email == "dev@demo.test").ExecuteUpdateAsync(static s => s.SetProperty(static u => u.LockoutEnd, DateTimeOffset.MaxValue).SetProperty(static u => u.LockoutEnabled, true), None);
        }

        using var socket = await ConnectAsync(cookie, "good");

        _door.Session.Output.Writer.TryWrite("login: "u8.ToArray());
        Assert.Equal("login: ", await ReadAsync(socket));
    }

    [Fact]
    public async Task Console_AccountIsLockedByAnAdministrator_IsClosedWithinFiveSeconds()
    {
        using var socket = await ConnectAsync(await CookieAsync(), "good");
        var people = _host.Services.GetRequiredService<IPeople>();
        var admin = new Actor(Guid.NewGuid(), "Ada", IsAdministrator: true);
        var dev = (await people.ListAsync(admin, None)).Value!.Single(static p => p.Email == "dev@demo.test");

        Assert.True((await people.SetDisabledAsync(admin, dev.Id, disabled: true, None)).IsSuccess);

        Assert.Equal((ConsoleSocket.RightsEnded, FailureCodes.NotFound), await ClosedAsync(socket).WaitAsync(TimeSpan.FromSeconds(30), None));
        Assert.True(ConsoleSocket.RecheckInterval * 2 < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Console_TextInsteadOfBytes_IsRefused()
    {
        using var socket = await ConnectAsync(await CookieAsync(), "good");

        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, None);

        Assert.Equal((ConsoleSocket.Refused, FailureCodes.ConsoleProtocol), await ClosedAsync(socket));
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost:81")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Console_FromAPageOfAnotherOrigin_IsRefusedBeforeTheTicketIsUsed(string? origin)
    {
        var cookie = await CookieAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(cookie, "good", origin));

        Assert.Equal(0, _door.Asked);
    }

    [Fact]
    public async Task Console_WithoutSignIn_IsRefusedBeforeTheTicketIsUsed()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(cookie: null, "good"));

        Assert.Equal(0, _door.Asked);
    }

    [Fact]
    public async Task Console_AskedForAsAPage_IsNoPage()
    {
        using var browser = _host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.GetAsync(new Uri("/consoles", UriKind.Relative), None)).StatusCode);
    }

    private async Task<string> CookieAsync()
    {
        using var browser = _host.Browser();
        var answer = await PortalHost.SignInAsync(browser, "dev@demo.test");
        return string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(static c => c.Split(';')[0]));
    }

    /// <summary>The browser's end hears that it is over, and leaves without a word or says nothing.</summary>
    private sealed class DeafSocket(bool leaves) : WebSocket
    {
        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override void Abort()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
            => leaves ? throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely) : new TaskCompletionSource().Task.WaitAsync(cancellationToken);

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override void Dispose()
        {
        }

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private Task<WebSocket> ConnectAsync(string? cookie, string ticket, string? origin = "http://localhost")
    {
        var client = _host.Server.CreateWebSocketClient();
        client.SubProtocols.Add(ConsoleEndpoint.Protocol);
        client.SubProtocols.Add($"ticket.{ticket}");
        client.ConfigureRequest = request =>
        {
            if (cookie is not null)
            {
                request.Headers.Cookie = cookie;
            }

            if (origin is not null)
            {
                request.Headers.Origin = origin;
            }
        };
        return client.ConnectAsync(new Uri("ws://localhost/consoles"), None);
    }

    private static async Task<string> ReadAsync(WebSocket socket)
    {
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), None);
        return Encoding.ASCII.GetString(buffer, 0, received.Count);
    }

    private static async Task<(int Status, string? Reason)> ClosedAsync(WebSocket socket)
    {
        var buffer = new byte[1024];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), None)).MessageType != WebSocketMessageType.Close)
        {
            // What came before.
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, None);
        return ((int)socket.CloseStatus!, socket.CloseStatusDescription);
    }

    /// <summary>Lets in whoever says "good".</summary>
    private sealed class Door : IConsoles
    {
        public Session Session { get; } = new();

        public bool MayStay { get; set; } = true;

        public int Asked { get; private set; }

        public Task<Outcome<ConsolesView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<IReadOnlyList<ConsoleVisitView>>> VisitsAsync(Actor actor, Guid vmId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<string>> AdmitAsync(Actor actor, Guid vmId, ConsoleRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<IConsoleSession>> OpenAsync(Actor actor, string ticket, CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(ticket == "good" ? Outcome.Success<IConsoleSession>(Session) : new Failure(FailureKind.NotFound, FailureCodes.TicketUnknown, "No."));
        }

        public Task<bool> MayStayAsync(Actor actor, Guid vmId, CancellationToken cancellationToken) => Task.FromResult(MayStay);
    }

    private sealed class Session : IConsoleSession
    {
        public Channel<byte[]> Output { get; } = Channel.CreateUnbounded<byte[]>();

        public Channel<byte[]> Input { get; } = Channel.CreateUnbounded<byte[]>();

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Guid VmId { get; } = Guid.NewGuid();

        public ConsoleKind Kind => ConsoleKind.Serial;

        public bool WatchOnly => false;

        public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (!await Output.Reader.WaitToReadAsync(cancellationToken) || !Output.Reader.TryRead(out var piece))
            {
                return 0;
            }

            piece.CopyTo(buffer);
            return piece.Length;
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => Input.Writer.WriteAsync(data.ToArray(), cancellationToken);

        public ValueTask DisposeAsync()
        {
            Left.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
