using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.Api;

/// <summary>Finds out what a caller may do now: never what their cookie or token once said.</summary>
internal sealed class ActorLookup(UserManager<PortalUser> users, IAccessTokens tokens, IOptions<IdentityOptions> identity)
{
    /// <summary>The actor, or <see langword="null"/> where the account is gone or locked.</summary>
    public async Task<Actor?> FindAsync(Guid userId)
    {
        var user = await users.FindByIdAsync(userId.ToString());
        return user is null || await users.IsLockedOutAsync(user) ? null : await ActorAsync(user);
    }

    /// <summary>
    /// The actor behind a principal whose authentication may be long ago: a token is checked again, a cookie's security
    /// stamp is compared with the account's.
    /// </summary>
    public async Task<Actor?> RecheckAsync(ClaimsPrincipal? principal, CancellationToken cancellationToken)
    {
        if (PortalPrincipal.Secret(principal) is { } secret)
        {
            return await tokens.AuthenticateAsync(secret, cancellationToken) is { } owner ? await FindAsync(owner) : null;
        }

        if (PortalPrincipal.UserId(principal) is not { } userId
            || await users.FindByIdAsync(userId.ToString()) is not { } user
            || await users.IsLockedOutAsync(user))
        {
            return null;
        }

        var stamp = principal!.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType);
        return stamp is null || stamp == user.SecurityStamp ? await ActorAsync(user) : null;
    }

    private async Task<Actor> ActorAsync(PortalUser user)
        => new(
            user.Id,
            user.DisplayName.Length > 0 ? user.DisplayName : user.UserName ?? user.Id.ToString(),
            await users.IsInRoleAsync(user, PortalRoles.Administrator),
            await users.IsInRoleAsync(user, PortalRoles.Teacher));
}
