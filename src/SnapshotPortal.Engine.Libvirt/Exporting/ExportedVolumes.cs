using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Engine.Libvirt.Merging;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Exporting;

/// <summary>What is done with an export's finished volumes: read, removed.</summary>
internal sealed class ExportedVolumes(HostLinks links)
{
    public Task RemoveAsync(HostRef host, ExportFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var link = links[host];
        return link.WorkAsync(connection =>
        {
            if (ChainReferences.FirstTo(connection, link, [file.Path], except: null) is { } name)
            {
                throw new EngineException(FailureCodes.VolumeInUse, $"The domain “{name}” uses {file.Path}, so it was left. It is removed as soon as nothing uses it.");
            }

            Volumes.Remove(connection, file.Pool, file.Volume);
            return true;
        });
    }

    public Task<Stream> OpenAsync(HostRef host, ExportFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var link = links[host];
        return link.WorkAsync<Stream>(connection =>
        {
            using var pool = connection.LookupStoragePoolByName(file.Pool);
            using var volume = Volumes.TryLookUp(pool, file.Volume)
                ?? throw new EngineException(FailureCodes.VolumeMissing, $"The file {file.Volume} is gone from the storage pool “{file.Pool}”: somebody removed it there. Export again.");
            return new VolumeReader(link, file);
        });
    }
}
