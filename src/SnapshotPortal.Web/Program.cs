using SnapshotPortal.Data;
using SnapshotPortal.Engine.Libvirt;
using SnapshotPortal.Operations;
using SnapshotPortal.Web.Api;
using SnapshotPortal.Web.Auditing;
using SnapshotPortal.Web.Components;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Consoles;
using SnapshotPortal.Web.Demo;
using SnapshotPortal.Web.Exporting;
using SnapshotPortal.Web.Importing;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.Screens;

Languages.BeginInEnglish();
var startup = new StartupReport();
try
{
    var builder = WebApplication.CreateBuilder(ContentRoot.Options(args));
    builder.WebHost.UseStaticWebAssets();
    builder.WebHost.ConfigureKestrel(static kestrel => kestrel.AddServerHeader = false);
    builder.Logging.AddStartupFilter(startup);
    var command = Commands.Find(args);
    if (command is not null)
    {
        builder.Logging.KeepOutOfTheAnswer();
    }

    var database = PortalConfiguration.Database(builder.Configuration);
    PortalConfiguration.CheckHosts(builder.Configuration);

    builder.Services.AddPortalData(database);
    builder.Services.AddPortalOperations(builder.Configuration);
    builder.Services.AddLibvirtEngine(builder.Configuration);
    builder.Services.AddPortalKeyRing(database, builder.Configuration);
    builder.Services.AddPortalIdentity(builder.Configuration);
    builder.Services.AddPortalOpenIdConnect(builder.Configuration);
    builder.Services.AddPortalMail();
    builder.Services.AddPortalProxies(builder.Configuration);
    builder.Services.AddPortalHealth();
    builder.Services.AddPortalMetrics();
    builder.Services.AddPortalApi();
    builder.Services.AddPortalLanguages();
    builder.Services.AddPortalPages();
    builder.Services.AddPortalConsoles();
    builder.Services.AddDemo(builder.Configuration, builder.Environment);

    var app = builder.Build();

    if (command is not null)
    {
        return await Commands.RunAsync(command, app.Services, app.Lifetime.ApplicationStopping);
    }

    await app.Services.GetRequiredService<DatabasePreparation>().PrepareAsync(app.Lifetime.ApplicationStopping);
    await app.Services.PrepareAccountsAsync();

    app.UseForwardedHeaders();
    app.UseSecurityHeaders();
    if (!app.Environment.IsDevelopment())
    {
        app.UseExceptionHandler("/error", createScopeForErrors: true);
        app.UseHsts();
    }

    app.UseNotFoundPage();
    app.UseOwnOrigin();
    app.UseAccountPosts();
    app.UseApiHoldback();
    app.UseWebSockets();
    app.UseRouting();
    app.UseAuthentication();
    app.UsePageConnections();
    app.UsePortalLanguages();
    app.UseAuthorization();
    app.UseAntiforgery();

    app.MapHealthChecks("/healthz").AllowAnonymous();
    app.MapPortalMetrics();
    app.MapStaticAssets().AllowAnonymous();
    app.MapAccountEndpoints();
    app.MapScreens();
    app.MapConsoles();
    app.MapExportFiles();
    app.MapImageUploads();
    app.MapAuditFiles();
    app.MapPortalApi();
    app.MapRazorComponents<App>()
        .AddInteractiveServerRenderMode(PagesServices.Configure);

    await app.StartAsync();
    startup.Complete();
    await app.AnnounceSetupAsync();
    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (startup.Explain(e) is { } message)
{
    await Console.Error.WriteLineAsync(message);
    return 1;
}
