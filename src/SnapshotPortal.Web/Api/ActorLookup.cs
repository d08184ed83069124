using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Api;

/// <summary>
/// Finds out what a caller may do now: never what their cookie or token once said. That others guess at the account's password
/// does not matter to whoever has shown a session or a token, which nobody can guess: strangers could end both by five guesses.
/// </summary>
internal sealed class ActorLookup(UserManager<PortalUser> users, IAccessTokens tokens, IOptions<IdentityOptions> identity)
{
    /// <summary>The actor behind a token, with the rights that both the token and the account have; <see langword="null"/> where the account is gone or locked.</summary>
    public async Task<Actor?> FindAsync(TokenHolder holder, string? address)
        => await users.FindByIdAsync(holder.UserId.ToString()) is { DisabledAt: null } user && await ActorAsync(user) is var actor
            ? actor with
            {
                IsAdministrator = actor.IsAdministrator && (holder.Scopes & TokenScopes.Admin) != TokenScopes.None,
                IsTeacher = actor.IsTeacher && (holder.Scopes & TokenScopes.Class) != TokenScopes.None,
                Channel = AuditChannel.Api,
                Address = address,
                TokenId = holder.TokenId,
                Scopes = holder.Scopes,
            }
            : null;

    /// <summary>
    /// The actor behind a principal whose authentication may be long ago: a token is checked again, a cookie's security
    /// stamp is compared with the account's.
    /// </summary>
    public async Task<Actor?> RecheckAsync(ClaimsPrincipal? principal, CancellationToken cancellationToken)
    {
        if (PortalPrincipal.Secret(principal) is { } secret)
        {
            return await tokens.AuthenticateAsync(secret, cancellationToken) is { } holder ? await FindAsync(holder, AddressClaims.Of(principal)) : null;
        }

        if (PortalPrincipal.UserId(principal) is not { } userId
            || await users.FindByIdAsync(userId.ToString()) is not { DisabledAt: null } user
            || await EndedSessions.IsEndedAsync(users, user, principal))
        {
            return null;
        }

        var stamp = principal!.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType);
        return stamp is null || stamp == user.SecurityStamp ? (await ActorAsync(user)) with { Address = AddressClaims.Of(principal) } : null;
    }

    private async Task<Actor> ActorAsync(PortalUser user)
        => new(
            user.Id,
            user.DisplayName.Length > 0 ? user.DisplayName : user.UserName ?? user.Id.ToString(),
            await users.IsInRoleAsync(user, PortalRoles.Administrator),
            await users.IsInRoleAsync(user, PortalRoles.Teacher));
}
