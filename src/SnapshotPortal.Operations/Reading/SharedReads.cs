namespace SnapshotPortal.Operations.Reading;

/// <summary>
/// Reads the same thing once for all who ask for it at the same moment, for example thirty pages after one event. Nobody gets what
/// was read before they asked: whoever comes while a read is under way shares the next one. Nothing is kept.
/// </summary>
/// <param name="read">Reads it; is not cancelled when one of those who wait goes away.</param>
internal sealed class SharedReads<TKey, TValue>(Func<TKey, Task<TValue>> read)
    where TKey : notnull
{
    private readonly Dictionary<TKey, Line> _lines = [];

    /// <summary>What is there now, read after this was called.</summary>
    /// <exception cref="OperationCanceledException">The caller has gone; the others get theirs.</exception>
    public Task<TValue> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        lock (_lines)
        {
            if (!_lines.TryGetValue(key, out var line))
            {
                _lines.Add(key, line = new Line());
                line.Running = RunAsync(key, line);
                return line.Running.WaitAsync(cancellationToken);
            }

            line.Next ??= RunNextAsync(key, line);
            return line.Next.WaitAsync(cancellationToken);
        }
    }

    private async Task<TValue> RunNextAsync(TKey key, Line line)
    {
        // Those who wait for the one before hear of its failure.
        await ((Task)line.Running!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lines)
        {
            (line.Running, line.Next) = (line.Next, null);
        }

        return await RunAsync(key, line);
    }

    private async Task<TValue> RunAsync(TKey key, Line line)
    {
        await Task.Yield(); // The lock is not held while reading.
        try
        {
            return await read(key);
        }
        finally
        {
            lock (_lines)
            {
                if (line.Next is null)
                {
                    _lines.Remove(key);
                }
            }
        }
    }

    /// <summary>The read that is under way, and the one that begins after it.</summary>
    private sealed class Line
    {
        public Task<TValue>? Running { get; set; }

        public Task<TValue>? Next { get; set; }
    }
}
