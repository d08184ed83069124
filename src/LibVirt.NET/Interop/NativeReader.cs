using System.Runtime.InteropServices;

namespace LibVirt.Interop;

/// <summary>Takes the arrays and structures that libvirt allocates, copies them and gives them back.</summary>
internal static unsafe class NativeReader
{
    internal static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    /// <summary>Takes over the references in an array of objects and frees the array.</summary>
    internal static T[] TakeHandles<T>(nint items, int count)
        where T : SafeHandle, new()
    {
        var source = (nint*)items;
        var handles = new T[count];
        for (var i = 0; i < count; i++)
        {
            handles[i] = new T();
            Marshal.InitHandle(handles[i], source[i]);
        }

        NativeMemory.Free(source);
        return handles;
    }

    internal static DomainFileSystem[] TakeFileSystems(nint items, int count)
    {
        var source = (VirDomainFsInfo**)items;
        var result = new DomainFileSystem[count];
        for (var i = 0; i < count; i++)
        {
            var aliases = new string[(int)source[i]->AliasCount];
            for (var a = 0; a < aliases.Length; a++)
            {
                aliases[a] = Text(source[i]->Aliases[a]) ?? "";
            }

            result[i] = new DomainFileSystem(
                Text(source[i]->MountPoint) ?? "", Text(source[i]->Name) ?? "", Text(source[i]->FileSystemType) ?? "", aliases);
            Native.virDomainFSInfoFree((nint)source[i]);
        }

        NativeMemory.Free(source);
        return result;
    }

    internal static DomainInterface[] TakeInterfaces(nint items, int count)
    {
        var source = (VirDomainInterface**)items;
        var result = new DomainInterface[count];
        for (var i = 0; i < count; i++)
        {
            var addresses = new DomainInterfaceAddress[source[i]->AddressCount];
            for (var a = 0; a < addresses.Length; a++)
            {
                ref var address = ref source[i]->Addresses[a];
                addresses[a] = new DomainInterfaceAddress((IPAddressType)address.Type, Text(address.Address) ?? "", (int)address.Prefix);
            }

            result[i] = new DomainInterface(Text(source[i]->Name) ?? "", Text(source[i]->HardwareAddress), addresses);
            Native.virDomainInterfaceFree((nint)source[i]);
        }

        NativeMemory.Free(source);
        return result;
    }

    internal static NetworkDhcpLease[] TakeLeases(nint items, int count)
    {
        var source = (VirNetworkDhcpLease**)items;
        var result = new NetworkDhcpLease[count];
        for (var i = 0; i < count; i++)
        {
            var lease = source[i];
            result[i] = new NetworkDhcpLease(
                Text(lease->Interface) ?? "",
                lease->ExpiryTime > 0 ? DateTimeOffset.FromUnixTimeSeconds(lease->ExpiryTime) : null,
                (IPAddressType)lease->Type,
                Text(lease->Mac),
                Text(lease->IpAddress) ?? "",
                (int)lease->Prefix,
                Text(lease->Hostname),
                Text(lease->ClientId));
            Native.virNetworkDHCPLeaseFree((nint)lease);
        }

        NativeMemory.Free(source);
        return result;
    }

    internal static DomainStats[] TakeStats(nint records, int count)
    {
        var source = (VirDomainStatsRecord**)records;
        var result = new DomainStats[count];
        for (var i = 0; i < count; i++)
        {
            var (uuid, name) = Identity(source[i]->Domain);
            result[i] = new DomainStats(uuid, name, TypedParameterInterop.Read(source[i]->Parameters, source[i]->ParameterCount));
        }

        Native.virDomainStatsRecordListFree(records);
        return result;
    }

    /// <summary>Reads who a borrowed domain is. Both functions only read the object; neither asks the daemon.</summary>
    internal static (Guid Uuid, string Name) Identity(nint domain)
    {
        Span<byte> uuid = stackalloc byte[16];
        uuid.Clear();
        _ = Native.virDomainGetUUID(domain, uuid);
        return (new Guid(uuid, bigEndian: true), Text(Native.virDomainGetName(domain)) ?? "");
    }

    internal static NodeInfo NodeInfo(in VirNodeInfo info)
    {
        fixed (byte* model = info.Model)
        {
            return new NodeInfo(
                Text(model) ?? "", info.Memory, (int)info.Cpus, (int)info.Mhz, (int)info.Nodes, (int)info.Sockets, (int)info.Cores, (int)info.Threads);
        }
    }
}
