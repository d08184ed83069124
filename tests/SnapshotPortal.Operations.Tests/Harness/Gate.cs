namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>A place where the fake engine stops until the test lets it go on.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    /// <summary>How many have come so far.</summary>
    public int Arrivals => Volatile.Read(ref _waiting);

    /// <summary>Completes when somebody stands before the gate.</summary>
    public Task EnteredAsync() => _entered.Task.WaitAsync(Wait.Limit);

    public void Open() => _open.TrySetResult();

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        _entered.TrySetResult();
        await _open.Task.WaitAsync(cancellationToken);
    }
}
