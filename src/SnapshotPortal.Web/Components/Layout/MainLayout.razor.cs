using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>The frame around every page; learns from the browser which theme and which time zone it has.</summary>
public sealed partial class MainLayout : IAsyncDisposable
{
    private ErrorBoundary? _boundary;
    private DotNetObjectReference<MainLayout>? _self;
    private bool _interactive;

    /// <summary>What the browser's cookies said when the page was prerendered; carried over to the circuit.</summary>
    [PersistentState]
    public string? ZoneId { get; set; }

    /// <inheritdoc cref="ZoneId"/>
    [PersistentState]
    public string? ThemeName { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private BrowserTheme Theme { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>Called by the browser when what it shows has changed.</summary>
    [JSInvokable]
    public Task ThemeShownAsync(string choice, bool dark) => InvokeAsync(() => Theme.Set(Parse(choice), dark));

    public async ValueTask DisposeAsync()
    {
        Theme.Changed -= OnThemeChanged;
        Navigation.LocationChanged -= OnLocationChanged;
        if (_self is not null)
        {
            try
            {
                await Browser.InvokeVoidAsync("portal.end");
            }
            catch (JSDisconnectedException)
            {
                // The browser has gone, and its listeners with it.
            }

            _self.Dispose();
        }
    }

    protected override void OnInitialized()
    {
        ZoneId ??= HttpContext?.Request.Cookies["portal-zone"];
        ThemeName ??= HttpContext?.Request.Cookies[BrowserTheme.Cookie];
        Time.SetZone(ZoneId);
        Theme.Set(Parse(ThemeName), string.Equals(ThemeName, "dark", StringComparison.Ordinal));
        Theme.Changed += OnThemeChanged;
        Navigation.LocationChanged += OnLocationChanged;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        var browser = await Browser.InvokeAsync<BrowserFacts?>("portal.begin", _self);
        if (browser is not null)
        {
            Time.SetZone(browser.Zone);
            Theme.Set(Parse(browser.Theme), browser.Dark);
        }

        _interactive = true;
        StateHasChanged();
    }

    private static ThemeChoice Parse(string? name) => name switch
    {
        "light" => ThemeChoice.Light,
        "dark" => ThemeChoice.Dark,
        _ => ThemeChoice.System,
    };

    private void OnThemeChanged(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    // A page that failed must not keep its neighbours from being shown.
    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _boundary?.Recover();

    /// <summary>What the browser says of itself.</summary>
    internal sealed record BrowserFacts(string Theme, bool Dark, string Zone);
}
