using System.Runtime.InteropServices;
using LibVirt.Interop;

namespace LibVirt.Tests;

/// <summary>Structures that only a running dnsmasq would bring, built as libvirt builds them; libvirt frees them.</summary>
public sealed unsafe class NativeReaderTests
{
    [Fact]
    public void TakeLeases_WhatLibvirtWouldReturn_IsCopiedAndFreed()
    {
        var array = (VirNetworkDhcpLease**)NativeMemory.Alloc(1, (nuint)sizeof(nint));
        array[0] = (VirNetworkDhcpLease*)NativeMemory.AllocZeroed((nuint)sizeof(VirNetworkDhcpLease));
        *array[0] = new VirNetworkDhcpLease
        {
            Interface = Text("virbr0"),
            ExpiryTime = 1_700_000_000,
            Type = (int)IPAddressType.Ipv4,
            Mac = Text("52:54:00:00:00:01"),
            IpAddress = Text("192.168.122.7"),
            Prefix = 24,
            Hostname = Text("guest"),
            ClientId = Text("ff:00"),
        };
        var lease = Assert.Single(NativeReader.TakeLeases((nint)array, 1));
        Assert.Equal(
            new NetworkDhcpLease(
                "virbr0", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), IPAddressType.Ipv4, "52:54:00:00:00:01", "192.168.122.7", 24, "guest", "ff:00"),
            lease);
    }

    private static byte* Text(string text) => (byte*)TypedParameterInterop.Malloc(text);
}
