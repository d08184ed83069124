using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Usage;

/// <summary>
/// How busy every running machine was in the last minutes, in memory. It is gone with the process, and other instances have
/// their own: it tells of the hosts, and the hosts can be asked again.
/// </summary>
internal sealed class UsageHistory(TimeProvider time)
{
    /// <summary>How far back it goes.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    /// <summary>A machine has no more samples than this, whatever the clock does.</summary>
    public const int MostSamples = 150;

    private readonly Lock _lock = new();

    // By host too: nothing keeps two hosts from having a domain of the same id.
    private readonly Dictionary<(Guid HostId, Guid VmId), UsageTrack> _tracks = [];

    /// <summary>Takes over a look at all running machines of a host; those that are missing do not run.</summary>
    public void Note(Guid hostId, IReadOnlyCollection<VmCounters> running)
    {
        lock (_lock)
        {
            var seen = new HashSet<Guid>();
            foreach (var counters in running.Where(c => seen.Add(c.VmId)))
            {
                if (!_tracks.TryGetValue((hostId, counters.VmId), out var track))
                {
                    _tracks[(hostId, counters.VmId)] = track = new UsageTrack(time);
                }

                track.Note(counters);
            }

            foreach (var (key, track) in _tracks.Where(t => t.Key.HostId == hostId && !seen.Contains(t.Key.VmId)).ToList())
            {
                track.Stop();
                if (track.IsEmpty)
                {
                    _tracks.Remove(key);
                }
            }
        }
    }

    /// <summary>What a machine used in the last minutes, the oldest first.</summary>
    public IReadOnlyList<UsageSample> Read(Guid hostId, Guid vmId)
    {
        lock (_lock)
        {
            return _tracks.TryGetValue((hostId, vmId), out var track) ? track.Read(time.GetUtcNow()) : [];
        }
    }

    /// <summary>Those of <paramref name="vmIds"/> whose guests have to be asked to tell what memory they use; each is named once.</summary>
    public IReadOnlyList<Guid> TakeSilent(Guid hostId, IEnumerable<Guid> vmIds)
    {
        lock (_lock)
        {
            return [.. vmIds.Where(vmId => _tracks.TryGetValue((hostId, vmId), out var track) && track.TakeSilence())];
        }
    }
}
