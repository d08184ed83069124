using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Scheduling;

namespace SnapshotPortal.Operations.Tests.Scheduling;

/// <summary>When schedules run: zones, the two nights of daylight saving time, and what is refused.</summary>
public sealed class TimetableTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_DailyInAZone_IsThatTimeThere()
        => Assert.Equal(
            [Utc(3, 2, 1, 0), Utc(3, 3, 1, 0), Utc(3, 4, 1, 0)],
            Read("0 2 * * *", "Europe/Berlin").Following(Now, 3));

    [Fact]
    public void Next_HourThatTheSpringNightSkips_RunsWhenItWouldBeOver()
    {
        // 29 March: after 01:59 comes 03:00 (01:00 UTC).
        var table = Read("30 2 * * *", "Europe/Berlin");

        Assert.Equal([Utc(3, 28, 1, 30), Utc(3, 29, 1, 0), Utc(3, 30, 0, 30)], table.Following(Utc(3, 28, 0, 0), 3));
    }

    [Fact]
    public void Next_HourThatComesTwiceInAutumn_RunsOnce()
    {
        // 25 October: 02:30 is at 00:30 UTC and again at 01:30 UTC.
        var table = Read("30 2 * * *", "Europe/Berlin");

        Assert.Equal([Utc(10, 25, 0, 30), Utc(10, 26, 1, 30)], table.Following(Utc(10, 24, 12, 0), 2));
    }

    [Fact]
    public void Next_HourlyThroughBothNights_RunsEveryHourThatThereIs()
    {
        var table = Read("0 * * * *", "Europe/Berlin");

        Assert.Equal([Utc(3, 29, 0, 0), Utc(3, 29, 1, 0), Utc(3, 29, 2, 0)], table.Following(Utc(3, 28, 23, 30), 3));
        Assert.Equal([Utc(10, 25, 0, 0), Utc(10, 25, 1, 0), Utc(10, 25, 2, 0)], table.Following(Utc(10, 24, 23, 30), 3));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0 2 * *")]
    [InlineData("0 0 2 * * *")]
    [InlineData("61 2 * * *")]
    [InlineData("@daily")]
    [InlineData("every day at two")]
    [InlineData("0 0 30 2 *")]
    [InlineData("H 2 * * *")]
    public void TryRead_NoCronExpression_IsRefused(string cron)
        => Assert.Equal((FailureKind.Invalid, FailureCodes.CronInvalid, "cron"), Refused(cron, "Etc/UTC"));

    [Fact]
    public void TryRead_EndlessExpression_IsRefused()
        => Assert.Equal((FailureKind.Invalid, FailureCodes.CronInvalid, "cron"), Refused($"0 2 * * {string.Join(',', Enumerable.Repeat(1, 100))}", "Etc/UTC"));

    [Theory]
    [InlineData("")]
    [InlineData("Mars/Olympus_Mons")]
    [InlineData("Pacific Standard Time")]
    [InlineData("../etc/passwd")]
    public void TryRead_UnknownZone_IsRefused(string zone)
        => Assert.Equal((FailureKind.Invalid, FailureCodes.TimeZoneUnknown, "timeZone"), Refused("0 2 * * *", zone));

    [Theory]
    [InlineData("* * * * *", "after 1 min")]
    [InlineData("*/4 * * * *", "after 4 min")]
    [InlineData("0,58 * * * *", "after 2 min")]
    [InlineData("0,58 0,23 * * *", "after 2 min")]
    [InlineData("0,58 0,23 1,31 * *", "after 2 min")]
    public void TryRead_MoreOftenThanEveryFiveMinutes_IsRefusedWithTheInterval(string cron, string says)
    {
        Assert.Equal((FailureKind.Invalid, FailureCodes.ScheduleTooOften, "cron"), Refused(cron, "Etc/UTC"));
        Assert.False(Timetable.TryRead(Rule(cron, "Etc/UTC"), Now, out _, out var failure));
        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*/5 * * * *")]
    [InlineData("0,55 0,23 * * *")]
    [InlineData("0,58 0,23 */2 2 *")]
    [InlineData("0 0 29 2 *")]
    [InlineData("0 12 L * *")]
    public void TryRead_EveryFiveMinutesOrLess_IsFine(string cron) => Assert.NotNull(Read(cron, "America/New_York"));

    private static ScheduleRule Rule(string cron, string zone) => new(cron, zone, new Retention(Last: 1));

    private static Timetable Read(string cron, string zone)
    {
        Assert.True(Timetable.TryRead(Rule(cron, zone), Now, out var table, out var failure), failure?.Message);
        return table;
    }

    private static (FailureKind, string, string?) Refused(string cron, string zone)
    {
        Assert.False(Timetable.TryRead(Rule(cron, zone), Now, out _, out var failure));
        return (failure.Kind, failure.Code, failure.Field);
    }

    private static DateTimeOffset Utc(int month, int day, int hour, int minute) => new(2026, month, day, hour, minute, 0, TimeSpan.Zero);
}
