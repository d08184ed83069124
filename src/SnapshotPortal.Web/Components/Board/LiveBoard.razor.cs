using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Board;

/// <summary>Everything that runs, waits or has just ended, as rows; the address says what of it.</summary>
public sealed partial class LiveBoard
{
    private readonly TypedText _text = new("q");

    // The address follows with a round trip through the browser; until then the fields show what was chosen in them.
    private BoardQuery _chosen = new();

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsFiltered => Query != new BoardQuery();

    private Dictionary<string, object?> Parts => new(StringComparer.Ordinal)
    {
        ["q"] = Query.Text,
        ["kind"] = Query.Kind?.ToString(),
        ["state"] = Query.State?.ToString(),
        ["host"] = Query.Host,
        ["class"] = Query.ClassId?.ToString(),
    };

    /// <summary>Who asked, for whom, in which class and on which host.</summary>
    private static string Who(BoardEntryView entry) => string.Join(" · ", new[]
    {
        entry.Operation.RequestedBy,
        string.Equals(entry.OwnerName, entry.Operation.RequestedBy, StringComparison.Ordinal) ? null : BoardTexts.FormatForOwnerName(entry.OwnerName),
        entry.ClassName,
        entry.HostName,
    }.OfType<string>());

    /// <summary>What it does now, or how it ended.</summary>
    private static string Now(OperationView operation) => operation switch
    {
        { IsActive: true } => Words.Doing(operation),
        { ErrorMessage: { } message } => message,
        _ => Counts.Steps(operation.Steps.Count),
    };

    protected override async Task OnParametersSetAsync()
    {
        _chosen = Query;
        _text.Follow(Query.Text);
        await base.OnParametersSetAsync();
    }

    private void OnText(string? text) => _text.Type(text, Navigation);

    private void Choose(string part, ChangeEventArgs e)
    {
        var value = e.Value?.ToString() ?? "";
        _chosen = BoardAddress.With(_chosen, part, value);
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(part, value.Length > 0 ? value : null), replace: true);
    }
}
