using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Demo;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Composition;

/// <summary>Accounts, sign-in and what a signed-in person is inside the pages.</summary>
internal static class IdentityServices
{
    /// <summary>How often a signed-in person is checked against the account table. Twice within the five seconds that are promised.</summary>
    public static readonly TimeSpan RevalidationInterval = TimeSpan.FromSeconds(2);

    /// <summary>How long an account is locked after too many wrong attempts.</summary>
    public static readonly TimeSpan Lockout = TimeSpan.FromMinutes(5);

    /// <summary>How long a session lives that is not used.</summary>
    public static readonly TimeSpan SessionLife = TimeSpan.FromDays(14);

    public static void AddPortalIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccountOptions>().Bind(configuration.GetSection(AccountOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccountOptions>, AccountOptionsValidation>();
        services.AddOptions<RegistrationOptions>().Bind(configuration.GetSection(RegistrationOptions.Section))
            .Validate<IMailOutbox>(static (registration, outbox) => !registration.ConfirmAddress || outbox.IsOn, "Registration:ConfirmAddress needs a mail server: set Mail:Host, or set it to false.")
            .ValidateOnStart();
        services.AddOptions<IdentityOptions>().Configure<IOptions<AccountOptions>>(static (identity, accounts) => identity.Password.RequiredLength = accounts.Value.PasswordLength);
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<PortalUser>(static options =>
            {
                options.User.RequireUniqueEmail = true;
                options.User.AllowedUserNameCharacters = EmailAddresses.Characters;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.AllowedForNewUsers = true;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = Lockout;
                options.Tokens.PasswordResetTokenProvider = PasswordResetTokens.Provider;
                options.Tokens.AuthenticatorIssuer = "SnapshotPortal";
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddUserStore<PortalUserStore>()
            .AddRoleStore<RoleStore<IdentityRole<Guid>, PortalDbContext, Guid>>()
            .AddSignInManager<PortalSignIn>()
            .AddDefaultTokenProviders()
            .AddTokenProvider<InvitationTokens>(InvitationTokens.Provider)
            .AddTokenProvider<PasswordResetTokens>(PasswordResetTokens.Provider)
            .AddPasswordValidator<PasswordRules>()
            .AddErrorDescriber<PortalErrors>()
            .AddClaimsPrincipalFactory<PortalClaims>();
        services.Configure<SecurityStampValidatorOptions>(static options =>
        {
            options.ValidationInterval = RevalidationInterval;
            options.OnRefreshingPrincipal = static context =>
            {
                EndedSessions.Carry(context.CurrentPrincipal, context.NewPrincipal);
                return Task.CompletedTask;
            };
        });
        services.ConfigureApplicationCookie(static options =>
        {
            options.Cookie.Name = "snapshotportal";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.HttpOnly = true;
            options.LoginPath = "/account/sign-in";
            options.AccessDeniedPath = "/account/denied";
            options.ReturnUrlParameter = AccountRoutes.ReturnUrl;
            options.ExpireTimeSpan = SessionLife;
            options.SlidingExpiration = true;
            options.Events = new CookieAuthenticationEvents
            {
                OnValidatePrincipal = ValidateAsync,

                // The pages lead back themselves, and look at where to first.
                OnRedirectToReturnUrl = static _ => Task.CompletedTask,
                OnRedirectToLogin = static context => AnswerAsync(context, StatusCodes.Status401Unauthorized),
                OnRedirectToAccessDenied = static context => AnswerAsync(context, StatusCodes.Status403Forbidden),
            };
        });
        services.AddAuthorization();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, AccountRevalidation>();
        services.AddScoped<ICurrentActor, CurrentActor>();
        services.AddSingleton<AccountStates>();
        services.AddSingleton<BreachedPasswords>();
        services.AddSingleton<AccountHistory>();
        services.AddSingleton<IAccountHistory>(static p => p.GetRequiredService<AccountHistory>());
        services.AddSingleton<AccountPostLimit>();
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<AccountPosts>();
        services.AddScoped<AccountAudit>();
        services.AddScoped<EndedSessions>();
        services.AddTransient<IClaimsTransformation, AddressClaims>();
        services.AddScoped<PasswordProof>();
        services.AddScoped<SecondFactor>();
        services.AddScoped<SignInWays>();
        services.AddScoped<Passkeys>();
        services.AddScoped<Connections>();
        services.AddSingleton<IConfigureOptions<IdentityPasskeyOptions>, PasskeyDomain>();
        services.AddSingleton<IPeople, PeopleDirectory>();
        services.AddSingleton<IInvitations, Invitations>();
        services.AddSingleton<IHosts, HostDirectory>();
        services.AddSingleton<IPortalFacts, PortalFacts>();
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

    // A style sheet is the same for everybody, and a page loads twenty such files at once: no question to the database, and
    // no new cookie in an answer that others may keep.
    private static Task ValidateAsync(CookieValidatePrincipalContext context)
        => context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null
            ? SecurityStampValidator.ValidatePrincipalAsync(context)
            : Task.CompletedTask;

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

    /// <summary>Nobody signs in before they have shown, by a link sent there, that their address is theirs.</summary>
    public bool ConfirmAddress { get; set; }
}

/// <summary>Says what is wrong with the <c>Accounts</c> section before the portal starts.</summary>
internal sealed class AccountOptionsValidation : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
        => options.Check() is { } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
}
