using System.Threading.Channels;

namespace LibVirt.Interop;

/// <summary>
/// Spreads the events of one connection over its subscriptions. libvirt refuses the same callback twice on a connection, so
/// there is one registration however many subscribe. It knows no connection, so that callbacks keep none alive.
/// </summary>
internal sealed class DomainEventHub
{
    private readonly Lock _gate = new();
    private ChannelWriter<DomainEvent>[] _writers = [];

    internal void Add(ChannelWriter<DomainEvent> writer)
    {
        lock (_gate)
        {
            Volatile.Write(ref _writers, [.. _writers, writer]);
        }
    }

    /// <returns>Whether somebody is left.</returns>
    internal bool Remove(ChannelWriter<DomainEvent> writer)
    {
        lock (_gate)
        {
            Volatile.Write(ref _writers, [.. _writers.Where(one => one != writer)]);
            return _writers.Length > 0;
        }
    }

    /// <summary>Runs on the thread of the event loop; takes no lock and never fails.</summary>
    internal void Publish(DomainEvent domainEvent)
    {
        foreach (var writer in Volatile.Read(ref _writers))
        {
            writer.TryWrite(domainEvent);
        }
    }
}
