using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// How fast one user may ask. Checked around the handlers, not in the middleware, because only there the user is known
/// whatever the order of the pipeline; all tokens of a user share one bucket, so making more tokens buys nothing. A token can
/// have a smaller one of its own besides.
/// </summary>
internal sealed class ApiRateLimit : IDisposable
{
    private readonly PartitionedRateLimiter<Guid> _limiter;
    private readonly PartitionedRateLimiter<(Guid Token, int PerMinute)> _ofTokens;

    public ApiRateLimit(IOptions<ApiOptions> options)
    {
        var api = options.Value;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = api.Burst,
            TokensPerPeriod = api.RequestsPerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        };
        _limiter = PartitionedRateLimiter.Create<Guid, Guid>(user => RateLimitPartition.GetTokenBucketLimiter(user, _ => bucket));
        _ofTokens = PartitionedRateLimiter.Create<(Guid Token, int PerMinute), (Guid Token, int PerMinute)>(static key => RateLimitPartition.GetTokenBucketLimiter(
            key,
            static k => new TokenBucketRateLimiterOptions
            {
                // A minute's worth at once, and then one after another.
                TokenLimit = k.PerMinute,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1) / k.PerMinute,
                QueueLimit = 0,
            }));
    }

    /// <summary>Takes one request from the user's bucket.</summary>
    /// <returns>The answer where it is empty.</returns>
    public ProblemResult? Check(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(PortalPrincipal.UserId(context.User) ?? Guid.Empty);
        if (!lease.IsAcquired)
        {
            return Refuse(lease, "You ask faster than the portal answers one user.");
        }

        if (context.Features.Get<Caller>() is not { Actor.TokenId: { } token, RequestsPerMinute: { } perMinute })
        {
            return null;
        }

        using var ofToken = _ofTokens.AttemptAcquire((token, perMinute));
        return ofToken.IsAcquired ? null : Refuse(ofToken, $"This token may make {perMinute} requests a minute.");
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _ofTokens.Dispose();
    }

    private static ProblemResult Refuse(RateLimitLease lease, string why)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 1;
        return new ProblemResult(
            StatusCodes.Status429TooManyRequests,
            "Too many requests",
            ApiCodes.TooManyRequests,
            $"{why} Wait for as long as Retry-After says; to follow operations, listen to the events instead of asking again and again.")
        {
            RetryAfterSeconds = Math.Max(1, wait),
        };
    }
}
