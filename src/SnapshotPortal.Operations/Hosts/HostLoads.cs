using System.Collections.Concurrent;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>What the hosts have and are busy with, as last seen; in memory, because they can be asked again.</summary>
internal sealed class HostLoads(TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, Look> _looks = new();

    /// <summary>Takes over a look at a host.</summary>
    public void Note(Guid hostId, HostReading reading)
        => _looks[hostId] = new Look(reading, time.GetUtcNow(), _looks.TryGetValue(hostId, out var before) ? Percent(before.Reading.Time, reading.Time) : null);

    /// <summary>The last look; <see langword="null"/> where there was none yet.</summary>
    public HostLoadView? Find(Guid hostId) => _looks.TryGetValue(hostId, out var look)
        ? new HostLoadView(
            look.At,
            look.Reading.Version,
            look.Reading.Processors,
            look.Percent,
            look.Reading.MemoryBytes,
            look.Reading.FreeMemoryBytes,
            look.Reading.RunningMachines,
            look.Reading.PromisedMemoryBytes)
        : null;

    /// <summary>How busy processors were between two looks; <see langword="null"/> where their counters went back or did not move.</summary>
    internal static double? Percent(ProcessorTime? before, ProcessorTime? now)
    {
        if (before is null || now is null || now.Busy < before.Busy || now.Idle < before.Idle)
        {
            return null;
        }

        double busy = now.Busy - before.Busy;
        double all = busy + (now.Idle - before.Idle);
        return all > 0 ? busy / all * 100 : null;
    }

    private sealed record Look(HostReading Reading, DateTimeOffset At, double? Percent);
}
