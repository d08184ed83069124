using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>Goes round: as the system, light, dark. The browser remembers.</summary>
public sealed partial class ThemeToggle : IDisposable
{
    [Inject]
    private BrowserTheme Theme { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private ThemeChoice Next => (ThemeChoice)(((int)Theme.Choice + 1) % 3);

    private string Label => LayoutTexts.FormatThemeChoiceSwitchToNext(Say(Theme.Choice), Say(Next));

    public void Dispose() => Theme.Changed -= OnChanged;

    protected override void OnInitialized() => Theme.Changed += OnChanged;

    private static string Say(ThemeChoice choice) => choice switch
    {
        ThemeChoice.Light => LayoutTexts.ThemeLight,
        ThemeChoice.Dark => LayoutTexts.ThemeDark,
        _ => LayoutTexts.AsTheSystem,
    };

    private async Task NextAsync() => await Browser.InvokeVoidAsync("portal.setTheme", Next switch
    {
        ThemeChoice.Light => "light",
        ThemeChoice.Dark => "dark",
        _ => "system",
    });

    private void OnChanged(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);
}
