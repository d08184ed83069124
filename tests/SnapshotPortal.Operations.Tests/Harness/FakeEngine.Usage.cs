using System.Collections.Concurrent;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>Counters and definitions by script.</summary>
internal sealed partial class FakeEngine
{
    private int _looks;

    /// <summary>What the next look at the hosts' counters finds, whatever runs.</summary>
    public Func<IReadOnlyList<VmCounters>> Counters { get; set; } = static () => [];

    /// <summary>How often counters were looked at.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>The machines whose guests were to tell their memory.</summary>
    public ConcurrentQueue<Guid> AskedForMemory { get; } = new();

    /// <summary>What machines are defined as now.</summary>
    public ConcurrentDictionary<Guid, string> Definitions { get; } = new();

    public async Task<IReadOnlyList<VmCounters>> ReadCountersAsync(HostRef host, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _looks);
        if (_script.TryGetValue("Counters", out var act))
        {
            await act(new EngineStep("Counters", Guid.Empty, null!, cancellationToken));
        }

        return Counters();
    }

    /// <summary>What a look at a host finds: large, so that no test meets its limits unawares.</summary>
    public Func<HostReading> Host { get; set; } = static () => new HostReading("fake 1.0", 4096, 1L << 50, 1L << 49, null, 0, 0);

    /// <summary>What machines say of their network; those that are not in it have one card and one address.</summary>
    public ConcurrentDictionary<Guid, NetworkReading> Networks { get; } = new();

    /// <summary>The machines that were asked for their network, and whether the guest was.</summary>
    public ConcurrentQueue<(Guid VmId, bool Guest)> AskedForNetwork { get; } = new();

    public Task<HostReading> ReadHostAsync(HostRef host, CancellationToken cancellationToken) => Task.FromResult(Host());

    public async Task<NetworkReading> ReadNetworkAsync(HostRef host, Guid vmId, bool askGuest, CancellationToken cancellationToken)
    {
        AskedForNetwork.Enqueue((vmId, askGuest));
        Find(vmId);
        if (_script.TryGetValue("ReadNetwork", out var act))
        {
            await act(new EngineStep("ReadNetwork", vmId, null!, cancellationToken));
        }

        return Networks.GetValueOrDefault(vmId) ?? (askGuest
            ? new NetworkReading(AddressSource.Guest, [new NetworkCard("52:54:00:12:34:56", "the network “lab”", "eth0", ["192.168.100.7"])])
            : new NetworkReading(AddressSource.Unknown, [new NetworkCard("52:54:00:12:34:56", "the network “lab”", null, [])]));
    }

    public Task LetGuestTellMemoryAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
    {
        AskedForMemory.Enqueue(vmId);
        return Task.CompletedTask;
    }

    public Task<string> ReadDefinitionAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => Find(vmId) is { Seen.Power: not PowerState.Unknown } ? Task.FromResult(Definitions.GetValueOrDefault(vmId, $"<domain><uuid>{vmId}</uuid></domain>")) : throw new InvalidOperationException();

    public IReadOnlyList<ConfigurationDifference> CompareConfigurations(string before, string after)
        => before == after ? [] : [new ConfigurationDifference(ConfigurationPart.Other, "definition", before, after)];
}
