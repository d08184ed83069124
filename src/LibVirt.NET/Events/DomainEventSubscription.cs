using System.Threading.Channels;

namespace LibVirt;

/// <summary>
/// The domain events of a connection from the moment the subscription was made. Enumerate it once; the enumeration ends when
/// the subscription is disposed or its connection closes. Events that nobody has read yet wait without limit.
/// </summary>
public sealed class DomainEventSubscription : IAsyncEnumerable<DomainEvent>, IDisposable
{
    private readonly Channel<DomainEvent> _channel = Channel.CreateUnbounded<DomainEvent>();
    private readonly VirConnection _connection;
    private readonly CancellationTokenRegistration _cancellation;
    private int _disposed;

    internal DomainEventSubscription(VirConnection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
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
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _connection.Forget(this);
        }
    }

    internal ChannelWriter<DomainEvent> Writer => _channel.Writer;

    internal void Complete() => _channel.Writer.TryComplete();
}
