using System.Threading.RateLimiting;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>How often one network (<see cref="ClientNetwork"/>) may have letters sent by forms that anybody can post: a classroom's worth, not a flood's.</summary>
internal sealed class AccountPostLimit : IDisposable
{
    /// <summary>How many at once.</summary>
    public const int Burst = 40;

    /// <summary>What somebody is told who asked too often.</summary>
    public static string Refusal => AccountTexts.TooManyRequestsCameFromYour;

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(
        static network => RateLimitPartition.GetTokenBucketLimiter(
            network,
            static _ => new TokenBucketRateLimiterOptions { TokenLimit = Burst, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromSeconds(3), QueueLimit = 0 }));

    /// <summary>The request may go on.</summary>
    public bool TryTake(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(ClientNetwork.Of(context));
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
