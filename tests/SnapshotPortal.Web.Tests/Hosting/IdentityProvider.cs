using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenIddict.Abstractions;
using OpenIddict.Server;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>
/// A real OpenID Connect provider (OpenIddict) on a port of its own. Whoever comes is <see cref="Person"/>, and nobody is asked
/// for a password.
/// </summary>
public sealed class IdentityProvider : IAsyncLifetime
{
    public const string ClientId = "portal";
    public const string ClientSecret = "a secret of the portal's";

    private WebApplication _app = null!;

    /// <summary>Who is at the browser.</summary>
    public ProvidedPerson Person { get; set; } = new("nobody", "nobody@school.test");

    /// <summary>The person says no.</summary>
    public bool Denies { get; set; }

    /// <summary>How long ago the person showed the provider who they are; <see langword="null"/> = it does not say.</summary>
    public TimeSpan? ShownBefore { get; set; } = TimeSpan.Zero;

    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAuthentication();
        builder.Services.AddOpenIddict().AddServer(Configure);
        _app = builder.Build();
        _app.UseAuthentication();
        await _app.StartAsync();
        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Configure(OpenIddictServerBuilder options)
    {
        options.SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("userinfo");
        options.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange();
        options.AddEphemeralEncryptionKey().AddEphemeralSigningKey();
        options.RegisterScopes(OpenIddictConstants.Scopes.Email, OpenIddictConstants.Scopes.Profile);
        options.EnableDegradedMode();
        options.UseAspNetCore().DisableTransportSecurityRequirement();
        options.AddEventHandler<OpenIddictServerEvents.ValidateAuthorizationRequestContext>(b => b.UseInlineHandler(context =>
        {
            if (context.ClientId != ClientId || context.RedirectUri != "http://localhost/signin-oidc")
            {
                context.Reject(OpenIddictConstants.Errors.InvalidClient);
            }

            return default;
        }));
        options.AddEventHandler<OpenIddictServerEvents.ValidateTokenRequestContext>(static b => b.UseInlineHandler(static context =>
        {
            if (context.ClientId != ClientId || context.ClientSecret != ClientSecret)
            {
                context.Reject(OpenIddictConstants.Errors.InvalidClient);
            }

            return default;
        }));
        options.AddEventHandler<OpenIddictServerEvents.HandleAuthorizationRequestContext>(b => b.UseInlineHandler(context =>
        {
            if (Denies)
            {
                context.Reject(OpenIddictConstants.Errors.AccessDenied);
                return default;
            }

            var identity = new ClaimsIdentity("provider");
            identity.SetClaim(OpenIddictConstants.Claims.Subject, Person.Id);
            identity.SetClaim(OpenIddictConstants.Claims.Name, Person.Name);
            identity.SetClaim(OpenIddictConstants.Claims.Email, Person.Email);
            identity.SetClaim(OpenIddictConstants.Claims.EmailVerified, Person.EmailVerified);
            if (ShownBefore is { } before)
            {
                identity.SetClaim(OpenIddictConstants.Claims.AuthenticationTime, (TimeProvider.System.GetUtcNow() - before).ToUnixTimeSeconds());
            }

            identity.SetClaims("groups", [.. Person.Groups]);
            identity.SetDestinations(static _ => [OpenIddictConstants.Destinations.IdentityToken, OpenIddictConstants.Destinations.AccessToken]);
            var principal = new ClaimsPrincipal(identity);
            principal.SetScopes(context.Request.GetScopes());
            context.SignIn(principal);
            return default;
        }));
        options.AddEventHandler<OpenIddictServerEvents.HandleUserInfoRequestContext>(b => b.UseInlineHandler(context =>
        {
            context.Email = Person.Email;
            context.EmailVerified = Person.EmailVerified;
            return default;
        }));
    }
}

/// <summary>A person as the provider knows them.</summary>
public sealed record ProvidedPerson(string Id, string Email)
{
    public string Name { get; init; } = "Lea Learner";

    public bool EmailVerified { get; init; } = true;

    public IReadOnlyList<string> Groups { get; init; } = [];
}
