namespace LibVirt;

/// <summary>An address that the DHCP server of a network gave out (virNetworkGetDHCPLeases, libvirt-network.h).</summary>
/// <param name="Interface">The interface of the network.</param>
/// <param name="ExpiresAt">When the lease ends; null if never.</param>
/// <param name="Type">The family of the address.</param>
/// <param name="Mac">The MAC address of the guest, if known.</param>
/// <param name="Address">The address.</param>
/// <param name="Prefix">The length of the network prefix in bits.</param>
/// <param name="Hostname">The host name the guest gave, if any.</param>
/// <param name="ClientId">The client id or DUID, if any.</param>
public sealed record NetworkDhcpLease(
    string Interface, DateTimeOffset? ExpiresAt, IPAddressType Type, string? Mac, string Address, int Prefix, string? Hostname, string? ClientId);
