namespace SnapshotPortal.Operations.Collecting;

/// <summary>Tells the collection planner that layers were released.</summary>
internal sealed class CollectionTrigger : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);

    public void Wake() => _signal.Release();

    /// <summary>Waits for a call, or for <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await _signal.WaitAsync(atMost, cancellationToken);

        // Calls that came together are one.
        while (await _signal.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
        }
    }

    public void Dispose() => _signal.Dispose();
}
