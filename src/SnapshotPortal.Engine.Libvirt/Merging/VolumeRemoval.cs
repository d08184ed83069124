using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Merging;

/// <summary>Removes a volume after having made sure that no domain on the host refers to it, directly or through a chain.</summary>
internal sealed class VolumeRemoval(HostLinks links)
{
    public Task RunAsync(HostRef host, LayerFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var link = links[host];
        return link.WorkAsync(connection =>
        {
            foreach (var pool in connection.ListAllStoragePools(ListStoragePoolsFlags.Active))
            {
                using (pool)
                {
                    PoolCatalog.Refresh(pool);
                }
            }

            foreach (var domain in connection.ListAllDomains())
            {
                using (domain)
                {
                    if (Refers(connection, link, domain, file.Path))
                    {
                        throw new EngineException(FailureCodes.Drift, $"The domain “{domain.Name}” refers to {file.Path}, which the portal was about to remove. It was left.");
                    }
                }
            }

            Volumes.Remove(connection, file.Pool, file.Volume);
            return true;
        });
    }

    private static bool Refers(VirConnection connection, HostLink link, VirDomain domain, string path)
    {
        var named = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive)).AllDiskFiles()
            .Concat(DomainDefinition.Parse(domain.GetXmlDescription()).AllDiskFiles());
        var open = new Stack<string>(named);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryPop(out var file))
        {
            if (file == path)
            {
                return true;
            }

            if (seen.Add(file) && Volumes.BackingPath(connection, link.Pools, file) is { } backing)
            {
                open.Push(backing);
            }
        }

        return false;
    }
}
