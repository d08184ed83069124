using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Consoles;

/// <summary>The connections of consoles: <c>/consoles</c>, a WebSocket that needs the person's cookie and a ticket for one use.</summary>
internal static class ConsoleEndpoint
{
    public const string Path = "consoles";

    /// <summary>The subprotocol that the portal speaks.</summary>
    public const string Protocol = "console.snapshotportal";

    private const string TicketPrefix = "ticket.";

    /// <summary>Maps the endpoint.</summary>
    public static void MapConsoles(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet($"/{Path}", static async (HttpContext context, ActorLookup actors, IConsoles consoles, ConsoleSocket sockets) =>
        {
            if (!context.WebSockets.IsWebSocketRequest || !IsOwnOrigin(context.Request))
            {
                return Results.BadRequest("This address is for the console of the portal's own pages.");
            }

            var ticket = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(static p => p.StartsWith(TicketPrefix, StringComparison.Ordinal))?[TicketPrefix.Length..];
            if (ticket is null || await actors.RecheckAsync(context.User, context.RequestAborted) is not { } actor)
            {
                return Results.NotFound();
            }

            var outcome = await consoles.OpenAsync(actor, ticket, context.RequestAborted);
            using var socket = await context.WebSockets.AcceptWebSocketAsync(Protocol);
            if (!outcome.IsSuccess)
            {
                // Accepted first: only then can a browser read why.
                await ConsoleSocket.RefuseAsync(socket, outcome.Failure, context.RequestAborted);
                return Results.Empty;
            }

            await using var session = outcome.Value;
            await sockets.RunAsync(socket, session, context.User, context.RequestAborted);
            return Results.Empty;
        }).RequireAuthorization(new AuthorizeAttribute()).WithMetadata(new SkipStatusCodePagesAttribute());

    /// <summary>Registers what the connections need.</summary>
    public static void AddPortalConsoles(this IServiceCollection services)
    {
        services.AddSingleton<ConsoleSocket>();
        services.Configure<WebSocketOptions>(static options =>
        {
            // A laptop that was closed leaves its console within half a minute.
            options.KeepAliveInterval = TimeSpan.FromSeconds(15);
            options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        });
    }

    // A WebSocket is not held back by the browser's rules about foreign origins, so the portal looks itself.
    private static bool IsOwnOrigin(HttpRequest request)
        => string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
}
