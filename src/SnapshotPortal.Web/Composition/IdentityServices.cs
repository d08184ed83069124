using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Demo;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Composition;

/// <summary>Accounts, sign-in and what a signed-in person is inside the pages.</summary>
internal static class IdentityServices
{
    /// <summary>How often a signed-in person is checked against the account table.</summary>
    public static readonly TimeSpan RevalidationInterval = TimeSpan.FromSeconds(30);

    public static void AddPortalIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<RegistrationOptions>(configuration.GetSection(RegistrationOptions.Section));
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<PortalUser>(static options =>
            {
                options.User.RequireUniqueEmail = true;

                // Length is what makes a password hard to guess; rules of composition make people write them down.
                options.Password.RequiredLength = 10;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.AllowedForNewUsers = true;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<PortalDbContext>()
            .AddSignInManager()
            .AddDefaultTokenProviders()
            .AddTokenProvider<InvitationTokens>(InvitationTokens.Provider)
            .AddClaimsPrincipalFactory<PortalClaims>();
        services.Configure<SecurityStampValidatorOptions>(static options => options.ValidationInterval = RevalidationInterval);
        services.ConfigureApplicationCookie(static options =>
        {
            options.Cookie.Name = "snapshotportal";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.HttpOnly = true;
            options.LoginPath = "/account/sign-in";
            options.AccessDeniedPath = "/account/denied";
            options.ReturnUrlParameter = AccountRoutes.ReturnUrl;
            options.ExpireTimeSpan = TimeSpan.FromDays(14);
            options.SlidingExpiration = true;
            options.Events = new CookieAuthenticationEvents
            {
                OnValidatePrincipal = SecurityStampValidator.ValidatePrincipalAsync,
                OnRedirectToLogin = static context => AnswerAsync(context, StatusCodes.Status401Unauthorized),
                OnRedirectToAccessDenied = static context => AnswerAsync(context, StatusCodes.Status403Forbidden),
            };
        });
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, AccountRevalidation>();
        services.AddScoped<ICurrentActor, CurrentActor>();
        services.AddSingleton<IPeople, PeopleDirectory>();
        services.AddSingleton<IInvitations, Invitations>();
        services.AddSingleton<IHosts, HostDirectory>();
    }

    /// <summary>Makes the roles that there are.</summary>
    public static async Task PrepareAccountsAsync(this IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>();
        foreach (var role in new[] { PortalRoles.Administrator, PortalRoles.Teacher })
        {
            if (!await roles.RoleExistsAsync(role))
            {
                await roles.CreateAsync(new IdentityRole<Guid>(role) { Id = Guid.CreateVersion7() });
            }
        }

        await scope.ServiceProvider.PrepareDemoAsync();
    }

    // A program that calls the API or the hub wants a status, not a form.
    private static Task AnswerAsync(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = status;
        }
        else
        {
            context.Response.Redirect(context.RedirectUri);
        }

        return Task.CompletedTask;
    }
}

/// <summary>The <c>Registration</c> section of the configuration.</summary>
internal sealed class RegistrationOptions
{
    public const string Section = "Registration";

    /// <summary>Anybody may make an account for themselves.</summary>
    public bool Open { get; set; }
}
