using System.Collections.Concurrent;

namespace SnapshotPortal.Operations.Execution;

/// <summary>Taps on the worker's shoulder: there may be something to do, or something to stop.</summary>
internal sealed class OperationSignals
{
    private readonly UnnamedSignal _queue = new();
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    /// <summary>Look at the queue now.</summary>
    public void Wake() => _queue.Wake();

    /// <summary>Waits for a tap, or for <paramref name="atMost"/>.</summary>
    public Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) => _queue.WaitAsync(atMost, time, cancellationToken);

    /// <summary>Stops an operation that this instance runs; one that it does not run is not its affair.</summary>
    public void Cancel(Guid operationId)
    {
        if (_running.TryGetValue(operationId, out var source))
        {
            try
            {
                source.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended in this very moment: there is nothing left to stop.
            }
        }
    }

    public void Register(Guid operationId, CancellationTokenSource source) => _running[operationId] = source;

    public void Unregister(Guid operationId) => _running.TryRemove(operationId, out _);
}
