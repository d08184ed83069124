using System.Diagnostics;

namespace SnapshotPortal.TestSupport;

/// <summary>Waits for a condition, never for a time.</summary>
public static class Eventually
{
    /// <summary>Polls <paramref name="probe"/> until it gives something that is not null or false.</summary>
    /// <exception cref="TimeoutException">It did not within <paramref name="atMost"/> (30 s where nothing is said).</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> probe, string what, TimeSpan? atMost = null, TimeSpan? every = null)
    {
        var limit = atMost ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(every ?? TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (await probe() is { } value && value is not false)
            {
                return value;
            }

            if (watch.Elapsed > limit)
            {
                throw new TimeoutException($"Within {limit.TotalSeconds:F0} s it did not come true that {what}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Polls a condition until it is true.</summary>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? atMost = null, TimeSpan? every = null) => TrueAsync(() => Task.FromResult(condition()), what, atMost, every);

    /// <summary>Polls a condition until it is true.</summary>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? atMost = null, TimeSpan? every = null) => GetAsync(condition, what, atMost, every);
}
