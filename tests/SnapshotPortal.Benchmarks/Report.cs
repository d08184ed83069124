using System.Globalization;
using LibVirt;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Benchmarks;

/// <summary>Measured times and their table: medians, spread, and the ratio to the raw sequence of the same run.</summary>
internal sealed class Report(int rounds)
{
    /// <summary>
    /// Rounds that are not measured, before those that are: a portal runs for weeks, and .NET compiles for good what has been
    /// called some dozens of times. What the first one took is written below the table.
    /// </summary>
    public const int WarmUps = 40;

    private readonly List<Row> _rows = [];
    private readonly List<string> _where = [];
    private readonly List<string> _lines = [];

    public void Add(string act, IReadOnlyList<double> portal, IReadOnlyList<double> raw) => _rows.Add(new Row(act, Sorted(portal), Sorted(raw)));

    /// <summary>Where the portal's time goes: the wait in the queue and each step, medians.</summary>
    public void AddSteps(string act, IReadOnlyList<OperationView> operations)
    {
        var waits = operations.Select(static o => (Name: "queue", Milliseconds: (o.StartedAt - o.RequestedAt)!.Value.TotalMilliseconds));
        var steps = operations.SelectMany(static o => o.Steps).Select(static s => (s.Name, Milliseconds: s.DurationMilliseconds ?? 0));
        _where.Add($"{act}: {string.Join(", ", waits.Concat(steps).GroupBy(static s => s.Name, StringComparer.Ordinal).Select(static g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {Median(Sorted([.. g.Select(static s => s.Milliseconds)])):F1}")))}");
    }

    /// <summary>What the very first one took, with everything that is compiled, opened and cached for it.</summary>
    public void AddFirst(string act, double milliseconds)
        => AddLine(string.Create(CultureInfo.InvariantCulture, $"The first {act} of the process: {milliseconds:F0} ms."));

    /// <summary>A sentence of its own below the table.</summary>
    public void AddLine(string line) => _lines.Add(line);

    public void Print(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, libvirt {VirConnection.ClientVersion}, {rounds} rounds, milliseconds: median (minimum–maximum)"));
        output.WriteLine();
        output.WriteLine("| act | portal | raw libvirt | ratio of the medians |");
        output.WriteLine("|---|---|---|---|");
        foreach (var row in _rows)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {row.Act} | {Text(row.Portal)} | {Text(row.Raw)} | {Median(row.Portal) / Median(row.Raw):F2} |"));
        }

        output.WriteLine();
        foreach (var line in _where)
        {
            output.WriteLine($"Steps of a {line}");
        }

        foreach (var line in _lines)
        {
            output.WriteLine(line);
        }
    }

    private static double[] Sorted(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted;
    }

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];

    private static string Text(double[] sorted) => string.Create(CultureInfo.InvariantCulture, $"{Median(sorted):F1} ({sorted[0]:F1}–{sorted[^1]:F1})");

    private sealed record Row(string Act, double[] Portal, double[] Raw);
}
