using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>How the person signs in, and what happened to their account.</summary>
public partial class AccountSecurity
{
    private const int Shown = 10;

    private IReadOnlyList<AccountEventView> _events = [];

    [Parameter, EditorRequired]
    public PersonView Person { get; set; } = default!;

    [Inject]
    private IAccountHistory History { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            _events = await History.ListOwnAsync(actor, Shown, CancellationToken.None);
        }
    }

    // A circuit cannot renew this browser's cookie: the browser posts the form.
    private async Task SignOutElsewhereAsync() => await Browser.InvokeVoidAsync("portal.submit", "sign-out-elsewhere");
}
