namespace SnapshotPortal.Operations.Engine;

/// <summary>
/// The port to what a host is capable of. Changes nothing, and takes a moment: no files are looked at, and where KVM is to be tried, a
/// machine without anything is started and ended at once.
/// </summary>
/// <exception cref="EngineException">The host does not answer.</exception>
public interface IHostChecks
{
    /// <summary>Looks at one host.</summary>
    /// <param name="host">Which.</param>
    /// <param name="again">Try KVM even where it worked since the portal began.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<HostCheck> CheckAsync(HostRef host, bool again, CancellationToken cancellationToken);
}

/// <summary>What a host is capable of.</summary>
/// <param name="Version">libvirt's and the hypervisor's.</param>
/// <param name="HasKvm">libvirt says that guests can run on KVM there.</param>
/// <param name="KvmTrouble">QEMU does not start on it all the same: why, in a sentence.</param>
/// <param name="Pools">All its storage pools.</param>
/// <param name="Machines">All its persistent domains.</param>
public sealed record HostCheck(string Version, bool HasKvm, string? KvmTrouble, IReadOnlyList<PoolSeen> Pools, IReadOnlyList<AgentCheck> Machines);

/// <summary>How a machine stands with the guest agent.</summary>
/// <param name="VmId">Which machine.</param>
/// <param name="Name">Its name.</param>
/// <param name="HasChannel">Its definition has a channel for the agent.</param>
/// <param name="Connected">An agent is connected to it; <see langword="null"/> while the machine does not run.</param>
/// <param name="Emulated">It is of type <c>qemu</c>: run without KVM.</param>
public sealed record AgentCheck(Guid VmId, string Name, bool HasChannel, bool? Connected, bool Emulated);
