using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Engine.Libvirt.Measuring;
using SnapshotPortal.Operations;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Cloning;

/// <summary>What a host has to offer a new machine, and what it refuses.</summary>
internal sealed class CloneOffers(HostLinks links, SpaceCheck space)
{
    public Task<CloneOffer> DescribeAsync(HostRef host, MachineConfiguration configuration, IReadOnlyDictionary<string, LayerFile> layers)
    {
        var link = links[host];
        return link.ControlAsync(connection =>
        {
            var definition = DomainDefinition.Parse(configuration.DomainXml);
            return new CloneOffer(
                definition.VCpus,
                MostVCpus(connection, definition),
                definition.MemoryBytes,
                HostMeasures.Memory(connection),
                definition.BootDisk,
                layers.ToDictionary(static l => l.Key, l => Volumes.ContentBytes(connection, link.Pools, l.Value), StringComparer.Ordinal),
                Networks(connection),
                definition.NetworkWords,
                definition.HasAgentChannel,
                [.. definition.NotCloned]);
        });
    }

    public Task CheckAsync(CloneOrder order)
    {
        var link = links[order.Host];
        return link.ControlAsync(connection =>
        {
            Require(connection, link, order);
            return true;
        });
    }

    /// <summary>Refuses what the host cannot give.</summary>
    /// <exception cref="EngineException">With the field's own code and what there is instead.</exception>
    public void Require(VirConnection connection, HostLink link, CloneOrder order)
    {
        var definition = DomainDefinition.Parse(order.Configuration.DomainXml);
        var changes = order.Changes;
        if (changes.VCpus is { } vcpus && MostVCpus(connection, definition) is var most && vcpus > most)
        {
            throw new EngineException(FailureCodes.ProcessorsInvalid, string.Create(CultureInfo.InvariantCulture, $"The host gives a machine {most} processors at the most, {vcpus} were asked for. Choose fewer."));
        }

        if (changes.MemoryBytes is { } memory)
        {
            RequireMemory(connection, memory);
        }

        if (definition.HasNuma && (changes.VCpus is { } n && n != definition.VCpus || changes.MemoryBytes is { } m && m != definition.MemoryBytes))
        {
            throw new EngineException(FailureCodes.ProcessorsInvalid, "This machine divides its processors and memory into NUMA nodes or memory modules, which the portal does not redraw. Leave both as they are.");
        }

        if (changes.Network?.Name is { } network)
        {
            RequireNetwork(connection, network);
        }

        if (definition.BootDisk is { } boot && !order.Layers.ContainsKey(boot))
        {
            throw new EngineException(FailureCodes.DisksInvalid, $"The machine boots from the disk {boot}, so it cannot be left out.");
        }

        if (order.Full)
        {
            foreach (var pool in order.Layers.Values.GroupBy(static l => l.Pool, StringComparer.Ordinal))
            {
                space.Require(connection, pool.Key, pool.Sum(l => Volumes.ContentBytes(connection, link.Pools, l)));
            }
        }
    }

    /// <summary>Refuses more memory than the host has.</summary>
    public static void RequireMemory(VirConnection connection, long bytes)
    {
        if (HostMeasures.Memory(connection) is var all && bytes > all)
        {
            throw new EngineException(FailureCodes.MemoryInvalid, $"This host has {ByteWords.Binary(all)} of memory, and the machine asks for {ByteWords.Binary(bytes)}. Choose less.");
        }
    }

    /// <summary>Refuses a network that is not there or does not run.</summary>
    public static void RequireNetwork(VirConnection connection, string network)
    {
        // Which ones there are is not for everybody to know.
        if (Networks(connection).Find(n => n.Name == network) is not { } found)
        {
            throw new EngineException(FailureCodes.NetworkUnknown, $"The host has no network “{network}”. Choose another, or leave the network as it is.");
        }

        if (!found.IsActive)
        {
            throw new EngineException(FailureCodes.NetworkUnknown, $"The network “{network}” does not run on the host. Choose another, or ask an administrator to start it (virsh net-start {network}).");
        }
    }

    public static List<NetworkSeen> Networks(VirConnection connection)
    {
        var list = new List<NetworkSeen>();
        foreach (var network in connection.ListAllNetworks())
        {
            using (network)
            {
                list.Add(new NetworkSeen(network.Name, network.IsActive));
            }
        }

        return [.. list.OrderBy(static n => n.Name, StringComparer.Ordinal)];
    }

    /// <summary>More than the host's own processors only makes a guest slower; what it had before it may keep.</summary>
    /// <remarks>
    /// From the host's capabilities, not the domain capabilities, which would say the same: libvirt's access control counts those
    /// among writes to the connection (<c>connect.write</c>), and whoever may write to the connection may act as anybody on it.
    /// </remarks>
    private static int MostVCpus(VirConnection connection, DomainDefinition definition)
    {
        var machine = HostCapabilities.Guests(connection, definition.Architecture).Descendants("machine")
            .Where(m => m.Value == definition.MachineType)
            .Select(static m => int.TryParse(m.Attribute("maxCpus")?.Value, CultureInfo.InvariantCulture, out var max) ? max : int.MaxValue)
            .FirstOrDefault(int.MaxValue);
        return Math.Max(definition.VCpus, Math.Min(machine, connection.GetNodeInfo().Cpus));
    }
}
