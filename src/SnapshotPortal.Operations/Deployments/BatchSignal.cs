using SnapshotPortal.Operations.Execution;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>There may be something to do for a batch: one was asked for, or an operation of one is over.</summary>
internal sealed class BatchSignal
{
    private readonly Signal _signal = new();

    /// <summary>Look now.</summary>
    public void Wake() => _signal.Wake();

    /// <summary>Waits for a tap, or for <paramref name="atMost"/>.</summary>
    public Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken) => _signal.WaitAsync(atMost, time, cancellationToken);
}
