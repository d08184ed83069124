using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Consoles;

/// <summary>Carries bytes between a browser and a console until one of them has enough, or the person may no longer be there.</summary>
internal sealed class ConsoleSocket(IConsoles consoles, IServiceScopeFactory scopes, TimeProvider time)
{
    /// <summary>How often the person's right is checked again. Twice within the five seconds that are promised.</summary>
    internal static readonly TimeSpan RecheckInterval = TimeSpan.FromSeconds(2);

    /// <summary>Closed because the person's right has ended.</summary>
    public const int RightsEnded = 4403;

    /// <summary>Closed because the request was refused; the reason is the portal's sentence.</summary>
    public const int Refused = 4400;

    /// <summary>Closed because the way to the machine broke.</summary>
    public const int Broken = 4502;

    private const int BufferBytes = 64 * 1024;

    // A reason is at most 123 bytes (RFC 6455, 5.5).
    private const int MaxReasonBytes = 123;
    private static readonly TimeSpan _closePatience = TimeSpan.FromSeconds(3);

    /// <summary>Says why there is no console.</summary>
    public static async Task RefuseAsync(WebSocket socket, Failure failure, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_closePatience);
        try
        {
            await socket.CloseAsync((WebSocketCloseStatus)Refused, Shorten(failure.Code), patience.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The browser has gone without a word, or does not say that it has heard.
        }
    }

    /// <summary>Runs until the end. What the other ends do is no error here; without an answer about the person's right there is none.</summary>
    public async Task RunAsync(WebSocket socket, IConsoleSession session, ClaimsPrincipal principal, CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        Task<Ending>[] parts =
        [
            ReceiveAsync(socket, session, ended.Token),
            SendAsync(socket, session, ended.Token),
            WatchAsync(session, principal, ended.Token),
        ];
        try
        {
            var ending = await await Task.WhenAny(parts);
            await CloseAsync(socket, ending, parts[0]);
        }
        finally
        {
            await ended.CancelAsync();
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says why, and waits a little for the browser to say that it has heard: whoever hangs up first may not be heard.</summary>
    private static async Task CloseAsync(WebSocket socket, Ending ending, Task receiving)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            return;
        }

        using var patience = new CancellationTokenSource(_closePatience);
        try
        {
            if (receiving.IsCompleted)
            {
                // Nobody reads any more: this does, until the browser has said it.
                await socket.CloseAsync((WebSocketCloseStatus)ending.Status, Shorten(ending.Reason), patience.Token);
            }
            else
            {
                await socket.CloseOutputAsync((WebSocketCloseStatus)ending.Status, Shorten(ending.Reason), patience.Token);
                await receiving.WaitAsync(patience.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // The browser has gone without a word.
        }
    }

    private static async Task<Ending> ReceiveAsync(WebSocket socket, IConsoleSession session, CancellationToken ended)
    {
        var buffer = new byte[BufferBytes];
        return await GuardAsync(async () =>
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), ended);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return Ending.Left;
                }

                if (received.MessageType != WebSocketMessageType.Binary)
                {
                    return new Ending(Refused, FailureCodes.ConsoleProtocol);
                }

                await session.WriteAsync(buffer.AsMemory(0, received.Count), ended);
            }
        });
    }

    private static async Task<Ending> SendAsync(WebSocket socket, IConsoleSession session, CancellationToken ended)
    {
        var buffer = new byte[BufferBytes];
        return await GuardAsync(async () =>
        {
            int count;
            while ((count = await session.ReadAsync(buffer, ended)) > 0)
            {
                await socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary, endOfMessage: true, ended);
            }

            return Ending.MachineStopped;
        });
    }

    private async Task<Ending> WatchAsync(IConsoleSession session, ClaimsPrincipal principal, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(RecheckInterval, time);
        return await GuardAsync(async () =>
        {
            while (await timer.WaitForNextTickAsync(ended))
            {
                // A scope for each look: the user must come from the database, not from the memory of an earlier one.
                await using var scope = scopes.CreateAsyncScope();
                if (await scope.ServiceProvider.GetRequiredService<ActorLookup>().RecheckAsync(principal, ended) is not { } actor
                    || !await consoles.MayStayAsync(actor, session.VmId, ended))
                {
                    return Ending.Forbidden;
                }
            }

            return Ending.Left;
        });
    }

    /// <summary>Every way that a part is expected to end, as an ending.</summary>
    private static async Task<Ending> GuardAsync(Func<Task<Ending>> part)
    {
        try
        {
            return await part();
        }
        catch (EngineException e)
        {
            return new Ending(Broken, e.Code);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            return Ending.Left;
        }
    }

    private static string Shorten(string text)
    {
        while (Encoding.UTF8.GetByteCount(text) > MaxReasonBytes)
        {
            text = text[..^1];
        }

        return text;
    }

    /// <summary>How a connection is closed.</summary>
    private sealed record Ending(int Status, string Reason)
    {
        public static Ending Left { get; } = new((int)WebSocketCloseStatus.NormalClosure, "");

        public static Ending MachineStopped { get; } = new((int)WebSocketCloseStatus.NormalClosure, FailureCodes.VmNotRunning);

        public static Ending Forbidden { get; } = new(RightsEnded, FailureCodes.NotFound);
    }
}
