using LibVirt;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Examining;

/// <summary>Looks at one machine's definition, at what it has open, and at the headers of the files behind it.</summary>
internal sealed class MachineExamination(HostLinks links)
{
    public Task<MachineTruth> RunAsync(HostRef host, Guid vmId, IReadOnlyCollection<LayerFile> files, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return links[host].ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var definition = DomainDefinition.Parse(domain.GetXmlDescription(DomainXmlFlags.Inactive));
            return new MachineTruth(Disks(domain, definition), Files(connection, files), ForeignSnapshots(domain), definition.Record);
        });
    }

    /// <summary>What libvirt remembers of a volume's backing file is as old as its pool's last refresh.</summary>
    public Task RefreshAsync(HostRef host, IReadOnlyCollection<string> pools, CancellationToken cancellationToken)
        => links[host].ControlAsync(connection =>
        {
            foreach (var name in pools)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    using var pool = connection.LookupStoragePoolByName(name);
                    PoolCatalog.Refresh(pool);
                }
                catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoStoragePool or LibvirtErrorCode.OperationInvalid)
                {
                    // Gone or stopped: whoever has files in it is told so when the machine is examined; the others go on.
                }
            }

            return true;
        });

    /// <summary>The disks of a machine.</summary>
    public static IReadOnlyList<DiskSeen> Disks(VirDomain domain, DomainDefinition definition)
    {
        var live = domain.IsActive
            ? DomainDefinition.Parse(domain.GetXmlDescription()).Disks.ToDictionary(static d => d.Target, StringComparer.Ordinal)
            : [];
        return [.. definition.Disks.Select(d => new DiskSeen(d.Target, d.File, live.GetValueOrDefault(d.Target) is { File: { } open } disk ? [open, .. disk.BackingFiles] : []))];
    }

    /// <summary>The names of the snapshots that libvirt itself keeps of a machine. The portal's are kept by the portal only.</summary>
    public static IReadOnlyList<string> ForeignSnapshots(VirDomain domain)
    {
        var names = new List<string>();
        foreach (var snapshot in domain.ListAllSnapshots())
        {
            using (snapshot)
            {
                names.Add(snapshot.Name);
            }
        }

        return names;
    }

    private static List<FileSeen> Files(VirConnection connection, IReadOnlyCollection<LayerFile> files)
    {
        var seen = new List<FileSeen>();
        foreach (var inPool in files.GroupBy(static f => f.Pool, StringComparer.Ordinal))
        {
            using var pool = connection.LookupStoragePoolByName(inPool.Key);
            seen.AddRange(inPool.Select(f => Look(pool, f)));
        }

        return seen;
    }

    private static FileSeen Look(VirStoragePool pool, LayerFile file)
    {
        if (Volumes.TryLookUp(pool, file.Volume) is not { } volume)
        {
            return new FileSeen(file.Path, Exists: false, BackingPath: null);
        }

        using (volume)
        {
            return Volumes.TryDescribe(volume) is { } xml
                ? new FileSeen(file.Path, Exists: true, xml.Element("backingStore")?.Element("path")?.Value)
                : new FileSeen(file.Path, Exists: false, BackingPath: null);
        }
    }
}
