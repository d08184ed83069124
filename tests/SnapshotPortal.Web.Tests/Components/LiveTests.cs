using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class LiveTests
{
    private readonly FakeTimeProvider _clock = new(Sample.Start);

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(50, "1 min ago")]
    [InlineData(59 * 60, "59 min ago")]
    [InlineData(2 * 3600, "2 h ago")]
    [InlineData(26 * 3600, "1 day ago")]
    [InlineData(3 * 86400, "3 days ago")]
    [InlineData(20 * 86400, "3 Nov")]
    [InlineData(400 * 86400, "19 Oct 2025")]
    public void Relative_Past_ReadsAsPeopleSayIt(int seconds, string expected)
    {
        using var time = new BrowserTime(_clock);

        Assert.Equal(expected, time.Relative(Sample.Start.AddSeconds(-seconds)));
    }

    [Fact]
    public void Exact_BeforeTheBrowserHasTold_IsLabelledUtc()
    {
        using var time = new BrowserTime(_clock);
        Assert.Equal("23 Nov 2026, 13:02:11 (UTC)", time.Exact(Sample.Start));

        time.SetZone("no/such zone");
        Assert.Equal("23 Nov 2026, 13:02:11 (UTC)", time.Exact(Sample.Start));

        time.SetZone("Europe/Berlin");
        Assert.Equal("23 Nov 2026, 14:02:11 (UTC+01:00)", time.Exact(Sample.Start));
    }

    [Theory]
    [InlineData("web", "web-2")]
    [InlineData("Web Server!", "web-server-2")]
    [InlineData("web-2", "web-2-2")]
    public void FreeVmName_Original_GetsANumber(string original, string expected)
        => Assert.Equal(expected, FreeNames.Vm(original, ["web", "web-2-3"]));

    [Fact]
    public void FreeVmName_LongestName_StaysValid()
    {
        var name = FreeNames.Vm(new string('a', 63), [new string('a', 61) + "-2"]);

        Assert.Null(SnapshotPortal.Domain.Names.CheckVmName(name));
        Assert.EndsWith("-3", name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1 kB")]
    [InlineData(128_400_000, "128 MB")]
    [InlineData(1_420_000_000, "1.42 GB")]
    [InlineData(999_999_999, "1 GB")]
    public void Size_Bytes_HasThreeDigitsAtTheMost(long bytes, string expected) => Assert.Equal(expected, Words.Size(bytes));

    [Theory]
    [InlineData(0.2, "<1 ms")]
    [InlineData(71, "71 ms")]
    [InlineData(1_440, "1.4 s")]
    [InlineData(125_000, "2 min 5 s")]
    public void Duration_Milliseconds_HasAUnit(double milliseconds, string expected) => Assert.Equal(expected, Words.DurationMs(milliseconds));

    [Fact]
    public void Words_EveryStateKindAndPhase_HasWordsOfItsOwn()
    {
        // An added member must not reach people under its programming name.
        Assert.All(Enum.GetValues<Domain.Operations.OperationKind>(), static k => Assert.NotEqual(k.ToString(), Words.Kind(k)));
        Assert.Equal(Enum.GetValues<Domain.Snapshots.SnapshotPhase>().Length, Enum.GetValues<Domain.Snapshots.SnapshotPhase>().Select(Words.Phase).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Enum.GetValues<Domain.Vms.PowerState>().Length, Enum.GetValues<Domain.Vms.PowerState>().Select(Words.Power).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void WayToNow_DeletedParent_GoesOnAtTheNewestOlderOne()
    {
        var vm = Sample.Vm();
        var first = Sample.Snapshot(vm, "first", Sample.Start.AddHours(-3));
        var third = Sample.Snapshot(vm, "third", Sample.Start.AddHours(-1), parent: Guid.NewGuid());

        Assert.Equal(new HashSet<Guid> { first.Id, third.Id }, Timeline.WayToNow([third, first], third.Id));
    }

    [Fact]
    public void WayToNow_ParentsInACircle_Ends()
    {
        var vm = Sample.Vm();
        var first = Sample.Snapshot(vm, "first");
        var second = Sample.Snapshot(vm, "second", parent: first.Id);

        Assert.Equal(2, Timeline.WayToNow([second, first with { ParentId = second.Id }], second.Id).Count);
    }

    [Fact]
    public void Times_AreWrittenTheSameWhateverTheServersCulture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
            using var time = new BrowserTime(_clock);
            Assert.Equal("23 Nov, 13:02", time.Short(Sample.Start));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
