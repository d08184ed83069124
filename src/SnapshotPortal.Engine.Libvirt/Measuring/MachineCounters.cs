using LibVirt;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Measuring;

/// <summary>The counters of all running machines of a host, with one question.</summary>
internal static class MachineCounters
{
    private const DomainStatsTypes Groups = DomainStatsTypes.CpuTotal | DomainStatsTypes.Vcpu | DomainStatsTypes.Balloon | DomainStatsTypes.Block | DomainStatsTypes.Interface;
    private const ulong Kibibyte = 1024;

    /// <summary>What all of them count now; a machine that is busy with something else says less.</summary>
    /// <param name="connection">The connection to the host.</param>
    /// <param name="pulled">The machines that must not be asked about their disks.</param>
    public static IReadOnlyList<VmCounters> Read(VirConnection connection, IReadOnlySet<Guid> pulled)
        => pulled.Count == 0
            ? [.. connection.GetAllDomainStats(Groups, DomainStatsFlags.Active | DomainStatsFlags.NoWait).Select(static s => Of(s.DomainUuid, s.Parameters))]
            : OneByOne(connection, pulled);

    /// <summary>What one machine counts.</summary>
    public static VmCounters Of(Guid vmId, TypedParameters values) => new(
        vmId,
        (int)Math.Min(values.GetUInt64("vcpu.current") ?? 0, int.MaxValue),
        values.GetUInt64("cpu.time") ?? Sum(values, "vcpu.", ".time"),
        values.GetUInt64("balloon.current") is { } allotted
            ? new MemoryReading(
                Bytes(allotted),
                Bytes(values.GetUInt64("balloon.rss")),
                Bytes(values.GetUInt64("balloon.available")),
                Bytes(values.GetUInt64("balloon.usable") ?? values.GetUInt64("balloon.unused")),
                values.GetUInt64("balloon.last-update"))
            : null,
        Sum(values, "block.", ".rd.bytes") is { } read && Sum(values, "block.", ".wr.bytes") is { } written
            ? new DiskCounters(read, written, Sum(values, "block.", ".rd.reqs") ?? 0, Sum(values, "block.", ".wr.reqs") ?? 0)
            : null,
        Sum(values, "net.", ".rx.bytes") is { } received && Sum(values, "net.", ".tx.bytes") is { } sent
            ? new NetworkCounters(received, sent)
            : null);

    private static List<VmCounters> OneByOne(VirConnection connection, IReadOnlySet<Guid> pulled)
    {
        var all = new List<VmCounters>();
        foreach (var domain in connection.ListAllDomains(ListDomainsFlags.Active))
        {
            using (domain)
            {
                var values = domain.GetAllStats(pulled.Contains(domain.Uuid) ? Groups & ~DomainStatsTypes.Block : Groups, DomainStatsFlags.NoWait);
                if (values.Count > 0)
                {
                    all.Add(Of(domain.Uuid, values));
                }
            }
        }

        return all;
    }

    // libvirt's own count of disks and cards is not needed, and so need not be believed.
    private static ulong? Sum(TypedParameters values, string group, string counter)
    {
        ulong? sum = null;
        foreach (var name in values.Keys)
        {
            if (name.StartsWith(group, StringComparison.Ordinal) && name.EndsWith(counter, StringComparison.Ordinal) && values.GetUInt64(name) is { } value)
            {
                sum = Add(sum ?? 0, value);
            }
        }

        return sum;
    }

    private static ulong Add(ulong a, ulong b) => b > ulong.MaxValue - a ? ulong.MaxValue : a + b;

    private static ulong? Bytes(ulong? kibibytes) => kibibytes is { } value ? Bytes(value) : null;

    private static ulong Bytes(ulong kibibytes) => kibibytes > ulong.MaxValue / Kibibyte ? ulong.MaxValue : kibibytes * Kibibyte;
}
