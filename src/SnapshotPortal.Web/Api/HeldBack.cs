using System.Collections.Concurrent;
using System.Threading.RateLimiting;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Who asked faster than they may a moment ago is refused before anything is looked up: to find out whose token it is costs most
/// of what an answer costs, and a flood would have the others pay for that. The refusal comes when the moment is over, so that
/// somebody who asks again at once does not ask a thousand times a second, and not all of them together. For some seconds after it such a token's requests
/// begin one after the other: all that waited would come back at once otherwise, and keep every processor from the others.
/// </summary>
/// <remarks>
/// Only a token that was found valid gets in here, and is refused for a quarter of a second. Whoever has it revoked in that time
/// learns so a quarter of a second later: until then they are refused all the same.
/// </remarks>
internal sealed class HeldBack(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _remembered = TimeSpan.FromSeconds(5);

    /// <summary>Requests of one token that wait; what comes on top of them is refused without a wait.</summary>
    private const int MostWaiting = 64;

    private readonly PartitionedRateLimiter<string> _turns = PartitionedRateLimiter.Create<string, string>(static secret => RateLimitPartition.GetConcurrencyLimiter(
        secret,
        static _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = MostWaiting }));

    // By the token's text, as the principal of every request that is at work has it, too.
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>How many tokens are, or were a moment ago.</summary>
    public int Count => _entries.Count;

    /// <summary>Refuses, or goes on.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_entries.IsEmpty
            || !context.Request.Path.StartsWithSegments(ApiServices.Prefix, StringComparison.OrdinalIgnoreCase)
            || AccessTokenHandler.ReadSecret(context.Request) is not { } secret
            || !_entries.TryGetValue(secret, out var entry)
            || entry.Since(time) > _remembered)
        {
            await next(context);
            return;
        }

        using var turn = entry.Since(time) > _moment ? await TakeTurnAsync(secret, context.RequestAborted) : null;
        if (turn is not { IsAcquired: true } || entry.Since(time) <= _moment)
        {
            turn?.Dispose();
            await WaitAsync(entry, context.RequestAborted);
            await entry.Answer.ExecuteAsync(context);
            return;
        }

        // What takes long, such as a download, does so after its answer has begun.
        context.Response.OnStarting(() =>
        {
            turn.Dispose();
            return Task.CompletedTask;
        });
        await next(context);
    }

    /// <summary>Refuses this request's token for a moment; returns when the moment is over.</summary>
    /// <param name="context">The request, which has just been found to be one too many.</param>
    /// <param name="answer">What it and those after it are told.</param>
    public async Task AddAsync(HttpContext context, ProblemResult answer)
    {
        if (AccessTokenHandler.ReadSecret(context.Request) is not { } secret)
        {
            return;
        }

        foreach (var (old, past) in _entries)
        {
            if (past.Since(time) > _remembered)
            {
                _entries.TryRemove(KeyValuePair.Create(old, past));
            }
        }

        var entry = _entries.GetOrAdd(secret, _ => new Entry(answer, time.GetTimestamp()));
        entry.Refuse(answer, time);
        await WaitAsync(entry, context.RequestAborted);
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>Waits for the requests of the token that came before, a moment at the most.</summary>
    private async Task<RateLimitLease?> TakeTurnAsync(string secret, CancellationToken aborted)
    {
        using var moment = new CancellationTokenSource(_moment, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, aborted);
        try
        {
            return await _turns.AcquireAsync(secret, 1, either.Token);
        }
        catch (OperationCanceledException) when (moment.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task WaitAsync(Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            // Each a little later than the one before: answers to all of them at once would be a wave of their own.
            if (entry.Enter() is var place && place <= MostWaiting && _moment - entry.Since(time) is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left + (_moment * place / MostWaiting), time, cancellationToken);
            }
        }
        finally
        {
            entry.Leave();
        }
    }

    private sealed class Entry(ProblemResult answer, long refusedAt)
    {
        private long _refusedAt = refusedAt;
        private int _waiting;

        /// <summary>What the last of its refused requests was told.</summary>
        public ProblemResult Answer { get; private set; } = answer;

        public void Refuse(ProblemResult told, TimeProvider time)
        {
            Answer = told;
            Interlocked.Exchange(ref _refusedAt, time.GetTimestamp());
        }

        /// <summary>How long ago the token was refused.</summary>
        public TimeSpan Since(TimeProvider time) => time.GetElapsedTime(Interlocked.Read(ref _refusedAt));

        /// <returns>How many wait now.</returns>
        public int Enter() => Interlocked.Increment(ref _waiting);

        public void Leave() => Interlocked.Decrement(ref _waiting);
    }
}
