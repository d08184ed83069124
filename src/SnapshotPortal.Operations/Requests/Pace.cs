using System.Threading.RateLimiting;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;

namespace SnapshotPortal.Operations.Requests;

/// <summary>
/// How fast one person may act through the pages, refused acts included: each is a turn of the one writer and a line of the
/// audit log, and a page can be made to send as many as its sender likes. Programs have the API's own limit.
/// </summary>
internal sealed class Pace : IDisposable
{
    /// <summary>Acts that one person may ask for at once after a pause: more than any page asks for by itself.</summary>
    public const int Burst = 200;

    private static readonly TimeSpan _oneMoreEvery = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<Guid> _limiter = PartitionedRateLimiter.Create<Guid, Guid>(static person => RateLimitPartition.GetTokenBucketLimiter(
        person,
        static _ => new TokenBucketRateLimiterOptions { TokenLimit = Burst, TokensPerPeriod = 1, ReplenishmentPeriod = _oneMoreEvery, QueueLimit = 0 }));

    /// <summary>Takes one act from its person's bucket.</summary>
    /// <returns>The refusal where it is empty: nothing is done, and nothing written down.</returns>
    public Failure? Check(AuditDraft act)
    {
        if (act is not { Channel: AuditChannel.Page, ActorId: { } person })
        {
            return null;
        }

        using var lease = _limiter.AttemptAcquire(person);
        return lease.IsAcquired
            ? null
            : new Failure(FailureKind.Unavailable, FailureCodes.TooManyRequests, "You ask faster than the portal answers one person. Nothing was done. Wait a few seconds and try again.");
    }

    public void Dispose() => _limiter.Dispose();
}
