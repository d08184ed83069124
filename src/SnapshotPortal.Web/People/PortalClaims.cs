using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.People;

/// <summary>Adds the display name and the language to what the sign-in cookie says of a person.</summary>
internal sealed class PortalClaims(UserManager<PortalUser> users, RoleManager<IdentityRole<Guid>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<PortalUser, IdentityRole<Guid>>(users, roles, options)
{
    public const string DisplayName = "display_name";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(PortalUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(DisplayName, user.DisplayName.Length > 0 ? user.DisplayName : user.Email ?? user.Id.ToString()));
        if (user.Language is { } language)
        {
            identity.AddClaim(new Claim(Languages.Claim, language));
        }

        return identity;
    }
}
