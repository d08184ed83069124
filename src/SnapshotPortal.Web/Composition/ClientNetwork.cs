using System.Net;
using System.Net.Sockets;

namespace SnapshotPortal.Web.Composition;

/// <summary>Whom a limit for strangers counts: an IPv4 address, or the network of an IPv6 one.</summary>
internal static class ClientNetwork
{
    // A line is given 64 bits to choose its addresses from (RFC 6177, RFC 4291, 2.5.4): each of them would have a limit of its own.
    private const int NetworkBytes = 8;

    /// <summary>The network a request comes from; empty where it comes from none, as in a test.</summary>
    public static string Of(HttpContext context) => context.Connection.RemoteIpAddress is { } address ? Of(address) : "";

    internal static string Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4().ToString();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return $"{new IPAddress(bytes)}/{8 * NetworkBytes}";
    }
}
