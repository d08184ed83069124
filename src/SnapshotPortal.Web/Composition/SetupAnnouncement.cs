using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Composition;

/// <summary>Says in the log how a portal without an administrator gets its first one.</summary>
internal static partial class SetupAnnouncement
{
    /// <summary>Writes the address of the setup page, where it is needed. Called once the portal listens.</summary>
    public static async Task AnnounceSetupAsync(this WebApplication app)
    {
        if (await app.Services.GetRequiredService<FirstAdministrator>().OpenAsync() is { } token)
        {
            LogSetup(app.Logger, new Uri(Address(app.Services), AccountRoutes.SetupOf(token)));
        }
    }

    private static Uri Address(IServiceProvider services)
    {
        if (services.GetRequiredService<IOptions<MailOptions>>().Value.PortalAddress is { IsAbsoluteUri: true } known)
        {
            return known;
        }

        // What the portal listens on; "every address" is none that a browser could open.
        var listens = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost";
        var address = BindingAddress.Parse(listens);
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host.Trim('[', ']'), address.Port).Uri;
    }

    [LoggerMessage(4100, LogLevel.Warning, "This portal has no administrator yet. Make the first one here: {Address} (the link works once, and until the portal is started again)")]
    private static partial void LogSetup(ILogger logger, Uri address);
}
