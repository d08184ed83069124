using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Events;

/// <summary>The in-process end of the event log: what was committed goes to every listener that may see it.</summary>
internal sealed class EventStream(TimeProvider time) : IEventStream
{
    private ImmutableList<Subscription> _subscriptions = [];

    public IEventSubscription Subscribe(Actor actor)
    {
        var subscription = new Subscription(this, actor, time);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, added) => all.Add(added), subscription);
        return subscription;
    }

    /// <summary>Hands committed events to the listeners; never waits for one.</summary>
    /// <param name="events">What was committed.</param>
    /// <param name="teachers">The teachers of every class that the events are about, as of that commit.</param>
    public void Publish(IReadOnlyList<OperationEvent> events, ILookup<Guid, Guid> teachers)
    {
        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            subscription.Offer(events, teachers);
        }
    }

    private sealed class Subscription(EventStream stream, Actor actor, TimeProvider time) : IEventSubscription
    {
        // Enough for a class that starts at once; whoever is slower reads the state again.
        private const int Capacity = 2_048;
        private static readonly TimeSpan _batchInterval = TimeSpan.FromMilliseconds(100);

        private readonly Channel<EventView> _channel = Channel.CreateBounded<EventView>(
            new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

        private int _gap;

        public void Offer(IReadOnlyList<OperationEvent> events, ILookup<Guid, Guid> teachers)
        {
            foreach (var item in events)
            {
                if (!EventViews.MaySee(actor, item, classId => (actor.Scopes & TokenScopes.Class) != TokenScopes.None && teachers[classId].Contains(actor.UserId)))
                {
                    continue;
                }

                if (!_channel.Writer.TryWrite(EventViews.From(item)))
                {
                    Interlocked.Exchange(ref _gap, 1);
                }
            }
        }

        public async IAsyncEnumerable<EventBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (await _channel.Reader.WaitToReadAsync(cancellationToken))
            {
                var batch = new List<EventView>();
                while (_channel.Reader.TryRead(out var item))
                {
                    batch.Add(item);
                }

                yield return new EventBatch(batch, Interlocked.Exchange(ref _gap, 0) == 1);

                // The first change is shown at once; what follows within a tenth of a second comes together.
                await Task.Delay(_batchInterval, time, cancellationToken);
            }
        }

        public void Dispose()
        {
            ImmutableInterlocked.Update(ref stream._subscriptions, static (all, removed) => all.Remove(removed), this);
            _channel.Writer.TryComplete();
        }
    }
}
