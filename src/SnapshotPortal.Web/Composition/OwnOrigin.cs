using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Composition;

/// <summary>
/// A WebSocket is not held back by the browser's rules about foreign origins, and a page of a sibling host gets the cookie sent
/// along. So the portal looks itself, wherever a session would be believed: at the circuits and at the hub.
/// </summary>
internal static class OwnOrigin
{
    private static readonly string[] _paths = ["/_blazor", "/hubs", "/consoles"];

    /// <summary>Refuses connections that a page of another origin makes with the browser's session.</summary>
    public static void UseOwnOrigin(this WebApplication app)
        => app.Use(static (context, next) =>
        {
            if (!IsForeign(context.Request))
            {
                return next(context);
            }

            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("This address is for the portal's own pages.", context.RequestAborted);
        });

    /// <summary>The request comes from a page of another origin, and brings no token that says who wants it.</summary>
    internal static bool IsForeign(HttpRequest request)
        => Array.Exists(_paths, path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
            && request.Headers.Origin is { Count: > 0 } origin
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            && !BringsToken(request);

    // Only the hub looks at tokens. Elsewhere the cookie would be believed, whatever else stands in the address.
    private static bool BringsToken(HttpRequest request)
        => request.Path.StartsWithSegments(ApiServices.HubPath, StringComparison.OrdinalIgnoreCase)
            && (request.Headers.Authorization.Count > 0 || request.Query.ContainsKey("access_token"));
}
