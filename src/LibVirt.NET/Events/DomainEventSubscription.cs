using System.Threading.Channels;
using LibVirt.Interop;

namespace LibVirt;

/// <summary>
/// The domain events of a connection from the moment the subscription was made. Enumerate it once; the enumeration ends when
/// the subscription is disposed or its connection closes. Events that nobody has read yet wait without limit.
/// </summary>
public sealed class DomainEventSubscription : IAsyncEnumerable<DomainEvent>, IDisposable
{
    private readonly Channel<DomainEvent> _channel = Channel.CreateUnbounded<DomainEvent>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly VirConnection _connection;
    private readonly CancellationTokenRegistration _cancellation;
    private IReadOnlyList<int>? _callbackIds;

    internal DomainEventSubscription(VirConnection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        _callbackIds = DomainEventRegistration.Add(connection.Handle, _channel.Writer);
        _cancellation = cancellationToken.Register(static state => ((DomainEventSubscription)state!).Complete(), this);
    }

    /// <summary>Reads the events.</summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>An enumerator over events in the order libvirt delivered them.</returns>
    public IAsyncEnumerator<DomainEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        _channel.Reader.ReadAllAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);

    /// <summary>Stops the subscription; an enumeration reads what has arrived and then ends.</summary>
    public void Dispose()
    {
        _cancellation.Dispose();
        Complete();
        var ids = Interlocked.Exchange(ref _callbackIds, null);
        if (ids is not null)
        {
            _connection.Forget(this, ids);
        }
    }

    internal void Complete() => _channel.Writer.TryComplete();
}
