using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Web.Hubs;

namespace SnapshotPortal.Web.Api;

/// <summary>Composes the API and the hub.</summary>
public static class ApiServices
{
    /// <summary>Everything under it answers programs.</summary>
    internal const string Prefix = "/api";

    internal const string VersionPrefix = Prefix + "/v1";

    internal const string HubPath = "/hubs/operations";

    private const string HubScheme = "OperationsHub";

    /// <summary>
    /// Adds the API, its authentication by access token, its description and the hub. Needs Identity with roles for
    /// <see cref="Data.PortalUser"/>, the operation layer and the database, whichever is added first.
    /// </summary>
    public static IServiceCollection AddPortalApi(this IServiceCollection services)
    {
        services.AddOptions<ApiOptions>().BindConfiguration(ApiOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TokenTurns>();
        services.AddSingleton<HeldBack>();
        services.AddSingleton<ApiRateLimit>();
        services.AddScoped<ActorLookup>();
        services.AddExceptionHandler<UnexpectedFailure>();
        services.ConfigureHttpJsonOptions(static options => ApiJson.Apply(options.SerializerOptions));

        // In development the framework would throw what it otherwise marks with a 400; RequestChecks answers both in its own words.
        services.Configure<RouteHandlerOptions>(static options => options.ThrowOnBadRequest = false);
        services.AddOpenApi(ApiDescription.DocumentName, ApiDescription.Configure);

        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, AccessTokenHandler>(AccessTokenDefaults.Scheme, null)
            .AddPolicyScheme(HubScheme, null, static options =>
            {
                // One scheme or the other, never both merged: a token says whose events are wanted, whoever is signed in.
                options.ForwardDefaultSelector = static context => context.Request.Headers.Authorization.Count > 0 || context.Request.Query.ContainsKey("access_token")
                    ? AccessTokenDefaults.Scheme
                    : IdentityConstants.ApplicationScheme;

                // The cookie's own answer would be a redirect to the sign-in page.
                options.ForwardChallenge = AccessTokenDefaults.Scheme;
                options.ForwardForbid = AccessTokenDefaults.Scheme;
            });
        services.AddAuthorization();

        services.AddSignalR().AddJsonProtocol(static options => ApiJson.Apply(options.PayloadSerializerOptions));
        services.AddSingleton<OperationFeed>();
        return services;
    }

    /// <summary>Has one token's requests begin in turn and refuses whoever floods the API, before they are authenticated.</summary>
    public static void UseApiHoldback(this WebApplication app)
    {
        var heldBack = app.Services.GetRequiredService<HeldBack>();
        app.Use(next => context => heldBack.InvokeAsync(context, next));
    }

    /// <summary>Maps the API under <c>/api/v1</c>, its description at <c>/openapi/v1.json</c> and the hub at <c>/hubs/operations</c>.</summary>
    public static IEndpointRouteBuilder MapPortalApi(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var api = endpoints.MapGroup(VersionPrefix)
            .RequireAuthorization(PolicyFor(AccessTokenDefaults.Scheme))
            .DisableAntiforgery()
            .WithMetadata(new SkipStatusCodePagesAttribute())
            .AddEndpointFilterFactory(RequestChecks.Wrap)
            .WithMetadata(
                Fails(StatusCodes.Status401Unauthorized),
                Fails(StatusCodes.Status429TooManyRequests),
                Fails(StatusCodes.Status500InternalServerError));
        VmEndpoints.Map(api);
        SnapshotEndpoints.Map(api);
        ScheduleEndpoints.Map(api);
        OperationEndpoints.Map(api);
        AdministrationEndpoints.Map(api);
        ImageEndpoints.Map(api);
        StorageEndpoints.Map(api);
        ExportEndpoints.Map(api);
        TemplateEndpoints.Map(api);
        ClassEndpoints.Map(api);
        DeploymentEndpoints.Map(api);
        UnknownRoute.Map(endpoints);

        endpoints.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        endpoints.MapHub<OperationsHub>(HubPath, static options => options.CloseOnAuthenticationExpiration = true)
            .RequireAuthorization(PolicyFor(HubScheme))
            .WithMetadata(new SkipStatusCodePagesAttribute());
        return endpoints;
    }

    private static AuthorizationPolicy PolicyFor(string scheme)
        => new AuthorizationPolicyBuilder(scheme).RequireAuthenticatedUser().Build();

    private static ProducesResponseTypeMetadata Fails(int status) => new(status, typeof(ApiProblem), [ProblemResult.MediaType]);
}
