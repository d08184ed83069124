using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Web.Auditing;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>The audit log; the address says what of it.</summary>
public sealed partial class AdminAudit
{
    private AuditPage? _page;
    private string? _failure;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "act")]
    private string? Act { get; set; }

    [SupplyParameterFromQuery(Name = "outcome")]
    private string? Outcome { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    private string? To { get; set; }

    [SupplyParameterFromQuery(Name = "before")]
    private long? Before { get; set; }

    [Inject]
    private IAudit Log { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Log.ListAsync(actor, AuditAddress.Query(Text, Act, Outcome, From, To, Before), CancellationToken.None);
        (_page, _failure) = (answer.Value, Sentences.Say(answer.Failure?.Message));
    }

    private string FileOf(string format) => Navigation.GetUriWithQueryParameters(AuditFiles.Path, new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["format"] = format,
        ["q"] = Text,
        ["act"] = Act,
        ["outcome"] = Outcome,
        ["from"] = From,
        ["to"] = To,
    });

    private void Go(string part, ChangeEventArgs e)
    {
        var value = e.Value?.ToString();
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            [part] = string.IsNullOrEmpty(value) ? null : value,
            ["before"] = null,
        }));
    }
}
