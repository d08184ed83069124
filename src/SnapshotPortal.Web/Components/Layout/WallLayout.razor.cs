using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>The frame of pages for a screen in the room.</summary>
public sealed partial class WallLayout
{
    private bool _interactive;

    /// <summary>What the browser's cookie said when the page was prerendered; carried over to the circuit.</summary>
    [PersistentState]
    public string? ZoneId { get; set; }

    [SupplyParameterFromQuery(Name = "theme")]
    private string? Theme { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    protected override void OnInitialized()
    {
        ZoneId ??= HttpContext?.Request.Cookies["portal-zone"];
        Time.SetZone(ZoneId);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Time.SetZone(await Browser.InvokeAsync<string?>("portal.zone"));
            _interactive = true;
            StateHasChanged();
        }
    }
}
