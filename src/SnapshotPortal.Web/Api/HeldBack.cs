using System.Collections.Concurrent;
using SnapshotPortal.Operations.Access;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Keeps one token's requests from the others' way, before anything is looked up: to find out whose token it is costs most of
/// what an answer costs. They begin in turn, and after one too many they are refused for a moment. The refusal comes when the
/// moment is over, so that somebody who asks again at once does not ask a thousand times a second.
/// </summary>
/// <remarks>
/// Only a token that was found valid is refused here, for a quarter of a second. Whoever has it revoked in that time learns so a
/// quarter of a second later: until then they are refused all the same.
/// </remarks>
internal sealed class HeldBack(TokenTurns turns, TimeProvider time)
{
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(250);

    /// <summary>Requests that wait for their refusal; what comes on top of them is refused without a wait.</summary>
    private const int MostWaiting = 64;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>How many tokens are, or were a moment ago.</summary>
    public int Count => _entries.Count;

    /// <summary>Refuses, or goes on when it is the request's turn.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(ApiServices.Prefix, StringComparison.OrdinalIgnoreCase)
            || AccessTokenHandler.ReadSecret(context.Request) is not { } secret
            || !AccessTokenSecret.IsWellFormed(secret))
        {
            await next(context);
            return;
        }

        if (await RefuseAsync(context, secret))
        {
            return;
        }

        using var turn = await turns.TakeAsync(secret, context.RequestAborted);
        context.Features.Set(turn);

        // One of those before it may have been one too many.
        if (await RefuseAsync(context, secret))
        {
            return;
        }

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
            if (past.Left(time) <= TimeSpan.Zero)
            {
                _entries.TryRemove(KeyValuePair.Create(old, past));
            }
        }

        var entry = _entries[secret] = new Entry(answer, time.GetTimestamp());
        await WaitAsync(context, entry);
    }

    private async Task<bool> RefuseAsync(HttpContext context, string secret)
    {
        if (!_entries.TryGetValue(secret, out var entry) || entry.Left(time) <= TimeSpan.Zero)
        {
            return false;
        }

        await WaitAsync(context, entry);
        await entry.Answer.ExecuteAsync(context);
        return true;
    }

    private async Task WaitAsync(HttpContext context, Entry entry)
    {
        context.Features.Get<TokenTurns.Turn>()?.Dispose();
        try
        {
            if (entry.Enter() <= MostWaiting && entry.Left(time) is var left && left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, context.RequestAborted);
            }
        }
        finally
        {
            entry.Leave();
        }
    }

    private sealed class Entry(ProblemResult answer, long refusedAt)
    {
        private int _waiting;

        /// <summary>What the refused requests are told.</summary>
        public ProblemResult Answer => answer;

        /// <summary>What is left of the moment.</summary>
        public TimeSpan Left(TimeProvider time) => _moment - time.GetElapsedTime(refusedAt);

        /// <returns>How many wait now.</returns>
        public int Enter() => Interlocked.Increment(ref _waiting);

        public void Leave() => Interlocked.Decrement(ref _waiting);
    }
}
