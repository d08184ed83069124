using System.Collections.Concurrent;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Who asked faster than they may a moment ago is refused before anything is looked up: to find out whose token it is costs most
/// of what an answer costs, and a flood would have the others pay for that. The refusal comes when the moment is over, so that
/// somebody who asks again at once does not ask a thousand times a second.
/// </summary>
/// <remarks>
/// Only a token that was found valid gets in here, for a quarter of a second. Whoever has it revoked in that time learns so a
/// quarter of a second later: until then they are refused all the same.
/// </remarks>
internal sealed class HeldBack(TimeProvider time)
{
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(250);

    /// <summary>Requests of one token that wait for their refusal; what comes on top of them is refused without a wait.</summary>
    private const int MostWaiting = 64;

    // By the token's text, as the principal of every request that is at work has it, too.
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>How many tokens are, or were a moment ago.</summary>
    public int Count => _entries.Count;

    /// <summary>Refuses, or goes on.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(ApiServices.Prefix, StringComparison.OrdinalIgnoreCase)
            || _entries.IsEmpty
            || AccessTokenHandler.ReadSecret(context.Request) is not { } secret
            || !_entries.TryGetValue(secret, out var entry)
            || entry.Left(time) <= TimeSpan.Zero)
        {
            await next(context);
            return;
        }

        await WaitAsync(entry, context.RequestAborted);
        await entry.Answer.ExecuteAsync(context);
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
            if (past.Left(time) <= TimeSpan.Zero)
            {
                _entries.TryRemove(KeyValuePair.Create(old, past));
            }
        }

        await WaitAsync(_entries.GetOrAdd(secret, _ => new Entry(time.GetTimestamp(), answer)), context.RequestAborted);
    }

    private async Task WaitAsync(Entry entry, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref entry.Waiting) <= MostWaiting && entry.Left(time) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellationToken);
        }
    }

    private sealed class Entry(long since, ProblemResult answer)
    {
        public int Waiting;

        public ProblemResult Answer => answer;

        public TimeSpan Left(TimeProvider time) => _moment - time.GetElapsedTime(since);
    }
}
