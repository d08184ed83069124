using LibVirt;
using Microsoft.Extensions.Options;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Measuring;

/// <summary>Reads a machine's network cards, and asks for their addresses.</summary>
internal sealed class MachineNetwork(HostLinks links, IOptions<EngineOptions> options)
{
    private int TimeoutSeconds => options.Value.AgentTimeoutSeconds;

    public Task<NetworkReading> ReadAsync(HostRef host, Guid vmId, bool askGuest)
        => links[host].GuestAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var definition = DomainDefinition.Parse(domain.GetXmlDescription());
            var cards = definition.NetworkCards;
            if (cards.Count == 0 || !domain.IsActive)
            {
                return new NetworkReading(AddressSource.Unknown, cards);
            }

            if (askGuest && definition.AgentPortConnected && AskGuest(domain) is { } told)
            {
                return new NetworkReading(AddressSource.Guest, GuestAddresses.On(cards, told));
            }

            return definition.HasLibvirtNetwork && AskLeases(domain) is { Count: > 0 } leased
                ? new NetworkReading(AddressSource.Leases, [.. GuestAddresses.On(cards, leased).Select(static c => c with { GuestName = null })])
                : new NetworkReading(AddressSource.Unknown, cards);
        });

    private IReadOnlyList<DomainInterface>? AskGuest(VirDomain domain)
    {
        try
        {
            // First of all: without a limit a hung agent would hold this call, and every later one, for ever.
            domain.AgentSetResponseTimeout(TimeoutSeconds);
            return domain.GetInterfaceAddresses(DomainInterfaceAddressesSource.Agent);
        }
        catch (LibvirtException e) when (AgentTrouble.Is(e) || (domain.Connection.IsAlive && e.Code is LibvirtErrorCode.InternalError or LibvirtErrorCode.Rpc))
        {
            // Too much for libvirt to pass on is no answer either.
            return null;
        }
    }

    private static IReadOnlyList<DomainInterface>? AskLeases(VirDomain domain)
    {
        try
        {
            return domain.GetInterfaceAddresses(DomainInterfaceAddressesSource.Lease);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoNetwork or LibvirtErrorCode.OperationInvalid or LibvirtErrorCode.OperationUnsupported or LibvirtErrorCode.NoSupport or LibvirtErrorCode.ArgumentUnsupported)
        {
            // A network that hands out no addresses, or does not run: nobody knows then.
            return null;
        }
    }
}
