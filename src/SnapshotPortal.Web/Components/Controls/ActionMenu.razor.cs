using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>A button that opens a short list of acts.</summary>
public partial class ActionMenu
{
    private ElementReference _button;
    private ElementReference _menu;
    private bool _open;
    private bool _focus;

    /// <summary>What the menu is for, in words.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public string Class { get; set; } = "icon-btn";

    /// <summary>What is on the button.</summary>
    [Parameter]
    public RenderFragment? Activator { get; set; }

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Parameter(CaptureUnmatchedValues = true)]
    public IReadOnlyDictionary<string, object>? Attributes { get; set; }

    internal void Close()
    {
        _open = false;
        StateHasChanged();
    }

    /// <summary>Closes, with the focus on the button again: a dialog that an act opens gives it back there when it closes.</summary>
    internal async Task LeaveAsync()
    {
        Close();
        await _button.FocusAsync(preventScroll: true);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _menu.FocusAsync(preventScroll: true);
        }
    }

    private void Toggle()
    {
        _open = !_open;
        _focus = _open;
    }

    private async Task OnKeyAsync(KeyboardEventArgs e)
    {
        if (_open && e.Key is ("Escape" or "Tab"))
        {
            if (e.Key == "Tab")
            {
                Close();
            }
            else
            {
                await LeaveAsync();
            }
        }
    }
}
