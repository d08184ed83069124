using System.Collections.Concurrent;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>The configured hosts and whether this instance is connected to them at present.</summary>
internal sealed class HostRegistry
{
    private readonly ConcurrentDictionary<Guid, HostEntry> _hosts = new();

    public IReadOnlyCollection<HostEntry> All => [.. _hosts.Values];

    public HostEntry? Find(Guid hostId) => _hosts.GetValueOrDefault(hostId);

    public void Set(HostRef reference, bool connected) => _hosts[reference.Id] = new HostEntry(reference, connected);
}

/// <summary>A configured host.</summary>
internal sealed record HostEntry(HostRef Reference, bool IsConnected);
