namespace SnapshotPortal.Web.Live;

/// <summary>Does the last of several things that are asked for one after another, once the asking has paused.</summary>
internal sealed class Debounce(TimeProvider time, TimeSpan pause) : IDisposable
{
    private CancellationTokenSource? _waiting;

    /// <summary>Does <paramref name="work"/> after the pause, unless something else is asked for before it is done.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work)
    {
        using var mine = new CancellationTokenSource();
        Replace(mine);
        try
        {
            await Task.Delay(pause, time, mine.Token);
            await work(mine.Token);
        }
        catch (OperationCanceledException) when (mine.IsCancellationRequested)
        {
            // Something newer is on its way.
        }
        finally
        {
            if (_waiting == mine)
            {
                _waiting = null;
            }
        }
    }

    public void Dispose() => Replace(null);

    // At once, without waiting in between: otherwise two that are asked for quickly would both go on.
    private void Replace(CancellationTokenSource? next)
    {
        var before = _waiting;
        _waiting = next;
        before?.Cancel();
    }
}
