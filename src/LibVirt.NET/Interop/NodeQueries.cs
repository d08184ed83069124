using System.Runtime.InteropServices;
using LibVirt.Handles;
using static LibVirt.Interop.Checked;

namespace LibVirt.Interop;

/// <summary>Calls about a host that first tell how many numbers they have.</summary>
internal static unsafe class NodeQueries
{
    private const int All = -1;

    internal static IReadOnlyDictionary<string, ulong> CpuStats(ConnectionHandle connection)
    {
        var count = 0;
        Check(Native.virNodeGetCPUStats(connection, All, null, ref count, 0));
        var stats = new VirNodeStat[Math.Max(count, 1)];
        fixed (VirNodeStat* first = stats)
        {
            Check(Native.virNodeGetCPUStats(connection, All, first, ref count, 0));
            return Read(first, Math.Min(count, stats.Length));
        }
    }

    internal static IReadOnlyDictionary<string, ulong> MemoryStats(ConnectionHandle connection)
    {
        var count = 0;
        Check(Native.virNodeGetMemoryStats(connection, All, null, ref count, 0));
        var stats = new VirNodeStat[Math.Max(count, 1)];
        fixed (VirNodeStat* first = stats)
        {
            Check(Native.virNodeGetMemoryStats(connection, All, first, ref count, 0));
            return Read(first, Math.Min(count, stats.Length));
        }
    }

    private static Dictionary<string, ulong> Read(VirNodeStat* stats, int count)
    {
        var result = new Dictionary<string, ulong>(count, StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            if (Marshal.PtrToStringUTF8((nint)stats[i].Field) is { Length: > 0 } name)
            {
                result[name] = stats[i].Value;
            }
        }

        return result;
    }
}
