using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Hubs;

/// <summary>
/// The events of operations and machines for programs outside of the portal. One more subscriber of the event stream; the
/// portal's own pages do not come through here.
/// </summary>
internal sealed class OperationsHub(OperationFeed feed, IOptions<ApiOptions> options) : Hub
{
    private const string SlotsKey = "subscriptions";

    /// <summary>The connection's count of open streams.</summary>
    public override Task OnConnectedAsync()
    {
        Context.Items[SlotsKey] = new SubscriptionSlots(options.Value.SubscriptionsPerConnection);
        return base.OnConnectedAsync();
    }

    /// <summary>
    /// Streams the events after <paramref name="sinceSequence"/> (those that were missed, then live), or only live ones where
    /// it is <see langword="null"/>: in order, without a gap, each once.
    /// </summary>
    /// <exception cref="HubException">
    /// The number is one that the log never gave out, or the connection has as many streams as it may. The stream ends with one
    /// where the caller's access does not hold any more.
    /// </exception>
    public ChannelReader<EventResource> Subscribe(long? sinceSequence, CancellationToken cancellationToken)
    {
        var slots = (SubscriptionSlots)Context.Items[SlotsKey]!;
        if (!slots.TryTake())
        {
            throw new HubException(
                $"{ApiCodes.TooManySubscriptions}: this connection has {slots.Limit} streams open, which is the most it may have. Close one first, or use another connection.");
        }

        return feed.Open(Context.User, sinceSequence, slots.Release, cancellationToken);
    }

    private sealed class SubscriptionSlots(int limit)
    {
        private int _taken;

        public int Limit => limit;

        public bool TryTake()
        {
            if (Interlocked.Increment(ref _taken) <= limit)
            {
                return true;
            }

            Release();
            return false;
        }

        public void Release() => Interlocked.Decrement(ref _taken);
    }
}
