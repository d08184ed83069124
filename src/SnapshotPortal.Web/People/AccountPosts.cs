using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.People;

/// <summary>
/// How often one network (<see cref="ClientNetwork"/>) may send the forms that anybody can send: signing in, codes, registering. Every password that
/// is tried costs the portal a tenth of a second; a class that signs in at once must not notice.
/// </summary>
internal sealed class AccountPosts : IDisposable
{
    private readonly PartitionedRateLimiter<string> _limiter;

    public AccountPosts(IOptions<AccountOptions> options)
    {
        var burst = options.Value.FormsAtOnce;
        _limiter = PartitionedRateLimiter.Create<string, string>(network => RateLimitPartition.GetTokenBucketLimiter(
            network,
            _ => new TokenBucketRateLimiterOptions { TokenLimit = burst, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromSeconds(1), QueueLimit = 0 }));
    }

    /// <summary>Answers 429 with <c>Retry-After</c> where there were too many.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Path.StartsWithSegments("/account", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        using var lease = _limiter.AttemptAcquire(ClientNetwork.Of(context));
        if (lease.IsAcquired)
        {
            await next(context);
            return;
        }

        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : 1;
        context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await context.Response.WriteAsync(AccountPostLimit.Refusal, context.RequestAborted);
    }

    public void Dispose() => _limiter.Dispose();
}
