using SnapshotPortal.Domain.Schedules;

namespace SnapshotPortal.Domain.Tests;

public sealed class RhythmTests
{
    [Theory]
    [InlineData("5 * * * *", RhythmKind.Hourly, "00:05", DayOfWeek.Monday)]
    [InlineData("0 2 * * *", RhythmKind.Daily, "02:00", DayOfWeek.Monday)]
    [InlineData("30 23 * * 1-5", RhythmKind.Weekdays, "23:30", DayOfWeek.Monday)]
    [InlineData("15 4 * * 0", RhythmKind.Weekly, "04:15", DayOfWeek.Sunday)]
    [InlineData("15 4 * * 6", RhythmKind.Weekly, "04:15", DayOfWeek.Saturday)]
    public void From_RhythmWithAName_ComesBackAsTheSameExpression(string cron, RhythmKind kind, string at, DayOfWeek day)
    {
        var rhythm = Rhythm.From(cron);

        Assert.Equal((kind, TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture), day), (rhythm.Kind, rhythm.At, rhythm.Day));
        Assert.Equal(cron, Rhythm.Of(rhythm.Kind, rhythm.At, rhythm.Day).Cron);
    }

    [Theory]
    [InlineData("*/15 * * * *")]
    [InlineData("0 2 1 * *")]
    [InlineData("0 2 * 6 *")]
    [InlineData("60 * * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("0 * * * 1-5")]
    [InlineData("0 2 * * 7")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void From_AnythingElse_IsCustomAndKeepsItsExpression(string cron)
    {
        var rhythm = Rhythm.From(cron);

        Assert.Equal((RhythmKind.Custom, cron), (rhythm.Kind, rhythm.Cron));
    }

    [Fact]
    public void Of_Custom_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(static () => Rhythm.Of(RhythmKind.Custom, default));
}
