using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;

namespace SnapshotPortal.Operations.Requests;

/// <summary>
/// The networks that people may plug new machines into. A host's other networks may lead to what no guest is to reach; only
/// administrators choose among all of them.
/// </summary>
internal sealed class OfferedNetworks(IHypervisorEngine engine, HostRegistry hosts, IOptions<PortalOptions> options)
{
    /// <summary>Whether a new machine from the snapshot may be plugged into a network.</summary>
    public bool Offers(Guid hostId, Snapshot snapshot, string network) => Names(hostId, snapshot).Contains(network, StringComparer.Ordinal);

    /// <summary>The refusal of a network that is not offered; <see langword="null"/> if none was chosen, or it may be.</summary>
    /// <param name="any">Whoever asks chooses among all.</param>
    /// <param name="hostId">Where.</param>
    /// <param name="snapshot">What the machine is made from.</param>
    /// <param name="wanted">The choice.</param>
    public Failure? Check(bool any, Guid hostId, Snapshot snapshot, CloneNetwork? wanted)
    {
        if (any || wanted?.Name is not { } name || Offers(hostId, snapshot, name))
        {
            return null;
        }

        var offered = Names(hostId, snapshot).Where(static n => n.Length > 0).ToList();
        return new Failure(
            FailureKind.Forbidden,
            FailureCodes.NetworkForbidden,
            offered.Count > 0
                ? $"The network “{name}” is not offered to new machines. Choose {string.Join(", ", offered)}, leave the network as it is, or ask an administrator."
                : $"The network “{name}” is not offered to new machines. Leave the network as it is, or ask an administrator.",
            "network");
    }

    private IEnumerable<string> Names(Guid hostId, Snapshot snapshot)
    {
        var host = hosts.Find(hostId)?.Reference.Name;
        return (options.Value.Hosts.FirstOrDefault(h => h.Name == host) ?? new HostOptions()).NetworksForEverybody()
            .Concat(snapshot.DomainXml is { } xml ? engine.NetworksOf(xml) : [])
            .Distinct(StringComparer.Ordinal);
    }
}
