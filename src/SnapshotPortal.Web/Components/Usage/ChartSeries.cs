namespace SnapshotPortal.Web.Components.Usage;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it shows, for the legend; empty where it is alone.</param>
/// <param name="Points">Its numbers, the oldest first.</param>
/// <param name="Format">How its numbers are written.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points, Func<double?, string> Format)
{
    /// <summary>The newest number there is.</summary>
    public double? Now => Points.Count > 0 ? Points[^1].Value : null;
}
