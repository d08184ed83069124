using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// How fast one user may ask. Checked around the handlers, not in the middleware, because only there the user is known
/// whatever the order of the pipeline; all tokens of a user share one bucket, so making more tokens buys nothing. A token can
/// have a smaller one of its own besides.
/// </summary>
internal sealed class ApiRateLimit : IDisposable
{
    private readonly HeldBack _heldBack;
    private readonly PartitionedRateLimiter<Guid> _limiter;
    private readonly PartitionedRateLimiter<(Guid Token, int PerMinute)> _ofTokens;

    public ApiRateLimit(IOptions<ApiOptions> options, HeldBack heldBack)
    {
        _heldBack = heldBack;
        var api = options.Value;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = api.Burst,

            // One after the other: a second's worth at once would keep everybody else waiting.
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1) / api.RequestsPerSecond,
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

    /// <summary>Takes one request from the user's bucket, and from the token's own.</summary>
    /// <returns>The answer where one of them is empty; it comes when a moment has passed.</returns>
    public async ValueTask<ProblemResult?> CheckAsync(HttpContext context)
    {
        if (FindRefusal(context) is not { } refusal)
        {
            return null;
        }

        await _heldBack.AddAsync(context, refusal);
        return refusal;
    }

    public void Dispose()
    {
        _limiter.Dispose();
        _ofTokens.Dispose();
    }

    private ProblemResult? FindRefusal(HttpContext context)
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

    private static ProblemResult Refuse(RateLimitLease lease, string why)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 1;
        return new ProblemResult(
            StatusCodes.Status429TooManyRequests,
            "Too many requests",
            FailureCodes.TooManyRequests,
            $"{why} Wait for as long as Retry-After says; to follow operations, listen to the events instead of asking again and again.")
        {
            RetryAfterSeconds = Math.Max(1, wait),
        };
    }
}
