using System.Globalization;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>Time as the person at this browser reads it. One for each circuit; ticks so that "2 min ago" stays true.</summary>
public sealed class BrowserTime(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private ITimer? _timer;
    private EventHandler? _changed;

    /// <summary>The zone changed, or enough time went by for relative times to read differently. Raised on any thread.</summary>
    public event EventHandler? Changed
    {
        add
        {
            lock (_lock)
            {
                _changed += value;
                _timer ??= time.CreateTimer(static state => ((BrowserTime)state!).Tell(), this, TickInterval, TickInterval);
            }
        }

        remove
        {
            lock (_lock)
            {
                _changed -= value;
            }
        }
    }

    /// <summary>The browser's zone; UTC until the browser has told.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Takes over the zone that the browser named; an unknown one is ignored.</summary>
    public void SetZone(string? id)
    {
        if (id is { Length: > 0 and < 100 } && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && !zone.Equals(Zone))
        {
            Zone = zone;
            Tell();
        }
    }

    /// <summary>The instant in the browser's zone.</summary>
    public DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone);

    /// <summary>Day and time to the second, with the zone: "23 Nov 2026, 14:02:11 (UTC+01:00)".</summary>
    public string Exact(DateTimeOffset at)
    {
        var local = Local(at);
        var offset = local.Offset == TimeSpan.Zero ? "UTC" : local.ToString("'UTC'zzz", CultureInfo.InvariantCulture);
        return $"{local.ToString(WordTexts.ExactPattern, Languages.Page)} ({offset})";
    }

    /// <summary>Day and minute, as it stands in names: "23 Nov, 14:02".</summary>
    public string Short(DateTimeOffset at) => Local(at).ToString(WordTexts.ShortPattern, Languages.Page);

    /// <summary>The day alone: "23 Nov 2026".</summary>
    public string Day(DateTimeOffset at) => Local(at).ToString(WordTexts.DayPattern, Languages.Page);

    /// <summary>The day that an instant falls on in the browser's zone.</summary>
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    /// <summary>The last minute of a day in the browser's zone.</summary>
    public DateTimeOffset EndOf(DateOnly day)
    {
        var local = day.ToDateTime(new TimeOnly(23, 59));
        // West of Greenwich the calendar's last day ends after the last moment that there is.
        return new DateTimeOffset(Math.Clamp(local.Ticks - Zone.GetUtcOffset(local).Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    /// <summary>How long ago: "just now", "5 min ago", "2 h ago", "3 days ago", then the date.</summary>
    public string Relative(DateTimeOffset at)
    {
        var past = Now - at;
        if (past < TimeSpan.Zero)
        {
            return past > TimeSpan.FromMinutes(-1) ? WordTexts.JustNow : WordTexts.FormatInTime(Span(-past));
        }

        if (past < TimeSpan.FromSeconds(45))
        {
            return WordTexts.JustNow;
        }

        if (past < TimeSpan.FromDays(7))
        {
            return WordTexts.FormatTimeAgo(Span(past));
        }

        var local = Local(at);
        return local.Year == Local(Now).Year
            ? local.ToString(WordTexts.DayOfYearPattern, Languages.Page)
            : local.ToString(WordTexts.DayPattern, Languages.Page);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _changed = null;
        }
    }

    private void Tell() => _changed?.Invoke(this, EventArgs.Empty);

    private static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 59.5 } => WordTexts.FormatSpanMinutes(Math.Max(1, (int)Math.Round(span.TotalMinutes))),
        { TotalHours: < 23.5 } => WordTexts.FormatSpanHours((int)Math.Round(span.TotalHours)),
        _ => (int)Math.Round(span.TotalDays) is var days && days == 1 ? WordTexts.FormatSpanOneDay(1) : WordTexts.FormatSpanManyDays(days),
    };
}
