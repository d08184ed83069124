using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Events;

/// <summary>
/// The live end of the event log. Events are hints: the database is the truth, and whoever misses one asks for
/// everything after the last sequence number it has seen.
/// </summary>
public interface IEventStream
{
    /// <summary>
    /// Listens from this moment on to what <paramref name="actor"/> may see. The subscription exists when this returns, so
    /// a state that is read afterwards misses nothing: subscribe first, then read, then apply.
    /// A reader too slow for its buffer gets <see cref="EventBatch.Gap"/> instead of a growing queue.
    /// </summary>
    IEventSubscription Subscribe(Actor actor);
}

/// <summary>One listener's place in the stream; dispose it to leave.</summary>
public interface IEventSubscription : IDisposable
{
    /// <summary>
    /// The events in batches, at most ten batches a second. Completes when the subscription is disposed.
    /// </summary>
    IAsyncEnumerable<EventBatch> ReadAllAsync(CancellationToken cancellationToken);
}

/// <summary>Events that came within one tenth of a second.</summary>
/// <param name="Events">In the order of their sequence.</param>
/// <param name="Gap">Events were lost before this batch: read the state again.</param>
public sealed record EventBatch(IReadOnlyList<EventView> Events, bool Gap);
