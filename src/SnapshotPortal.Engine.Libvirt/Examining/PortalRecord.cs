using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Examining;

/// <summary>The portal's record in a domain's metadata: what it says is the operation layer's, where it lies is libvirt's.</summary>
internal sealed class PortalRecord(HostLinks links)
{
    /// <summary>The namespace of the record's element.</summary>
    public const string Namespace = "urn:snapshotportal:record:1";

    private const string Prefix = "snapshotportal";

    /// <summary>Writes it into the definition and, where the machine runs, into the running machine, whose XML others save.</summary>
    public Task WriteAsync(HostRef host, Guid vmId, string record, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return links[host].ControlAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var impact = domain.IsActive ? DomainModificationImpact.Config | DomainModificationImpact.Live : DomainModificationImpact.Config;
            domain.SetMetadata(DomainMetadataType.Element, record, Prefix, Namespace, impact);
            return true;
        });
    }
}
