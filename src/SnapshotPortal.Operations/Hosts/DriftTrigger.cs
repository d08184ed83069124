using System.Collections.Concurrent;
using SnapshotPortal.Operations.Execution;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>Asks the drift watch to look at machines now instead of at its next round.</summary>
internal sealed class DriftTrigger
{
    private readonly ConcurrentDictionary<Guid, bool> _vms = new();
    private readonly ConcurrentDictionary<Guid, bool> _hosts = new();

    public Signal Signal { get; } = new UnnamedSignal();

    /// <summary>Look at one machine.</summary>
    public void Ask(Guid vmId)
    {
        _vms[vmId] = true;
        Signal.Wake();
    }

    /// <summary>Look at all machines of a host.</summary>
    public void AskHost(Guid hostId)
    {
        _hosts[hostId] = true;
        Signal.Wake();
    }

    /// <summary>What was asked since the last time.</summary>
    public (HashSet<Guid> Vms, HashSet<Guid> Hosts) Take() => (Drain(_vms), Drain(_hosts));

    private static HashSet<Guid> Drain(ConcurrentDictionary<Guid, bool> asked)
        => [.. asked.Keys.Where(k => asked.TryRemove(k, out _))];
}
