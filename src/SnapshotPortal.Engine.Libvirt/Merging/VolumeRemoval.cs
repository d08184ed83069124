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
            if (ChainReferences.FirstTo(connection, link, [file.Path], except: null) is { } name)
            {
                throw new EngineException(FailureCodes.Drift, $"The domain “{name}” refers to {file.Path}, which the portal was about to remove. It was left.");
            }

            Volumes.Remove(connection, file.Pool, file.Volume);
            return true;
        });
    }
}
