using LibVirt;
using Microsoft.Extensions.Options;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>Asks a host what it is capable of.</summary>
internal sealed class HostChecks(HostLinks links, KvmTrial trial, IOptions<EngineOptions> options) : IHostChecks
{
    public async Task<HostCheck> CheckAsync(HostRef host, bool again, CancellationToken cancellationToken)
    {
        var link = links[host];
        var kvm = await trial.AskAsync(host, again, cancellationToken);
        return await link.ControlAsync(connection => new HostCheck(
            HostCapabilities.Versions(connection),
            kvm.Offered,
            kvm.Trouble,
            Pools(connection, link, cancellationToken),
            Machines(connection, cancellationToken)));
    }

    private List<PoolSeen> Pools(VirConnection connection, HostLink link, CancellationToken cancellationToken)
    {
        var pools = new List<PoolSeen>();
        foreach (var pool in connection.ListAllStoragePools())
        {
            using (pool)
            {
                cancellationToken.ThrowIfCancellationRequested();
                pools.Add(PoolCatalog.See(pool, link.Pools, options.Value.ReservedBytes));
            }
        }

        return pools;
    }

    private static List<AgentCheck> Machines(VirConnection connection, CancellationToken cancellationToken)
    {
        var machines = new List<AgentCheck>();
        foreach (var domain in connection.ListAllDomains(ListDomainsFlags.Persistent))
        {
            using (domain)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var definition = DomainDefinition.Parse(domain.GetXmlDescription());
                machines.Add(new AgentCheck(domain.Uuid, definition.Name, definition.HasAgentChannel, domain.IsActive ? definition.AgentPortConnected : null, definition.VirtType is "qemu"));
            }
        }

        return machines;
    }
}
