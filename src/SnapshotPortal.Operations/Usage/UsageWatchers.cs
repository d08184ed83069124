using System.Collections.Immutable;
using System.Threading.Channels;

namespace SnapshotPortal.Operations.Usage;

/// <summary>Who looks at how busy machines are at this moment.</summary>
internal sealed class UsageWatchers(UsageSignal signal)
{
    private ImmutableList<Watch> _watches = [];

    /// <summary>Somebody begins to look at a machine.</summary>
    public IUsageWatch Begin(Guid hostId, Guid vmId)
    {
        var watch = new Watch(this, hostId, vmId);
        ImmutableInterlocked.Update(ref _watches, static (all, added) => all.Add(added), watch);
        signal.Wake();
        return watch;
    }

    /// <summary>The machines of a host that somebody looks at.</summary>
    public IReadOnlyCollection<Guid> Of(Guid hostId) => [.. Volatile.Read(ref _watches).Where(w => w.HostId == hostId).Select(static w => w.VmId).Distinct()];

    /// <summary>The host was looked at.</summary>
    public void Tell(Guid hostId)
    {
        foreach (var watch in Volatile.Read(ref _watches).Where(w => w.HostId == hostId))
        {
            watch.Tell();
        }
    }

    private sealed class Watch(UsageWatchers watchers, Guid hostId, Guid vmId) : IUsageWatch
    {
        private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public Guid HostId => hostId;

        public Guid VmId => vmId;

        public void Tell() => _news.Writer.TryWrite(true);

        public async Task<bool> NextAsync(CancellationToken cancellationToken)
        {
            var more = await _news.Reader.WaitToReadAsync(cancellationToken);
            _news.Reader.TryRead(out _);
            return more;
        }

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref watchers._watches, static (all, removed) => all.Remove(removed), this);
            _news.Writer.TryComplete();
        }
    }
}
