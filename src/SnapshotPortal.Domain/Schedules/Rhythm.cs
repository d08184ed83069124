using System.Globalization;

namespace SnapshotPortal.Domain.Schedules;

/// <summary>The rhythms that have a name of their own.</summary>
public enum RhythmKind
{
    Hourly,
    Daily,

    /// <summary>Monday to Friday.</summary>
    Weekdays,
    Weekly,

    /// <summary>Any other cron expression.</summary>
    Custom,
}

/// <summary>A cron expression the way people say it.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="At">The time of day; of an hourly one, only the minute counts.</param>
/// <param name="Day">The day of a weekly one.</param>
/// <param name="Cron">The expression.</param>
public sealed record Rhythm(RhythmKind Kind, TimeOnly At, DayOfWeek Day, string Cron)
{
    /// <summary>The expression for a rhythm with a name.</summary>
    public static Rhythm Of(RhythmKind kind, TimeOnly at, DayOfWeek day = DayOfWeek.Monday) => new(
        kind,
        at,
        day,
        kind switch
        {
            RhythmKind.Hourly => string.Create(CultureInfo.InvariantCulture, $"{at.Minute} * * * *"),
            RhythmKind.Daily => string.Create(CultureInfo.InvariantCulture, $"{at.Minute} {at.Hour} * * *"),
            RhythmKind.Weekdays => string.Create(CultureInfo.InvariantCulture, $"{at.Minute} {at.Hour} * * 1-5"),
            RhythmKind.Weekly => string.Create(CultureInfo.InvariantCulture, $"{at.Minute} {at.Hour} * * {(int)day}"),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Only its expression says what a custom rhythm is."),
        });

    /// <summary>The rhythm of an expression; <see cref="RhythmKind.Custom"/> where it has no name.</summary>
    public static Rhythm From(string cron)
    {
        ArgumentNullException.ThrowIfNull(cron);
        var custom = new Rhythm(RhythmKind.Custom, default, DayOfWeek.Monday, cron);
        var fields = cron.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields is not [var minute, var hour, "*", "*", var days] || Number(minute, 59) is not { } m)
        {
            return custom;
        }

        return (Number(hour, 23), days) switch
        {
            (null, "*") when hour == "*" => custom with { Kind = RhythmKind.Hourly, At = new TimeOnly(0, m) },
            ({ } h, "*") => custom with { Kind = RhythmKind.Daily, At = new TimeOnly(h, m) },
            ({ } h, "1-5") => custom with { Kind = RhythmKind.Weekdays, At = new TimeOnly(h, m) },
            ({ } h, _) when Number(days, 6) is { } day => custom with { Kind = RhythmKind.Weekly, At = new TimeOnly(h, m), Day = (DayOfWeek)day },
            _ => custom,
        };
    }

    private static int? Number(string text, int most)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
