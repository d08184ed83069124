using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using OpenTelemetry.Metrics;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Composition;

/// <summary>The portal's metrics for Prometheus, at <c>/metrics</c>, for administrators' access tokens.</summary>
internal static class MetricsServices
{
    private const string Path = "/metrics";

    public static void AddPortalMetrics(this IServiceCollection services)
        => services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter("SnapshotPortal", "System.Runtime", "Microsoft.AspNetCore.Hosting")
            .AddPrometheusExporter());

    /// <summary>
    /// Maps the endpoint. Not open to the own machine: behind a proxy on it everybody would come from there.
    /// </summary>
    public static void MapPortalMetrics(this IEndpointRouteBuilder endpoints)
        => endpoints.MapPrometheusScrapingEndpoint(Path)
            .RequireAuthorization(new AuthorizationPolicyBuilder(AccessTokenDefaults.Scheme)
                .RequireAuthenticatedUser()
                .RequireAssertion(static context => context.Resource is HttpContext http && http.Features.Get<Caller>() is { Actor: { IsAdministrator: true } actor } && (actor.Scopes & TokenScopes.Read) != TokenScopes.None)
                .Build())
            .WithMetadata(new SkipStatusCodePagesAttribute());
}
