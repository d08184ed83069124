namespace SnapshotPortal.Web.Components.Deployments;

/// <summary>
/// Days between a deployment's end and its deletion, as somebody types them. Any number may stand in the field: what cannot be is
/// refused in words by the request, so the sum stops at the calendar's ends instead of throwing while the page is drawn.
/// </summary>
internal static class GraceDays
{
    /// <summary>More than can be asked for, and little enough for a <see cref="TimeSpan"/>.</summary>
    private const int Most = 1_000_000;

    /// <summary>The day on which the machines are deleted.</summary>
    public static DateOnly After(DateOnly end, int days)
        => DateOnly.FromDayNumber((int)Math.Clamp((long)end.DayNumber + days, DateOnly.MinValue.DayNumber, DateOnly.MaxValue.DayNumber));

    public static TimeSpan ToTime(int days) => TimeSpan.FromDays(Math.Clamp(days, -Most, Most));
}
