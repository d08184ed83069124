using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.People;

/// <summary>
/// A circuit can stay open for days. This asks every 30 s whether its person still has the account, the password and the
/// role they signed in with, and signs them out where not.
/// </summary>
internal sealed class AccountRevalidation(ILoggerFactory loggers, IServiceScopeFactory scopes, IOptions<IdentityOptions> options)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => IdentityServices.RevalidationInterval;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await IsStillValidAsync(scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>(), authenticationState.User);
    }

    internal async Task<bool> IsStillValidAsync(UserManager<PortalUser> users, ClaimsPrincipal principal)
    {
        var user = await users.GetUserAsync(principal);
        return user is not null
            && principal.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType) == await users.GetSecurityStampAsync(user)
            && principal.IsInRole(PortalRoles.Administrator) == await users.IsInRoleAsync(user, PortalRoles.Administrator)
            && principal.IsInRole(PortalRoles.Teacher) == await users.IsInRoleAsync(user, PortalRoles.Teacher);
    }
}
