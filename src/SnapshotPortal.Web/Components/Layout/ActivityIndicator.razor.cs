using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>How much is running, at a glance and in the tab's title; with its steps in a drawer.</summary>
public sealed partial class ActivityIndicator
{
    private bool _open;
    private bool _focus;
    private int _told;
    private ElementReference _drawer;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private string Label => Active.Count switch
    {
        0 => CommonTexts.NothingIsRunning,
        1 => LayoutTexts.FormatOneOperationRunning(1),
        var count => LayoutTexts.FormatManyOperationsRunning(count),
    };

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _drawer.FocusAsync();
        }

        if (_told != Active.Count)
        {
            _told = Active.Count;
            try
            {
                await Browser.InvokeVoidAsync("portal.busy", _told);
            }
            catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
            {
                // The browser is away; it is told with the next change.
                _told = -1;
            }
        }
    }

    private void Toggle()
    {
        _open = !_open;
        _focus = _open;
    }

    private void Close() => _open = false;

    private void OnKey(KeyboardEventArgs e)
    {
        if (e.Key == "Escape")
        {
            Close();
        }
    }
}
