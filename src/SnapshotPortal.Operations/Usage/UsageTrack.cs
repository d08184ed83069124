using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Usage;

/// <summary>The last minutes of one machine. Not for several threads at once.</summary>
internal sealed class UsageTrack
{
    // An average over longer than this would hide what happened in between.
    private static readonly TimeSpan _longestLook = TimeSpan.FromMinutes(2);

    // A balloon driver that nobody asks repeats for ever what it said when the guest booted.
    private static readonly TimeSpan _guestIsSilentAfter = TimeSpan.FromMinutes(1);

    private readonly Queue<UsageSample> _samples = new();
    private readonly TimeProvider _time;
    private VmCounters? _last;
    private long _lastAt;
    private long? _guestToldAt;
    private bool _guestWasAsked;

    public UsageTrack(TimeProvider time) => _time = time;

    /// <summary>Nothing is left to show.</summary>
    public bool IsEmpty => _last is null && _samples.Count == 0;

    /// <summary>It runs, its guest does not say what it uses, and was not asked to yet; asking is counted from here on.</summary>
    public bool TakeSilence()
    {
        var silent = _last?.Memory is not null && !GuestTells && !_guestWasAsked;
        _guestWasAsked |= silent;
        return silent;
    }

    /// <summary>The samples of the last <see cref="UsageHistory.Length"/>, the oldest first.</summary>
    public IReadOnlyList<UsageSample> Read(DateTimeOffset now) => [.. _samples.Where(s => IsRecent(s, now))];

    /// <summary>Takes over a look at the running machine.</summary>
    public void Note(VmCounters counters)
    {
        var (at, now) = (_time.GetTimestamp(), _time.GetUtcNow());
        if (_last is { } last)
        {
            if (counters.Memory?.ToldAt is { } told && told != last.Memory?.ToldAt)
            {
                _guestToldAt = at;
            }

            var elapsed = _time.GetElapsedTime(_lastAt, at);
            if (elapsed > TimeSpan.Zero && elapsed <= _longestLook)
            {
                _samples.Enqueue(UsageRates.Between(last, counters, elapsed, now, GuestTells));
            }

            _guestWasAsked &= !(counters.CpuNanoseconds < last.CpuNanoseconds);
        }

        (_last, _lastAt) = (counters, at);
        Trim(now);
    }

    /// <summary>The machine does not run: what it counted is over.</summary>
    public void Stop()
    {
        _last = null;
        _guestToldAt = null;
        _guestWasAsked = false;
        Trim(_time.GetUtcNow());
    }

    private bool GuestTells => _guestToldAt is { } told && _time.GetElapsedTime(told) <= _guestIsSilentAfter;

    private void Trim(DateTimeOffset now)
    {
        while (_samples.Count > UsageHistory.MostSamples || (_samples.TryPeek(out var oldest) && !IsRecent(oldest, now)))
        {
            _samples.Dequeue();
        }
    }

    // The clock may have been set back: what is in the future then is of no use either.
    private static bool IsRecent(UsageSample sample, DateTimeOffset now) => sample.At > now - UsageHistory.Length && sample.At <= now;
}
