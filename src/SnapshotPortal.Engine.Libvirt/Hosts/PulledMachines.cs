namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>
/// Keeps some questions away from machines whose disks are being pulled (virDomainBlockPull). At the end of a pull QEMU gives
/// up a filter node, and QEMU 7.2 answers its monitor in the middle of that: <c>query-named-block-nodes</c> then kills it, and
/// the guest with it. libvirt asks just that for virDomainGetBlockInfo and for the block group of the statistics.
/// </summary>
internal sealed class PulledMachines
{
    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _pulled = [];
    private readonly HashSet<Guid> _left = [];
    private readonly HashSet<Task> _questions = [];

    /// <summary>A portal that died or lost its host may have left a pull going: nobody asks about the machine before the next one begins, if only to end it.</summary>
    public void Expect(Guid vmId)
    {
        lock (_lock)
        {
            _left.Add(vmId);
        }
    }

    /// <summary>From when this is done until its result is disposed, nobody asks about the machine.</summary>
    /// <exception cref="InvalidOperationException">The machine is being pulled already.</exception>
    public async Task<IDisposable> BeginAsync(Guid vmId, CancellationToken cancellationToken)
    {
        Task[] earlier;
        lock (_lock)
        {
            if (!_pulled.Add(vmId))
            {
                throw new InvalidOperationException($"The disks of {vmId} are being pulled already.");
            }

            _left.Remove(vmId);
            earlier = [.. _questions];
        }

        var pull = new Pull(this, vmId);
        try
        {
            await Task.WhenAll(earlier).WaitAsync(cancellationToken);
            return pull;
        }
        catch
        {
            pull.Dispose();
            throw;
        }
    }

    /// <summary>Asks the host something; the question leaves out the machines that it is told.</summary>
    public T Ask<T>(Func<IReadOnlySet<Guid>, T> question)
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        HashSet<Guid> without;
        lock (_lock)
        {
            without = [.. _pulled, .. _left];
            _questions.Add(answered.Task);
        }

        try
        {
            return question(without);
        }
        finally
        {
            lock (_lock)
            {
                _questions.Remove(answered.Task);
            }

            answered.SetResult();
        }
    }

    private sealed class Pull(PulledMachines machines, Guid vmId) : IDisposable
    {
        public void Dispose()
        {
            lock (machines._lock)
            {
                machines._pulled.Remove(vmId);
            }
        }
    }
}
