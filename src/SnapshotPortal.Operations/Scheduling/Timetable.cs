using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Cronos;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>
/// A cron expression in a time zone. What falls into the hour that daylight saving time skips runs when that hour would be
/// over; what falls into the hour that comes twice runs once, unless it repeats within the hour.
/// </summary>
internal sealed class Timetable
{
    /// <summary>The shortest time between two runs.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMinutes(5);

    private const int LongestCron = 100;

    // Minutes and hours are the same on every day that a cron expression names, so the shortest interval shows within a few
    // days that follow one another; so many runs hold them, whatever the expression.
    private const int RunsToCompare = 2_000;

    private readonly CronExpression _cron;

    private Timetable(CronExpression cron, TimeZoneInfo zone)
    {
        _cron = cron;
        Zone = zone;
    }

    public TimeZoneInfo Zone { get; }

    /// <summary>Reads the rule's expression and zone.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="now">From when on it must have a run.</param>
    /// <param name="timetable">The timetable, where it can be used.</param>
    /// <param name="failure">Why it cannot, in words for people.</param>
    public static bool TryRead(
        ScheduleRule rule,
        DateTimeOffset now,
        [NotNullWhen(true)] out Timetable? timetable,
        [NotNullWhen(false)] out Failure? failure)
    {
        timetable = null;
        if (rule.Cron.Length > LongestCron || rule.Cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length != 5
            || !CronExpression.TryParse(rule.Cron, CronFormat.Standard, out var cron))
        {
            failure = new Failure(FailureKind.Invalid, FailureCodes.CronInvalid, "This is no cron expression. It has five fields: minute, hour, day of the month, month and day of the week. “0 2 * * *”, for example, is every day at 02:00.", "cron");
            return false;
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(rule.TimeZone, out var zone) || !zone.HasIanaId)
        {
            failure = new Failure(FailureKind.Invalid, FailureCodes.TimeZoneUnknown, "There is no such time zone. Use a name from the IANA list, for example “Europe/Berlin”, “America/New_York” or “Etc/UTC”.", "timeZone");
            return false;
        }

        var table = new Timetable(cron, zone);
        if (table.Next(now) is null)
        {
            failure = new Failure(FailureKind.Invalid, FailureCodes.CronInvalid, "This expression names a day that does not come, such as the 30th of February. Correct the day of the month or the month.", "cron");
            return false;
        }

        if (table.FindShortestInterval(now) is { } shortest && shortest < ShortestInterval)
        {
            failure = new Failure(
                FailureKind.Invalid,
                FailureCodes.ScheduleTooOften,
                string.Create(CultureInfo.InvariantCulture, $"This expression runs again after {shortest.TotalMinutes:0} min. A schedule may run every {ShortestInterval.TotalMinutes:0} minutes at the most, for example with “*/5” as the minute. Choose a longer interval."),
                "cron");
            return false;
        }

        timetable = table;
        failure = null;
        return true;
    }

    /// <summary>The first run after <paramref name="after"/>; <see langword="null"/> if there is none any more.</summary>
    public DateTimeOffset? Next(DateTimeOffset after) => _cron.GetNextOccurrence(after, Zone)?.ToUniversalTime();

    /// <summary>The next <paramref name="count"/> runs.</summary>
    public IEnumerable<DateTimeOffset> Following(DateTimeOffset after, int count)
    {
        for (var next = Next(after); next is not null && count > 0; next = Next(next.Value), count--)
        {
            yield return next.Value;
        }
    }

    // In UTC, because the nights of daylight saving time are no reason to refuse anything.
    private TimeSpan? FindShortestInterval(DateTimeOffset now)
    {
        TimeSpan? shortest = null;
        var before = _cron.GetNextOccurrence(now.UtcDateTime);
        for (var i = 0; i < RunsToCompare && before is not null && (shortest is null || shortest >= ShortestInterval); i++)
        {
            var next = _cron.GetNextOccurrence(before.Value);
            if (next - before is { } interval && (shortest is null || interval < shortest))
            {
                shortest = interval;
            }

            before = next;
        }

        return shortest;
    }
}
