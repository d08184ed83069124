namespace SnapshotPortal.Operations.Engine;

/// <summary>Who told a machine's addresses.</summary>
public enum AddressSource
{
    /// <summary>Nobody did.</summary>
    Unknown,

    /// <summary>The guest, through its agent: it can say anything.</summary>
    Guest,

    /// <summary>The host, which hands out the addresses of its own networks.</summary>
    Leases,
}

/// <summary>A network card of a machine.</summary>
/// <param name="Mac">Its hardware address, as the machine's definition has it.</param>
/// <param name="Network">Where it is plugged in, in a few words.</param>
/// <param name="GuestName">What the guest calls it; <see langword="null"/> where that is not known.</param>
/// <param name="Addresses">The addresses that others reach it at, IPv4 first.</param>
public sealed record NetworkCard(string Mac, string Network, string? GuestName, IReadOnlyList<string> Addresses);

/// <summary>A machine's network cards and their addresses.</summary>
/// <param name="Source">Who told the addresses.</param>
/// <param name="Cards">In the order of the machine's definition.</param>
public sealed record NetworkReading(AddressSource Source, IReadOnlyList<NetworkCard> Cards);
