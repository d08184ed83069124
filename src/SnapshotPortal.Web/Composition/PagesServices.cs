using Microsoft.AspNetCore.Components.Server;
using MudBlazor;
using MudBlazor.Services;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Composition;

/// <summary>The pages and what they share within one browser tab.</summary>
internal static class PagesServices
{
    /// <summary>
    /// A circuit begins with the state of the prerendered page, sent back by the browser in one message. The grid of a class is
    /// beyond the usual 32 KiB: the connection was closed, and the page stayed a picture.
    /// </summary>
    private const long LongestMessage = 4L << 20;

    public static void AddPortalPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(static o => o.MaximumReceiveMessageSize = LongestMessage);
        services.AddMudServices(Configure);
        services.AddTransient<MudLocalizer, PortalMudLocalizer>();
        services.AddAntiforgery(static options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddSingleton<PageConnections>();
        services.AddScoped<BrowserTime>();
        services.AddScoped<BrowserTheme>();
        services.AddScoped<MyRequests>();
    }

    internal static void Configure(MudServicesConfiguration options)
    {
        options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomCenter;
        options.SnackbarConfiguration.PreventDuplicates = false;
        options.SnackbarConfiguration.VisibleStateDuration = 6_000;
        options.SnackbarConfiguration.ShowTransitionDuration = 150;
        options.SnackbarConfiguration.HideTransitionDuration = 150;
        options.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
        // Otherwise one with a button stays until it is closed, and four of them keep every later one from being seen.
        options.SnackbarConfiguration.RequireInteraction = false;
        options.SnackbarConfiguration.SnackbarVariant = Variant.Outlined;
    }

    /// <summary>
    /// What is sent to a page is compressed, each message by itself. A compressor that remembers the messages before it holds its
    /// window and tables, 256 KiB, for as long as the page is open, whether anything is sent or not.
    /// </summary>
    public static void Configure(ServerComponentsEndpointOptions options)
    {
        options.ContentSecurityFrameAncestorsPolicy = null;
        options.ConfigureWebSocketAcceptContext = static (_, socket) =>
        {
            socket.DangerousEnableCompression = true;
            socket.DisableServerContextTakeover = true;
            return Task.CompletedTask;
        };
    }
}
