using System.Runtime.InteropServices;

namespace LibVirt.Interop;

// The layouts of libvirt's structures on 64-bit Linux, where `unsigned long` is 64 bits wide.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirError
{
    public int Code;
    public int Domain;
    public byte* Message;
    public int Level;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirConnectCredential
{
    public int Type;
    public byte* Prompt;
    public byte* Challenge;
    public byte* DefaultResult;
    public byte* Result;
    public uint ResultLength;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirConnectAuth
{
    public int* CredentialTypes;
    public uint CredentialTypeCount;
    public delegate* unmanaged[Cdecl]<VirConnectCredential*, uint, void*, int> Callback;
    public void* CallbackData;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirNodeInfo
{
    public fixed byte Model[32];
    public ulong Memory;
    public uint Cpus;
    public uint Mhz;
    public uint Nodes;
    public uint Sockets;
    public uint Cores;
    public uint Threads;
}

// virNodeCPUStats and virNodeMemoryStats are laid out alike.
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirNodeStat
{
    internal const int FieldLength = 80;

    public fixed byte Field[FieldLength];
    public ulong Value;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainInfo
{
    public byte State;
    public ulong MaxMemory;
    public ulong Memory;
    public ushort VirtualCpus;
    public ulong CpuTime;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainBlockInfo
{
    public ulong Capacity;
    public ulong Allocation;
    public ulong Physical;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainBlockJobInfo
{
    public int Type;
    public ulong Bandwidth;
    public ulong Current;
    public ulong End;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainJobInfo
{
    public int Type;
    public ulong TimeElapsed;
    public ulong TimeRemaining;
    public ulong DataTotal;
    public ulong DataProcessed;
    public ulong DataRemaining;
    public ulong MemoryTotal;
    public ulong MemoryProcessed;
    public ulong MemoryRemaining;
    public ulong FileTotal;
    public ulong FileProcessed;
    public ulong FileRemaining;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainBlockStats
{
    public long ReadRequests;
    public long ReadBytes;
    public long WriteRequests;
    public long WriteBytes;
    public long Errors;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainInterfaceStats
{
    public long ReceivedBytes;
    public long ReceivedPackets;
    public long ReceiveErrors;
    public long ReceiveDrops;
    public long SentBytes;
    public long SentPackets;
    public long SendErrors;
    public long SendDrops;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirDomainMemoryStat
{
    public int Tag;
    public ulong Value;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirDomainFsInfo
{
    public byte* MountPoint;
    public byte* Name;
    public byte* FileSystemType;
    public nuint AliasCount;
    public byte** Aliases;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirDomainIpAddress
{
    public int Type;
    public byte* Address;
    public uint Prefix;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirDomainInterface
{
    public byte* Name;
    public byte* HardwareAddress;
    public uint AddressCount;
    public VirDomainIpAddress* Addresses;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirTypedParameter
{
    internal const int FieldLength = 80;

    public fixed byte Field[FieldLength];
    public int Type;
    public ulong Value;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirDomainStatsRecord
{
    public nint Domain;
    public VirTypedParameter* Parameters;
    public int ParameterCount;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirStoragePoolInfo
{
    public int State;
    public ulong Capacity;
    public ulong Allocation;
    public ulong Available;
}

[StructLayout(LayoutKind.Sequential)]
internal struct VirStorageVolInfo
{
    public int Type;
    public ulong Capacity;
    public ulong Allocation;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirNetworkDhcpLease
{
    public byte* Interface;
    public long ExpiryTime;
    public int Type;
    public byte* Mac;
    public byte* Iaid;
    public byte* IpAddress;
    public uint Prefix;
    public byte* Hostname;
    public byte* ClientId;
}
