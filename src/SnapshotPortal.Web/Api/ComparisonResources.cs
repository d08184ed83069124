using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>What lies between two states.</summary>
/// <param name="Before">The older one.</param>
/// <param name="After">The newer one.</param>
/// <param name="SecondsBetween">The time between them.</param>
/// <param name="WrittenBytes">What the files occupy that hold what was written in that time; without it where neither stands on the other.</param>
/// <param name="Differences">In what their configurations differ.</param>
public sealed record ComparisonResource(ComparedStateView Before, ComparedStateView After, double SecondsBetween, long? WrittenBytes, IReadOnlyList<ConfigurationDifference> Differences)
{
    internal static ComparisonResource From(ComparisonView view)
        => new(view.Before, view.After, (view.After.At - view.Before.At).TotalSeconds, view.WrittenBytes, view.Differences);
}
