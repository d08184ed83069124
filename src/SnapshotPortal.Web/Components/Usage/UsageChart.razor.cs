using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Usage;

/// <summary>
/// The last minutes of a number or two: the newest in words, all as lines, each under the pointer. The lines are decoration for
/// whoever cannot see them; the same numbers stand in a table beside the charts.
/// </summary>
public sealed partial class UsageChart
{
    /// <summary>Names it among the others.</summary>
    [Parameter, EditorRequired]
    public string Id { get; set; } = "";

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter, EditorRequired]
    public IReadOnlyList<ChartSeries> Series { get; set; } = [];

    [Parameter, EditorRequired]
    public DateTimeOffset From { get; set; }

    [Parameter, EditorRequired]
    public DateTimeOffset Until { get; set; }

    /// <summary>The upper end of the scale.</summary>
    [Parameter, EditorRequired]
    public double Scale { get; set; }

    /// <summary>The upper end of the scale in words.</summary>
    [Parameter, EditorRequired]
    public string Most { get; set; } = "";

    /// <summary>A sentence below.</summary>
    [Parameter]
    public string? Note { get; set; }

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private static string Grid => string.Create(CultureInfo.InvariantCulture, $"M0 {ChartLine.Height / 2}H{ChartLine.Width}M0 {ChartLine.Height - 1}H{ChartLine.Width}M0 1H{ChartLine.Width}");

    private string TitleId => $"chart-{Id}-title";

    /// <summary>For each point how far right it is, in thousandths, and what is shown there.</summary>
    private string Tips
    {
        get
        {
            var tips = new StringBuilder();
            for (var i = 0; i < Series[0].Points.Count; i++)
            {
                var at = Series[0].Points[i].At;
                var values = string.Join(", ", Series.Select(s => $"{s.Format(s.Points[i].Value)} {s.Name}".TrimEnd()));
                tips.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : "|")}{ChartLine.X(at, From, Until) / ChartLine.Width * 1000:0};{Time.Local(at):HH:mm:ss} · {values}");
            }

            return tips.ToString();
        }
    }
}
