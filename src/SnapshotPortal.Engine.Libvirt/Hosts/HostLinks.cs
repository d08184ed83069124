using System.Collections.Concurrent;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>The links to all hosts, made when first asked for.</summary>
internal sealed class HostLinks : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<HostLink>> _links = new(StringComparer.Ordinal);

    public HostLink this[HostRef host] => _links.GetOrAdd(host.Uri, static (_, h) => new Lazy<HostLink>(() => new HostLink(h)), host).Value;

    public void Dispose()
    {
        foreach (var link in _links.Values.Where(static l => l.IsValueCreated))
        {
            link.Value.Dispose();
        }
    }
}
