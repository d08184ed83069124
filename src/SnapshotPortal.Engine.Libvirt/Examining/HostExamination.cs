using LibVirt;
using Microsoft.Extensions.Options;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Examining;

/// <summary>Looks at everything on a host that the portal could have to do with. Changes nothing but what the pools remember.</summary>
internal sealed class HostExamination(HostLinks links, IOptions<EngineOptions> options)
{
    public Task<HostSurvey> RunAsync(HostRef host, CancellationToken cancellationToken)
    {
        var link = links[host];
        return link.ControlAsync(connection =>
        {
            var (pools, volumes) = Pools(connection, link, cancellationToken);
            return new HostSurvey(HostCapabilities.Versions(connection), pools, volumes, Machines(connection, cancellationToken));
        });
    }

    private (List<PoolSeen> Pools, List<VolumeSeen> Volumes) Pools(VirConnection connection, HostLink link, CancellationToken cancellationToken)
    {
        var pools = new List<PoolSeen>();
        var volumes = new List<VolumeSeen>();
        foreach (var pool in connection.ListAllStoragePools())
        {
            using (pool)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (pool.IsActive)
                {
                    PoolCatalog.Refresh(pool);
                }

                var seen = PoolCatalog.See(pool, link.Pools, options.Value.ReservedBytes);
                pools.Add(seen);
                if (seen.IsActive && PoolCatalog.HoldsFiles(seen.Type))
                {
                    volumes.AddRange(Volumes(pool, cancellationToken));
                }
            }
        }

        return (pools, volumes);
    }

    private static IEnumerable<VolumeSeen> Volumes(VirStoragePool pool, CancellationToken cancellationToken)
    {
        foreach (var volume in pool.ListAllVolumes())
        {
            using (volume)
            {
                cancellationToken.ThrowIfCancellationRequested();

                // Gone since the refresh, or a folder: no image.
                if (Definitions.Volumes.TryDescribe(volume) is not { } xml || xml.Attribute("type")?.Value is not (null or "file"))
                {
                    continue;
                }

                var info = volume.GetInfo();
                yield return new VolumeSeen(
                    pool.Name,
                    volume.Name,
                    volume.Path,
                    xml.Element("target")?.Element("format")?.Attribute("type")?.Value ?? "raw",
                    (long)info.Capacity,
                    (long)info.Allocation,
                    xml.Element("backingStore")?.Element("path")?.Value,
                    Definitions.Volumes.LayerIdOf(volume.Name))
                {
                    MemoryOf = Definitions.Volumes.MemoryOf(volume.Name),
                };
            }
        }
    }

    private static List<MachineSeen> Machines(VirConnection connection, CancellationToken cancellationToken)
    {
        var machines = new List<MachineSeen>();
        foreach (var domain in connection.ListAllDomains(ListDomainsFlags.Persistent))
        {
            using (domain)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    var definition = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive));
                    machines.Add(new MachineSeen(Domains.Observe(domain), MachineExamination.Disks(domain, definition), definition.Record, MachineExamination.ForeignSnapshots(domain)));
                }
                catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
                {
                    // Undefined between the list and the look: it is not there.
                }
            }
        }

        return machines;
    }
}
