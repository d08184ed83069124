namespace SnapshotPortal.Operations.Engine;

/// <summary>The port to what a host is capable of. Changes nothing, and takes a moment: no files are looked at.</summary>
/// <exception cref="EngineException">The host does not answer.</exception>
public interface IHostChecks
{
    /// <summary>Looks at one host.</summary>
    Task<HostCheck> CheckAsync(HostRef host, CancellationToken cancellationToken);
}

/// <summary>What a host is capable of.</summary>
/// <param name="Version">libvirt's and the hypervisor's.</param>
/// <param name="HasKvm">libvirt says that guests can run on KVM there.</param>
/// <param name="Pools">All its storage pools.</param>
/// <param name="Machines">All its persistent domains.</param>
public sealed record HostCheck(string Version, bool HasKvm, IReadOnlyList<PoolSeen> Pools, IReadOnlyList<AgentCheck> Machines);

/// <summary>How a machine stands with the guest agent.</summary>
/// <param name="VmId">Which machine.</param>
/// <param name="Name">Its name.</param>
/// <param name="HasChannel">Its definition has a channel for the agent.</param>
/// <param name="Connected">An agent is connected to it; <see langword="null"/> while the machine does not run.</param>
/// <param name="Emulated">It is of type <c>qemu</c>: run without KVM.</param>
public sealed record AgentCheck(Guid VmId, string Name, bool HasChannel, bool? Connected, bool Emulated);
