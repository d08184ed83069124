using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using MudBlazor;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>
/// The style sheet that MudBlazor makes of <see cref="PortalTheme"/>, made once for light and once for dark. MudBlazor's own
/// provider makes its 25 KB of text at every render, and each page keeps the last two of them.
/// </summary>
public sealed class SharedThemeProvider : MudThemeProvider
{
    private static readonly ConcurrentDictionary<bool, string> Sheets = [];

    private bool _dark;

    public override Task SetParametersAsync(ParameterView parameters)
    {
        _dark = parameters.GetValueOrDefault(nameof(IsDarkMode), _dark);
        return base.SetParametersAsync(parameters);
    }

    protected override void BuildRenderTree(RenderTreeBuilder __builder)
        => __builder.AddMarkupContent(0, Sheets.GetOrAdd(_dark, _ => BuildMudBlazorScrollbar() + BuildTheme()));
}
