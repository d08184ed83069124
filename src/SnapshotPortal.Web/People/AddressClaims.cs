using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace SnapshotPortal.Web.People;

/// <summary>
/// Puts the network address of a connection into its principal, for the audit log: a circuit keeps the principal of the
/// connection that it was opened with, and has no request to ask. Never in a cookie, because it is added after the cookie was
/// read.
/// </summary>
internal sealed class AddressClaims(IHttpContextAccessor accessor) : IClaimsTransformation
{
    /// <summary>The claim.</summary>
    public const string Address = "snapshotportal:address";

    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        if (accessor.HttpContext?.Connection.RemoteIpAddress is not { } address || principal.HasClaim(static c => c.Type == Address))
        {
            return Task.FromResult(principal);
        }

        // The identities themselves, not copies: one of them may hold the secret of a token, see PortalPrincipal.
        var known = new ClaimsPrincipal(principal.Identities);
        known.AddIdentity(new ClaimsIdentity([new Claim(Address, address.ToString())]));
        return Task.FromResult(known);
    }

    /// <summary>The address in a principal.</summary>
    public static string? Of(ClaimsPrincipal? principal) => principal?.FindFirstValue(Address);
}
