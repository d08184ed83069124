using System.Threading.RateLimiting;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Composition;

/// <summary>
/// How many pages may be open at once: a person's, and those of strangers from one network. Each connection may keep a message of
/// 4 MiB waiting, which costs its sender next to nothing: without a bound one browser could fill the memory of the host, and the
/// machines on it are what the kernel would end.
/// </summary>
internal sealed class PageConnections : IDisposable
{
    /// <summary>More tabs than anybody keeps.</summary>
    public const int OfAPerson = 60;

    /// <summary>Whoever has not signed in sees pages that need no connection, except for a moment after a session has ended.</summary>
    public const int OfStrangers = 30;

    private const string PersonPrefix = "person ";
    private static readonly PathString _circuits = "/_blazor";
    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        static who => RateLimitPartition.GetConcurrencyLimiter(who, static key => new ConcurrencyLimiterOptions { PermitLimit = IsPerson(key) ? OfAPerson : OfStrangers, QueueLimit = 0 }));

    /// <summary>Lets a page's connection live within the bound, and nothing but a WebSocket: only that ends with its request.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsConnection(context.Request.Path))
        {
            await next(context);
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "Pages need a WebSocket. If there is a proxy before the portal, have it pass WebSockets on.");
            return;
        }

        using var lease = _limiter.AttemptAcquire(PortalPrincipal.UserId(context.User) is { } id ? PersonPrefix + id : ClientNetwork.Of(context));
        if (lease.IsAcquired)
        {
            await next(context);
        }
        else
        {
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, "Too many pages are open at once. Close some of them and load this one again.");
        }
    }

    public void Dispose() => _limiter.Dispose();

    private static bool IsPerson(string key) => key.StartsWith(PersonPrefix, StringComparison.Ordinal);

    /// <summary>The connection itself, and not what is asked for before and after it.</summary>
    private static bool IsConnection(PathString path)
        => path.StartsWithSegments(_circuits, StringComparison.OrdinalIgnoreCase, out var rest) && rest.Value.AsSpan().Trim('/').IsEmpty;

    private static Task RefuseAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
