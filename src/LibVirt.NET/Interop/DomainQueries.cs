using LibVirt.Handles;
using static LibVirt.Interop.Checked;

namespace LibVirt.Interop;

/// <summary>The sizes of structures that a caller tells libvirt.</summary>
internal static unsafe class SizeOf
{
    internal static nuint BlockStats => (nuint)sizeof(VirDomainBlockStats);

    internal static nuint InterfaceStats => (nuint)sizeof(VirDomainInterfaceStats);
}

/// <summary>Domain calls that need memory of a size that only the call itself tells, or arrays of objects.</summary>
internal static unsafe class DomainQueries
{
    internal static TypedParameters BlockStats(DomainHandle domain, string disk)
    {
        var count = 0;
        Check(Native.virDomainBlockStatsFlags(domain, disk, null, ref count, 0));
        using var buffer = new TypedParameterInterop.Buffer(count);
        Check(Native.virDomainBlockStatsFlags(domain, disk, buffer.Pointer, ref count, 0));
        return buffer.Read(0, count);
    }

    internal static TypedParameters CpuStats(DomainHandle domain)
    {
        const int Total = -1;
        var count = Check(Native.virDomainGetCPUStats(domain, null, 0, Total, 1, 0));
        using var buffer = new TypedParameterInterop.Buffer(count);
        count = Check(Native.virDomainGetCPUStats(domain, buffer.Pointer, (uint)count, Total, 1, 0));
        return buffer.Read(0, count);
    }

    internal static TypedParameters Stats(DomainHandle domain, DomainStatsTypes stats, DomainStatsFlags flags)
    {
        var held = false;
        try
        {
            domain.DangerousAddRef(ref held);
            var domains = stackalloc nint[] { domain.DangerousGetHandle(), 0 };
            var count = Check(Native.virDomainListGetStats(domains, stats, out var records, flags));
            return NativeReader.TakeStats(records, count) is [var only, ..] ? only.Parameters : new TypedParameters();
        }
        finally
        {
            if (held)
            {
                domain.DangerousRelease();
            }
        }
    }

    internal static void BlockCopy(DomainHandle domain, string disk, string destinationXml, TypedParameters parameters, DomainBlockCopyFlags flags)
    {
        using var buffer = TypedParameterInterop.Write(parameters);
        Check(Native.virDomainBlockCopy(domain, disk, destinationXml, buffer.Pointer, parameters.Count, flags));
    }
}
