using LibVirt;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Measuring;

/// <summary>Looks at what a host has and is busy with.</summary>
internal sealed class HostMeasures(HostLinks links)
{
    private const long Kibibyte = 1024;

    public Task<HostReading> ReadAsync(HostRef host) => links[host].ControlAsync(Read);

    private static HostReading Read(VirConnection connection)
    {
        var hardware = connection.GetNodeInfo();
        var memory = Try(connection.GetMemoryStats);
        var running = connection.GetAllDomainStats(DomainStatsTypes.Balloon, DomainStatsFlags.Active | DomainStatsFlags.NoWait);
        return new HostReading(
            HostCapabilities.Versions(connection),
            hardware.Cpus,
            Total(memory) ?? (long)hardware.MemoryKiB * Kibibyte,
            Free(memory) ?? Try(() => (long?)connection.GetFreeMemory()),
            Try(() => Time(connection.GetCpuStats())),
            running.Count,
            running.Sum(static r => (long)Math.Min(r.Parameters.GetUInt64("balloon.maximum") ?? 0, 1UL << 40) * Kibibyte));
    }

    /// <summary>A host's memory in bytes, counted as its free memory is; the hardware's own number may leave some of it out.</summary>
    public static long Memory(VirConnection connection)
        => Total(Try(connection.GetMemoryStats)) ?? (long)connection.GetNodeInfo().MemoryKiB * Kibibyte;

    /// <summary>What nobody holds: the host gives up its cache when memory is asked for.</summary>
    internal static long? Free(IReadOnlyDictionary<string, ulong>? kibibytes) => kibibytes is not null && kibibytes.TryGetValue("free", out var free)
        ? (long)(free + kibibytes.GetValueOrDefault("buffers") + kibibytes.GetValueOrDefault("cached")) * Kibibyte
        : null;

    /// <summary>What the processors have done; <see langword="null"/> where the host does not count it.</summary>
    internal static ProcessorTime? Time(IReadOnlyDictionary<string, ulong> nanoseconds) => nanoseconds.TryGetValue("idle", out var idle)
        ? new ProcessorTime(
            nanoseconds.GetValueOrDefault("kernel") + nanoseconds.GetValueOrDefault("user") + nanoseconds.GetValueOrDefault("intr"),
            idle + nanoseconds.GetValueOrDefault("iowait"))
        : null;

    private static long? Total(IReadOnlyDictionary<string, ulong>? kibibytes)
        => kibibytes is not null && kibibytes.TryGetValue("total", out var total) ? (long)total * Kibibyte : null;

    private static T? Try<T>(Func<T?> ask)
    {
        try
        {
            return ask();
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoSupport or LibvirtErrorCode.OperationUnsupported or LibvirtErrorCode.ArgumentUnsupported or LibvirtErrorCode.InternalError
            && e.Domain is not (LibvirtErrorDomain.Rpc or LibvirtErrorDomain.Remote))
        {
            // Not every driver can tell.
            return default;
        }
    }
}
