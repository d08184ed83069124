using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>Signs in, but nobody whose account an administrator has locked: by no way, whatever they know.</summary>
internal sealed class PortalSignIn(
    UserManager<PortalUser> users,
    IHttpContextAccessor accessor,
    IUserClaimsPrincipalFactory<PortalUser> claims,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<PortalUser>> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<PortalUser> confirmation)
    : SignInManager<PortalUser>(users, accessor, claims, options, logger, schemes, confirmation)
{
    /// <summary>What they are told.</summary>
    public static string Disabled => PeopleTexts.AnAdministratorHasLockedThisAccount;

    public override async Task<bool> CanSignInAsync(PortalUser user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.DisabledAt is null && await base.CanSignInAsync(user);
    }

    /// <summary>Not every way in asks whether one may: a recovery code and an invitation do not. All of them come through here.</summary>
    public override async Task SignInWithClaimsAsync(PortalUser user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        if (await CanSignInAsync(user))
        {
            await base.SignInWithClaimsAsync(user, authenticationProperties, [.. additionalClaims, EndedSessions.Name(Context.User, user)]);
        }
    }

    public override async Task<PortalUser?> ValidateSecurityStampAsync(ClaimsPrincipal? principal)
        => await base.ValidateSecurityStampAsync(principal) is { } user && !await EndedSessions.IsEndedAsync(UserManager, user, principal) ? user : null;

    public override async Task<bool> ValidateSecurityStampAsync(PortalUser? user, string? securityStamp)
        => user?.DisabledAt is null && await base.ValidateSecurityStampAsync(user, securityStamp);
}
