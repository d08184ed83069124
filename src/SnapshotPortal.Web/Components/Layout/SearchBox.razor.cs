using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>The search for VMs. It lives in the address of the start page; elsewhere it leads there.</summary>
public sealed partial class SearchBox : IDisposable
{
    private string _text = "";

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsAtHome => Navigation.ToBaseRelativePath(Navigation.Uri) is "" or ['?', ..] or ['#', ..];

    public void Dispose() => Navigation.LocationChanged -= OnLocationChanged;

    protected override void OnInitialized()
    {
        _text = FromAddress();
        Navigation.LocationChanged += OnLocationChanged;
    }

    private void OnInput(ChangeEventArgs e)
    {
        _text = e.Value?.ToString() ?? "";
        if (IsAtHome)
        {
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", _text.Length > 0 ? _text : null), replace: true);
        }
    }

    private void Go()
    {
        if (!IsAtHome)
        {
            Navigation.NavigateTo(_text.Length > 0 ? $"/?q={Uri.EscapeDataString(_text)}" : "/");
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        // While somebody types, the box is ahead of the address; only another page's address overrules it.
        if (!IsAtHome && _text.Length > 0)
        {
            _text = "";
            _ = InvokeAsync(StateHasChanged);
        }
    }

    private string FromAddress()
        => IsAtHome && QueryHelpers.ParseQuery(Navigation.ToAbsoluteUri(Navigation.Uri).Query).TryGetValue("q", out var q) ? q.ToString() : "";
}
