using System.Diagnostics;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>Waits for a condition, never for a time. Finer than the shared one, because nothing here takes longer than a commit.</summary>
internal static class Wait
{
    /// <summary>After this long a condition counts as never coming true.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(3));
        while (!await condition())
        {
            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException($"It did not come true that {what}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }
}
