using System.Globalization;
using System.Text;

namespace SnapshotPortal.Web.Components.Usage;

/// <summary>One number at one time; <see langword="null"/> where there is none.</summary>
public readonly record struct ChartPoint(DateTimeOffset At, double? Value);

/// <summary>Draws numbers over time as a path on a fixed canvas.</summary>
internal static class ChartLine
{
    /// <summary>The canvas; it is stretched to what room there is.</summary>
    public const int Width = 600;

    /// <summary>See <see cref="Width"/>.</summary>
    public const int Height = 72;

    // Room for half a stroke at the top and at the bottom.
    private const double Margin = 2;

    /// <summary>Where an instant is, from left to right.</summary>
    public static double X(DateTimeOffset at, DateTimeOffset from, DateTimeOffset until)
        => until > from ? Math.Clamp((at - from) / (until - from), 0, 1) * Width : 0;

    /// <summary>Where a number is, from top to bottom; what is above the scale lies on its upper edge.</summary>
    public static double Y(double value, double most)
        => Height - Margin - (most > 0 ? Math.Clamp(value / most, 0, 1) : 0) * (Height - 2 * Margin);

    /// <summary>The line through the points. It is broken where a number is missing or the pause is too long; a lone point is a dot.</summary>
    public static string Path(IReadOnlyList<ChartPoint> points, DateTimeOffset from, DateTimeOffset until, double most, TimeSpan longestPause)
        => Draw(points, from, until, most, longestPause, static _ => "");

    /// <summary>The area under the line.</summary>
    public static string Area(IReadOnlyList<ChartPoint> points, DateTimeOffset from, DateTimeOffset until, double most, TimeSpan longestPause)
        => Draw(points, from, until, most, longestPause, static piece => string.Create(CultureInfo.InvariantCulture, $"L{piece[^1].X:0.#} {Height}L{piece[0].X:0.#} {Height}Z"));

    /// <summary>The upper end of a scale: 1, 2 or 5 times a power of ten, and at least <paramref name="least"/>.</summary>
    public static double Scale(IEnumerable<double?> values, double least)
    {
        var most = values.Max() is { } highest && highest > least ? highest : least;
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        foreach (var step in new[] { 1, 2, 5 })
        {
            // What rounding makes of a number that stands exactly on a step is no reason for the next one.
            if (most <= step * power * 1.000001)
            {
                return step * power;
            }
        }

        return 10 * power;
    }

    private static string Draw(
        IReadOnlyList<ChartPoint> points,
        DateTimeOffset from,
        DateTimeOffset until,
        double most,
        TimeSpan longestPause,
        Func<IReadOnlyList<(double X, double Y)>, string> end)
    {
        var path = new StringBuilder();
        foreach (var piece in Pieces(points, longestPause))
        {
            var drawn = piece.Select(p => (X: X(p.At, from, until), Y: Y(p.Value!.Value, most))).ToList();
            for (var i = 0; i < drawn.Count; i++)
            {
                path.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{drawn[i].X:0.#} {drawn[i].Y:0.#}");
            }

            path.Append(drawn.Count == 1 ? "h.1" : "").Append(end(drawn));
        }

        return path.ToString();
    }

    private static IEnumerable<List<ChartPoint>> Pieces(IReadOnlyList<ChartPoint> points, TimeSpan longestPause)
    {
        var piece = new List<ChartPoint>();
        foreach (var point in points)
        {
            if (piece.Count > 0 && (point.Value is null || point.At - piece[^1].At > longestPause))
            {
                yield return piece;
                piece = [];
            }

            if (point.Value is not null)
            {
                piece.Add(point);
            }
        }

        if (piece.Count > 0)
        {
            yield return piece;
        }
    }
}
