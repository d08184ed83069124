namespace SnapshotPortal.Web.Tests;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, CancellationToken limit) => TrueAsync(() => Task.FromResult(condition()), limit);

    public static async Task TrueAsync(Func<Task<bool>> condition, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(limit);
        }
    }

    /// <summary>Polls a condition until it is true.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? atMost = null)
        => GetAsync<object>(async () => await condition() ? "yes" : null, what, atMost);

    /// <summary>Polls <paramref name="probe"/> until it gives something.</summary>
    /// <exception cref="TimeoutException">It did not within <paramref name="atMost"/> (30 s where nothing is said).</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> probe, string what, TimeSpan? atMost = null)
        where T : class
    {
        T? found = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(atMost ?? TimeSpan.FromSeconds(30));
        try
        {
            await TrueAsync(async () => (found = await probe()) is not null, limit.Token);
        }
        catch (OperationCanceledException cancelled) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"It did not come true that {what}.", cancelled);
        }

        return found!;
    }
}
