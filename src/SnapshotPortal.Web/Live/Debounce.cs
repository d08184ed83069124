namespace SnapshotPortal.Web.Live;

/// <summary>Does the last of several things that are asked for one after another, once the asking has paused.</summary>
internal sealed class Debounce(TimeProvider time, TimeSpan pause) : IAsyncDisposable
{
    private CancellationTokenSource? _waiting;

    /// <summary>Does <paramref name="work"/> after the pause, unless something else is asked for before it is done.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> work)
    {
        await StopAsync();
        using var mine = new CancellationTokenSource();
        _waiting = mine;
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

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopAsync()
    {
        if (_waiting is { } waiting)
        {
            _waiting = null;
            await waiting.CancelAsync();
        }
    }
}
