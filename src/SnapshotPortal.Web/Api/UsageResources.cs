using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>How busy a machine was in the last minutes.</summary>
/// <param name="From">Where the window begins.</param>
/// <param name="Until">Now.</param>
/// <param name="Samples">The oldest first; none where the machine did not run.</param>
public sealed record UsageResource(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<UsageSample> Samples)
{
    internal static UsageResource Of(UsageView view) => new(view.From, view.Until, view.Samples);
}
