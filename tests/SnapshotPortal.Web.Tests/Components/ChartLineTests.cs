using SnapshotPortal.Web.Components.Usage;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>What becomes of numbers on the canvas.</summary>
public sealed class ChartLineTests
{
    private static readonly DateTimeOffset From = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = From.AddMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(75);

    [Fact]
    public void Path_OfNumbers_RunsFromLeftToRightAndUpwards()
        => Assert.Equal("M0 70L300 36L600 2", Path((0, 0), (300, 50), (600, 100), pause: 600));

    [Fact]
    public void Path_WhereANumberIsMissing_IsBroken()
        => Assert.Equal("M0 70L30 70M90 70L120 70", Path((0, 0), (30, 0), (60, null), (90, 0), (120, 0)));

    [Fact]
    public void Path_AfterALongPause_IsBroken()
        => Assert.Equal("M0 70L30 70M300 70L330 70", Path((0, 0), (30, 0), (300, 0), (330, 0)));

    [Fact]
    public void Path_OfALoneNumber_IsADot() => Assert.Equal("M300 36h.1", Path((300, 50)));

    [Fact]
    public void Path_OfNothing_IsEmpty() => Assert.Equal("", Path((0, null), (5, null)));

    [Fact]
    public void Path_OfWhatLiesOutside_StaysOnTheCanvas()
        => Assert.Equal("M0 2L600 70", Path((-30, 900), (1_200, -5), pause: 10_000));

    [Fact]
    public void Area_OfALine_IsClosedAtTheBottom()
        => Assert.Equal("M0 70L300 36L300 72L0 72Z", ChartLine.Area(Points((0, 0), (300, 50)), From, Until, 100, TimeSpan.FromHours(1)));

    [Fact]
    public void Path_OnAWindowWithoutLength_DoesNotDivideByZero()
        => Assert.Equal("M0 36h.1", ChartLine.Path(Points((0, 50)), From, From, 100, Pause));

    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(10_001, 20_000)]
    [InlineData(20_000, 20_000)]
    [InlineData(20_001, 50_000)]
    [InlineData(70_000, 100_000)]
    [InlineData(9_999_999, 10_000_000)]
    public void Scale_OfRates_IsTheNextRoundNumber(double highest, double expected)
        => Assert.Equal(expected, ChartLine.Scale([null, 3, highest], 10_000));

    [Fact]
    public void Scale_OfNothing_IsTheLeast() => Assert.Equal(10_000, ChartLine.Scale([null], 10_000));

    private static string Path(params (int Second, double? Value)[] points) => Draw(points, Pause);

    private static string Path((int Second, double? Value) one, (int Second, double? Value) other, int pause) => Draw([one, other], TimeSpan.FromSeconds(pause));

    private static string Path((int Second, double? Value) one, (int Second, double? Value) two, (int Second, double? Value) three, int pause) => Draw([one, two, three], TimeSpan.FromSeconds(pause));

    private static string Draw((int Second, double? Value)[] points, TimeSpan pause) => ChartLine.Path(Points(points), From, Until, 100, pause);

    private static IReadOnlyList<ChartPoint> Points(params (int Second, double? Value)[] points) => [.. points.Select(static p => new ChartPoint(From.AddSeconds(p.Second), p.Value))];
}
