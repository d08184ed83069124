using System.Security.Claims;

namespace SnapshotPortal.Web.Api;

/// <summary>Reads the principals that the access token's scheme and Identity's cookie make.</summary>
internal static class PortalPrincipal
{
    /// <summary>The user's id.</summary>
    public static Guid? UserId(ClaimsPrincipal? principal)
        => Guid.TryParse(principal?.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    /// <summary>The principal of a user who showed a token. The secret stays with it, to be checked again later.</summary>
    public static ClaimsPrincipal ForToken(Guid userId, string name, string secret)
    {
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, userId.ToString()), new Claim(ClaimTypes.Name, name)],
            AccessTokenDefaults.Scheme)
        {
            // Not a claim: claims are logged and copied by all sorts of code.
            BootstrapContext = secret,
        };
        return new ClaimsPrincipal(identity);
    }

    /// <summary>The secret of the token that was shown, if it was a token.</summary>
    public static string? Secret(ClaimsPrincipal? principal)
        => principal?.Identities.FirstOrDefault(static i => i.AuthenticationType == AccessTokenDefaults.Scheme)?.BootstrapContext as string;
}
