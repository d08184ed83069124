using CsCheck;
using SnapshotPortal.Domain.Schedules;

namespace SnapshotPortal.Domain.Tests;

/// <summary>Which snapshots of a schedule stay: examples a person can follow, and what holds for any rule.</summary>
public sealed class RetentionTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly DateTimeOffset Start = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Retention> AnyRule = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 5], Gen.Int[0, 4])
        .Select(static t => new Retention(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5))
        .Where(static r => r.Total > 0);

    // Gaps from minutes to weeks: bursts within the hour, and portals that were off.
    private static readonly Gen<DateTimeOffset[]> AnyTimes = Gen.OneOf(Gen.Int[1, 90], Gen.Int[60, 1_500], Gen.Int[1_000, 30_000]).Array[0, 60]
        .Select(static gaps =>
        {
            var at = Start;
            return gaps.Select(gap => at += TimeSpan.FromMinutes(gap)).ToArray();
        });

    [Fact]
    public void Judge_HourlySnapshotsOfAWeek_KeepsTheNewestOfEachPeriod()
    {
        // Until Sunday, 2026-10-11 at 23:00 in Berlin (21:00 UTC).
        var newest = new DateTimeOffset(2026, 10, 11, 21, 0, 0, TimeSpan.Zero);
        var all = Candidates([.. Enumerable.Range(0, 8 * 24).Select(h => newest.AddHours(-h))]);

        var verdicts = new Retention(Last: 2, Hourly: 3, Daily: 3, Weekly: 2).Judge(all, Berlin);

        string Local(RetentionVerdict v) => TimeZoneInfo.ConvertTime(v.Candidate.At, Berlin).ToString("ddd dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            [
                "Sun 11 23:00 Last, Hourly, Daily, Weekly",
                "Sun 11 22:00 Last, Hourly",
                "Sun 11 21:00 Hourly",
                "Sat 10 23:00 Daily",
                "Fri 09 23:00 Daily",
                "Sun 04 23:00 Weekly",
            ],
            verdicts.Where(static v => v.IsKept).Select(v => $"{Local(v)} {string.Join(", ", v.Reasons)}"));
        Assert.Equal(all.Length, verdicts.Count);
    }

    [Fact]
    public void Judge_MonthsInTheZone_EndWhereTheZoneSaysSo()
    {
        // 22:30 UTC on the last of October is the first of November in Berlin from 23:00 UTC on.
        var october = new DateTimeOffset(2026, 10, 31, 22, 30, 0, TimeSpan.Zero);
        var november = new DateTimeOffset(2026, 10, 31, 23, 30, 0, TimeSpan.Zero);

        Assert.Equal(2, Kept(new Retention(Monthly: 2), [october, november], Berlin).Count);
        Assert.Equal([november], Kept(new Retention(Monthly: 2), [october, november], TimeZoneInfo.Utc));
    }

    [Fact]
    public void Judge_HourThatComesTwice_IsTwoHours()
    {
        // 02:30 summer time and 02:30 winter time.
        var first = new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero);
        var second = new DateTimeOffset(2026, 10, 25, 1, 30, 0, TimeSpan.Zero);

        Assert.Equal([second, first], Kept(new Retention(Hourly: 2), [first, second], Berlin));
    }

    [Fact]
    public void Judge_PortalWasOffForAYear_OldSnapshotsStay()
    {
        var before = Enumerable.Range(0, 5).Select(static d => Start.AddDays(d)).ToArray();
        var after = Start.AddDays(370);

        Assert.Equal([after, before[4], before[3]], Kept(new Retention(Daily: 3), [.. before, after], Berlin));
    }

    [Fact]
    public void Judge_AnyRule_KeepsTheNewest()
        => Gen.Select(AnyRule, AnyTimes).Sample(static (rule, times) => times.Length == 0 || Kept(rule, times, Berlin)[0] == times.Max());

    [Fact]
    public void Judge_AnyRule_KeepsNoMoreThanItsNumbers()
        => Gen.Select(AnyRule, AnyTimes).Sample(static (rule, times) =>
        {
            var verdicts = rule.Judge(Candidates(times), Berlin);
            Assert.True(verdicts.Count(static v => v.IsKept) <= rule.Total);
            Assert.Equal(Math.Min(rule.Last, times.Length), verdicts.Count(static v => v.Reasons.Contains(RetentionReason.Last)));
            var days = times.Select(static t => TimeZoneInfo.ConvertTime(t, Berlin).Date).Distinct().Count();
            Assert.Equal(Math.Min(rule.Daily, days), verdicts.Count(static v => v.Reasons.Contains(RetentionReason.Daily)));
        });

    [Fact]
    public void Judge_AppliedToWhatItKept_RemovesNothingMore()
        => Gen.Select(AnyRule, AnyTimes).Sample(static (rule, times) =>
        {
            var kept = Kept(rule, times, Berlin);
            Assert.Equal(kept, Kept(rule, [.. kept], Berlin));
        });

    [Fact]
    public void Judge_AppliedAfterEachSnapshot_KeepsTheSameAsAtTheEnd()
        => Gen.Select(AnyRule, AnyTimes).Sample(static (rule, times) =>
        {
            DateTimeOffset[] there = [];
            foreach (var at in times)
            {
                there = [.. Kept(rule, [.. there, at], Berlin)];
            }

            Assert.Equal(Kept(rule, times, Berlin), there);
        });

    [Fact]
    public void Judge_LargerRule_RemovesNothingThatASmallerOneKeeps()
        => Gen.Select(AnyRule, AnyTimes, Gen.Int[0, 4]).Sample(static (rule, times, which) =>
        {
            var larger = which switch
            {
                0 => rule with { Last = rule.Last + 1 },
                1 => rule with { Hourly = rule.Hourly + 1 },
                2 => rule with { Daily = rule.Daily + 1 },
                3 => rule with { Weekly = rule.Weekly + 1 },
                _ => rule with { Monthly = rule.Monthly + 1 },
            };
            Assert.Empty(Kept(rule, times, Berlin).Except(Kept(larger, times, Berlin)));
        });

    [Theory]
    [InlineData(0, 0, 0, 0, 0, "at least one")]
    [InlineData(-1, 2, 0, 0, 0, "negative")]
    [InlineData(10, 10, 10, 10, 11, "add up to 51")]
    [InlineData(int.MaxValue, int.MaxValue, 2, 0, 0, "add up to 4294967296")]
    public void Check_NumbersThatCannotBe_AreRefusedWithTheReason(int last, int hourly, int daily, int weekly, int monthly, string says)
        => Assert.Contains(says, new Retention(last, hourly, daily, weekly, monthly).Check(), StringComparison.Ordinal);

    [Fact]
    public void Check_Fifty_IsFine() => Assert.Null(new Retention(10, 10, 10, 10, 10).Check());

    private static RetentionCandidate[] Candidates(DateTimeOffset[] times) => [.. times.Select(static t => new RetentionCandidate(Guid.CreateVersion7(), t))];

    private static List<DateTimeOffset> Kept(Retention rule, DateTimeOffset[] times, TimeZoneInfo zone)
        => [.. rule.Judge(Candidates(times), zone).Where(static v => v.IsKept).Select(static v => v.Candidate.At)];
}
