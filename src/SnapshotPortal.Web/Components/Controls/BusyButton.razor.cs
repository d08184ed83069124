using Microsoft.AspNetCore.Components;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>A button that cannot be pressed a second time while what it started is under way.</summary>
public partial class BusyButton
{
    private bool _busy;

    [Parameter]
    public EventCallback OnClick { get; set; }

    [Parameter]
    public bool Disabled { get; set; }

    [Parameter]
    public string Class { get; set; } = "btn";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    private async Task ClickAsync()
    {
        // A second click may be on its way before the first one's render has disabled the button.
        if (_busy || Disabled)
        {
            return;
        }

        _busy = true;
        try
        {
            await OnClick.InvokeAsync();
        }
        finally
        {
            _busy = false;
        }
    }
}
