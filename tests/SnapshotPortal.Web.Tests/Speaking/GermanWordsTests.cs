using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Tests.Speaking;

/// <summary>Numbers, times and words in the second language.</summary>
public sealed class GermanWordsTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 10, 23, 13, 2, 11, TimeSpan.Zero);

    private readonly LanguageScope _german = new("de");
    private readonly BrowserTime _time = new(new FakeTimeProvider(_now));

    public void Dispose()
    {
        _time.Dispose();
        _german.Dispose();
    }

    [Theory]
    [InlineData(128_000_000, "128 MB")]
    [InlineData(1_234_000_000, "1,23 GB")]
    public void Size_German_HasACommaForThePoint(long bytes, string expected) => Assert.Equal(expected, Words.Size(bytes));

    [Fact]
    public void Duration_German_HasACommaForThePoint() => Assert.Equal("1,4 s", Words.Duration(TimeSpan.FromSeconds(1.4)));

    [Fact]
    public void Memory_German_HasACommaForThePoint() => Assert.Equal("1,5 GiB", Words.Memory(3L << 29));

    [Fact]
    public void Day_German_IsWrittenTheGermanWay() => Assert.Equal("23. Okt. 2026", _time.Day(_now));

    [Fact]
    public void Exact_German_NamesDayTimeAndZone() => Assert.Equal("23. Okt. 2026, 13:02:11 (UTC)", _time.Exact(_now));

    [Theory]
    [InlineData(0, "gerade eben")]
    [InlineData(5, "vor 5 min")]
    [InlineData(120, "vor 2 h")]
    [InlineData(24 * 60, "vor 1 Tag")]
    [InlineData(3 * 24 * 60, "vor 3 Tagen")]
    [InlineData(10 * 24 * 60, "13. Okt.")]
    public void Relative_German_SaysHowLongAgo(int minutes, string expected) => Assert.Equal(expected, _time.Relative(_now.AddMinutes(-minutes)));

    [Theory]
    [InlineData(0, "0 Snapshots")]
    [InlineData(1, "1 Snapshot")]
    [InlineData(2, "2 Snapshots")]
    public void Count_German_HasTwoForms(int count, string expected) => Assert.Equal(expected, Counts.Snapshots(count));

    [Theory]
    [InlineData(3, "3 h 0 min liegen dazwischen.")]
    [InlineData((90 * 24) + 5, "90 Tage liegen dazwischen.")]
    public void Between_German_CountsDaysWhereTheyAreMany(int hours, string expected)
    {
        var then = new ComparedStateView(null, null, Guid.Empty, "web", _now);

        Assert.StartsWith(expected, ComparisonWords.Between(new ComparisonView(then, then with { At = _now.AddHours(hours) }, 0, [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Acts_OnOneMachine_AreSaidOfOne()
    {
        Assert.StartsWith("Die VM wird gebeten", Counts.AskedToShutDown(1), StringComparison.Ordinal);
        Assert.StartsWith("2 VMs werden gebeten", Counts.AskedToShutDown(2), StringComparison.Ordinal);
        Assert.StartsWith("Die VM stoppt", Counts.StoppedAtOnce(1), StringComparison.Ordinal);
        Assert.StartsWith("Die VM wird sofort mit allen Platten und 3 Snapshots gelöscht", Counts.DeletedAtOnce(1, 3), StringComparison.Ordinal);
        Assert.StartsWith("1 laufende VM wird", Counts.ForcedOff(1), StringComparison.Ordinal);
        Assert.Equal("1 Teilnehmer kommt hinzu", Counts.StudentsToAdd(1));
        Assert.Equal(("1 läuft auf dem Host", "0 laufen auf dem Host"), (Counts.RunningOnTheHost(1), Counts.RunningOnTheHost(0)));
        Assert.StartsWith("1 Einladung ist", Counts.CopiedInvitations(1, 30), StringComparison.Ordinal);
    }

    [Fact]
    public void Keeps_German_ReadsAsASentence()
        => Assert.Equal("die letzten 3 und die neuesten aus 7 Tagen und 4 Wochen", Words.Keeps(new Retention { Last = 3, Daily = 7, Weekly = 4 }));

    [Fact]
    public void Rhythm_German_NamesTheDay() => Assert.Equal("Jeden Montag um 02:00", Words.Rhythm("0 2 * * 1"));

    [Fact]
    public void States_German_AreAllTranslated()
    {
        var german = Enum.GetValues<PowerState>().Select(Words.Power)
            .Concat(Enum.GetValues<OperationKind>().Select(Words.Kind))
            .Concat(Enum.GetValues<OperationState>().Select(Words.State))
            .Concat(Enum.GetValues<AccountEventKind>().Select(AccountWords.Event))
            .ToList();
        using var english = new LanguageScope("en");

        var same = Enum.GetValues<PowerState>().Select(Words.Power)
            .Concat(Enum.GetValues<OperationKind>().Select(Words.Kind))
            .Concat(Enum.GetValues<OperationState>().Select(Words.State))
            .Concat(Enum.GetValues<AccountEventKind>().Select(AccountWords.Event))
            .Intersect(german, StringComparer.Ordinal);

        Assert.Equal([], same);
    }

    [Fact]
    public void StepsToCome_OfEveryKind_HaveGermanWords()
    {
        var steps = Enum.GetValues<OperationKind>().SelectMany(Words.UsualSteps).Distinct(StringComparer.Ordinal).ToList();
        var german = steps.ConvertAll(Words.StepToCome);
        using var english = new LanguageScope("en");

        Assert.Equal([], german.Intersect(steps.Concat(steps.Select(Words.StepToCome)), StringComparer.Ordinal));
    }
}
