using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>Whether this browser notifies the person of what has ended. The browser keeps the choice, and asks for its permission.</summary>
public sealed partial class NotificationChoice
{
    // "on", "off", "denied" or "impossible", as live.js says.
    private string? _state;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _state = await Browser.InvokeAsync<string?>("portal.notifications");
            StateHasChanged();
        }
    }

    private async Task SwitchAsync() => _state = await Browser.InvokeAsync<string?>("portal.setNotifications", _state != "on");
}
