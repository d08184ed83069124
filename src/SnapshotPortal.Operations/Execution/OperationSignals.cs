using System.Collections.Concurrent;
using System.Threading.Channels;

namespace SnapshotPortal.Operations.Execution;

/// <summary>Taps on the worker's shoulder: there may be something to do, or something to stop.</summary>
internal sealed class OperationSignals
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _running = new();

    /// <summary>Look at the queue now.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Waits for a tap, or for <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up: look anyway. Another replica may have queued something.
        }
    }

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
