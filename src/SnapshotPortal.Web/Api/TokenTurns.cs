using System.Threading.RateLimiting;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Requests of one token begin in turn: so many at a time that half of the processors are left to the others, whatever one
/// person sends at once. A turn ends when the answer begins, so that downloads and streams keep nobody waiting, and after
/// <see cref="Longest"/> in any case.
/// </summary>
internal sealed class TokenTurns(TimeProvider time) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _turns = PartitionedRateLimiter.Create<string, string>(static secret => RateLimitPartition.GetConcurrencyLimiter(
        secret,
        static _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = int.MaxValue }));

    /// <summary>Turns of one token at a time.</summary>
    public static int AtOnce { get; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>How long a turn lasts at the most.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits for the token's requests that came before.</summary>
    /// <param name="secret">The token's text; whether the token exists does not matter.</param>
    /// <param name="aborted">Given up by whoever asked.</param>
    public async Task<Turn> TakeAsync(string secret, CancellationToken aborted) => new(await _turns.AcquireAsync(secret, 1, aborted), time);

    public void Dispose() => _turns.Dispose();

    /// <summary>A turn that was taken; ending it more than once does no harm.</summary>
    internal sealed class Turn : IDisposable
    {
        private readonly ITimer _longest;
        private RateLimitLease? _lease;

        internal Turn(RateLimitLease lease, TimeProvider time)
        {
            _lease = lease;
            _longest = time.CreateTimer(static turn => ((Turn)turn!).Dispose(), this, Longest, Timeout.InfiniteTimeSpan);
        }

        public void Dispose()
        {
            Interlocked.Exchange(ref _lease, null)?.Dispose();
            _longest?.Dispose();
        }
    }
}
