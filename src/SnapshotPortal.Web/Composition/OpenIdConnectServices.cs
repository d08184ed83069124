using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Composition;

/// <summary>Signing in with an account of another system, where one is configured.</summary>
internal static class OpenIdConnectServices
{
    /// <summary>The scheme, and the provider's name in the account table.</summary>
    public const string Scheme = "oidc";

    public static void AddPortalOpenIdConnect(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(OpenIdConnectSettings.Section);
        services.AddOptions<OpenIdConnectSettings>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OpenIdConnectSettings>, Validation>();
        services.AddScoped<ExternalSignIn>();
        if (section.Get<OpenIdConnectSettings>() is { IsOn: true } settings && settings.Check() is null)
        {
            services.AddAuthentication().AddOpenIdConnect(Scheme, settings.DisplayName, options => Configure(options, settings));
        }
    }

    private static void Configure(OpenIdConnectOptions options, OpenIdConnectSettings settings)
    {
        options.Authority = settings.Authority;
        options.RequireHttpsMetadata = settings.Authority!.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecretFile is { } file ? File.ReadAllText(file).Trim() : null;
        options.SignInScheme = IdentityConstants.ExternalScheme;

        // By the address line: a form that another site posts would need cookies that go along with everybody's forms.
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.GetClaimsFromUserInfoEndpoint = true;
        options.MapInboundClaims = false;
        options.SaveTokens = false;
        options.Scope.Add("email");
        foreach (var scope in settings.Scopes)
        {
            options.Scope.Add(scope);
        }

        options.ClaimActions.MapUniqueJsonKey("email", "email");
        options.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
        options.ClaimActions.MapUniqueJsonKey("name", "name");
        foreach (var claim in new[] { settings.RolesClaim, settings.ClassesClaim }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            options.ClaimActions.MapJsonKey(claim, claim);
        }

        options.Events.OnRemoteFailure = static context =>
        {
            ExternalLog.Refused(context.HttpContext.RequestServices.GetRequiredService<ILogger<ExternalSignIn>>(), context.Failure?.Message ?? "no reason given");
            context.Response.Redirect(context.Properties?.RedirectUri == AccountRoutes.Password ? AccountRoutes.PasswordWith(ExternalSignIn.Failed) : AccountRoutes.SignInWith(ExternalSignIn.Failed));
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }

    private sealed class Validation : IValidateOptions<OpenIdConnectSettings>
    {
        public ValidateOptionsResult Validate(string? name, OpenIdConnectSettings options)
            => options.Check() is { } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }
}
