using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SnapshotPortal.Data;
using SnapshotPortal.Web.People;
using IPNetwork = System.Net.IPNetwork;

namespace SnapshotPortal.Web.Composition;

/// <summary>What concerns the way of a request to the portal, whatever it asks for.</summary>
internal static class HttpServices
{
    private static readonly string[] ProgramsPaths = ["/api", "/hubs", "/openapi", "/healthz", "/metrics"];

    /// <summary>
    /// Believes X-Forwarded-For and -Proto from this machine and from the addresses or networks in
    /// <c>ReverseProxy:Trusted</c>, and from nobody else.
    /// </summary>
    /// <exception cref="StartupRefusedException">An entry is neither.</exception>
    public static void AddPortalProxies(this IServiceCollection services, IConfiguration configuration)
    {
        var trusted = configuration.GetSection("ReverseProxy:Trusted").Get<string[]>() ?? [];
        services.Configure<ForwardedHeadersOptions>(static options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);
        foreach (var entry in trusted)
        {
            if (IPAddress.TryParse(entry, out var address))
            {
                services.Configure<ForwardedHeadersOptions>(options => options.KnownProxies.Add(address));
            }
            else if (IPNetwork.TryParse(entry, out var network))
            {
                services.Configure<ForwardedHeadersOptions>(options => options.KnownIPNetworks.Add(network));
            }
            else
            {
                throw new StartupRefusedException($"ReverseProxy:Trusted holds \"{entry}\", which is neither an address nor a network such as 10.0.0.0/8.");
            }
        }
    }

    /// <summary>Forms that anybody can send are taken at a bounded rate from each network.</summary>
    public static void UseAccountPosts(this WebApplication app)
    {
        var posts = app.Services.GetRequiredService<AccountPosts>();
        app.Use(next => context => posts.InvokeAsync(context, next));
    }

    /// <summary>The pages that a person or a network has open at once are bounded. After the authentication.</summary>
    public static void UsePageConnections(this WebApplication app)
    {
        var connections = app.Services.GetRequiredService<PageConnections>();
        app.Use(next => context => connections.InvokeAsync(context, next));
    }

    /// <summary>Adds <c>/healthz</c>: healthy while the database answers.</summary>
    public static void AddPortalHealth(this IServiceCollection services)
        => services.AddHealthChecks().AddCheck<DatabaseHealth>("database");

    /// <summary>Headers on every answer: nothing is framed, nothing is sniffed, nothing comes from elsewhere.</summary>
    public static void UseSecurityHeaders(this WebApplication app)
        => app.Use(static (context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";

            // MudBlazor places its popovers and its theme with inline styles; scripts have no such need.
            headers.ContentSecurityPolicy =
                "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
            return next(context);
        });

    /// <summary>The request asks for what programs read, not for a page.</summary>
    public static bool IsForPrograms(HttpContext context)
        => Array.Exists(ProgramsPaths, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

    /// <summary>Answers an unknown address with the not-found page; programs get their bare status instead.</summary>
    public static void UseNotFoundPage(this WebApplication app)
        => app.UseWhen(
            static context => HttpMethods.IsGet(context.Request.Method) && !IsForPrograms(context),
            static pages => pages.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true));

    private sealed class DatabaseHealth(IDbContextFactory<PortalDbContext> factory) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            return await db.Database.CanConnectAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The database does not answer.");
        }
    }
}
