using System.Threading.Channels;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>How busy machines are, as the pages see it: a test sets the numbers and tells when there are new ones.</summary>
internal sealed class FakeUsage : IUsage
{
    private readonly List<Watch> _watches = [];

    public List<UsageSample> Samples { get; } = [];

    public DateTimeOffset Now { get; set; } = Sample.Start;

    /// <summary>Refuses everything with this.</summary>
    public Failure? Refusal { get; set; }

    /// <summary>Who looks at this moment.</summary>
    public int Watching
    {
        get
        {
            lock (_watches)
            {
                return _watches.Count;
            }
        }
    }

    public static UsageSample At(DateTimeOffset at, double? cpu = 34, long? used = 1L << 30, double? read = 1_200_000, double? received = 5_000)
        => new(at, cpu, 2L << 30, used, 1_600_000_000, read, 300_000, 12, 30, received, received);

    public void Tell()
    {
        lock (_watches)
        {
            foreach (var watch in _watches)
            {
                watch.News.Writer.TryWrite(true);
            }
        }
    }

    public Task<Outcome<UsageView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<UsageView>>(Refusal is { } refusal ? refusal : new UsageView(Now.AddMinutes(-10), Now, [.. Samples]));

    public Task<Outcome<IUsageWatch>> WatchAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        lock (_watches)
        {
            var watch = new Watch(this);
            _watches.Add(watch);
            return Task.FromResult(Refusal is { } refusal ? refusal : Outcome.Success<IUsageWatch>(watch));
        }
    }

    private sealed class Watch(FakeUsage usage) : IUsageWatch
    {
        public Channel<bool> News { get; } = Channel.CreateUnbounded<bool>();

        public async Task<bool> NextAsync(CancellationToken cancellationToken)
        {
            var more = await News.Reader.WaitToReadAsync(cancellationToken);
            News.Reader.TryRead(out _);
            return more;
        }

        public void Dispose()
        {
            lock (usage._watches)
            {
                usage._watches.Remove(this);
            }

            News.Writer.TryComplete();
        }
    }
}
