namespace SnapshotPortal.Domain.Schedules;

/// <summary>Why a snapshot of a schedule is kept.</summary>
public enum RetentionReason
{
    /// <summary>Among the last ones.</summary>
    Last,

    /// <summary>The newest of its hour.</summary>
    Hourly,

    /// <summary>The newest of its day.</summary>
    Daily,

    /// <summary>The newest of its week.</summary>
    Weekly,

    /// <summary>The newest of its month.</summary>
    Monthly,

    /// <summary>The machine's present state descends from it.</summary>
    Current,

    /// <summary>An operation works with it at this moment.</summary>
    InUse,
}

/// <summary>A snapshot that the rule decides about.</summary>
/// <param name="Id">The snapshot.</param>
/// <param name="At">The instant that it shows.</param>
public readonly record struct RetentionCandidate(Guid Id, DateTimeOffset At);

/// <summary>What the rule says of one snapshot.</summary>
/// <param name="Candidate">The snapshot.</param>
/// <param name="Reasons">Why it is kept; none = it goes.</param>
public sealed record RetentionVerdict(RetentionCandidate Candidate, IReadOnlyList<RetentionReason> Reasons)
{
    public bool IsKept => Reasons.Count > 0;
}

/// <summary>
/// Which of a schedule's snapshots stay (grandfather, father, son): the last ones, and the newest of each of the last
/// hours, days, weeks and months that have any. A snapshot that any of these picks stays.
/// </summary>
/// <param name="Last">How many of the newest.</param>
/// <param name="Hourly">How many hours.</param>
/// <param name="Daily">How many days.</param>
/// <param name="Weekly">How many weeks; a week begins on Monday.</param>
/// <param name="Monthly">How many months.</param>
public sealed record Retention(int Last = 0, int Hourly = 0, int Daily = 0, int Weekly = 0, int Monthly = 0)
{
    /// <summary>
    /// The most that the numbers may add up to. Each snapshot that is kept is a file in the chain behind the machine's disk,
    /// and the chain must stay short enough for the snapshots that people take themselves.
    /// </summary>
    public const int Most = 50;

    /// <summary>The numbers added up: at most so many snapshots stay.</summary>
    public int Total => Last + Hourly + Daily + Weekly + Monthly;

    /// <summary>Why the rule cannot be used; <see langword="null"/> if it can.</summary>
    public string? Check()
    {
        if (Last < 0 || Hourly < 0 || Daily < 0 || Weekly < 0 || Monthly < 0)
        {
            return "The numbers of snapshots to keep cannot be negative.";
        }

        // As long: five large numbers must not wrap around to a small sum.
        var total = (long)Last + Hourly + Daily + Weekly + Monthly;
        return total switch
        {
            0 => "Keep at least one snapshot: otherwise each would be removed as soon as it is taken. Set one of the numbers above 0.",
            > Most => $"The numbers of snapshots to keep add up to {total}; together they can be {Most} at the most, because each one makes the chain of files behind the disks longer. Choose fewer.",
            _ => null,
        };
    }

    /// <summary>Decides about each candidate, newest first.</summary>
    /// <param name="candidates">What the rule may remove, in any order.</param>
    /// <param name="zone">In whose calendar hours, days, weeks and months are counted.</param>
    public IReadOnlyList<RetentionVerdict> Judge(IEnumerable<RetentionCandidate> candidates, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var newestFirst = candidates.OrderByDescending(static c => c.At).ThenByDescending(static c => c.Id).ToList();
        var reasons = newestFirst.ConvertAll(static _ => new List<RetentionReason>());
        Pick(Last, RetentionReason.Last, static (local, index) => (local, index));
        Pick(Hourly, RetentionReason.Hourly, static (local, _) => (local.Date, local.Hour, local.Offset));
        Pick(Daily, RetentionReason.Daily, static (local, _) => local.Date);
        Pick(Weekly, RetentionReason.Weekly, static (local, _) => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7)));
        Pick(Monthly, RetentionReason.Monthly, static (local, _) => (local.Year, local.Month));
        return [.. newestFirst.Select((c, i) => new RetentionVerdict(c, reasons[i]))];

        // The newest of each period, for as many periods as have any: a gap (the portal was off) costs nothing.
        void Pick<TPeriod>(int count, RetentionReason reason, Func<DateTimeOffset, int, TPeriod> periodOf)
        {
            var seen = new HashSet<TPeriod>();
            for (var i = 0; i < newestFirst.Count && seen.Count < count; i++)
            {
                if (seen.Add(periodOf(TimeZoneInfo.ConvertTime(newestFirst[i].At, zone), i)))
                {
                    reasons[i].Add(reason);
                }
            }
        }
    }
}
