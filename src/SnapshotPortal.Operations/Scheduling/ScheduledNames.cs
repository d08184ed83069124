using System.Globalization;
using SnapshotPortal.Domain.Schedules;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>The names of the snapshots that schedules take: <c>Daily 2026-11-23 02:00</c>, in the schedule's zone.</summary>
internal static class ScheduledNames
{
    /// <summary>A name that none of <paramref name="taken"/> is.</summary>
    public static string Free(ScheduleRule rule, TimeZoneInfo zone, DateTimeOffset now, IReadOnlySet<string> taken)
    {
        var rhythm = Rhythm.From(rule.Cron).Kind switch
        {
            RhythmKind.Hourly => "Hourly",
            RhythmKind.Daily => "Daily",
            RhythmKind.Weekdays => "Weekday",
            RhythmKind.Weekly => "Weekly",
            _ => "Scheduled",
        };
        var wanted = string.Create(CultureInfo.InvariantCulture, $"{rhythm} {TimeZoneInfo.ConvertTime(now, zone):yyyy-MM-dd HH:mm}");
        var name = wanted;
        for (var n = 2; taken.Contains(name); n++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted} ({n})");
        }

        return name;
    }
}
