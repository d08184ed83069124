using System.Threading.Channels;

namespace SnapshotPortal.Operations.Execution;

/// <summary>A tap on a background service's shoulder: there may be something to do. Taps that come together are one.</summary>
internal abstract class Signal
{
    private readonly Channel<bool> _taps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Look now.</summary>
    public void Wake() => _taps.Writer.TryWrite(true);

    /// <summary>Waits for a tap, or for <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _taps.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is up: look anyway. Another replica may have left something to do.
        }
    }
}
