using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Api;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.People;

/// <summary>
/// The sessions that were ended by signing out. A cookie is only forgotten by the browser that signs out: another tab's circuit,
/// and a copy of the cookie, know of the end from here. Kept beside the account until such a cookie has run out by itself.
/// </summary>
internal sealed class EndedSessions(PortalDbContext db, TimeProvider time)
{
    /// <summary>Under what they are kept among an account's tokens.</summary>
    public const string Provider = "SnapshotPortal.EndedSession";

    private const string ClaimType = "snapshotportal:session";

    /// <summary>What the session of a principal is called; <see langword="null"/> where it has no name.</summary>
    public static string? Of(ClaimsPrincipal? principal) => principal?.FindFirstValue(ClaimType);

    /// <summary>The name for a session that begins, or goes on with another cookie: then it is the one it had.</summary>
    public static Claim Name(ClaimsPrincipal before, PortalUser user)
        => new(ClaimType, PortalPrincipal.UserId(before) == user.Id && Of(before) is { } known ? known : Guid.NewGuid().ToString("N"));

    /// <summary>A principal that is made anew for the same session keeps its name.</summary>
    public static void Carry(ClaimsPrincipal? from, ClaimsPrincipal? to)
    {
        if (Of(from) is { } name && to?.Identities.FirstOrDefault() is { } identity)
        {
            identity.AddClaim(new Claim(ClaimType, name));
        }
    }

    /// <summary>Ends the session of a principal, wherever it is open.</summary>
    public async Task EndAsync(PortalUser user, ClaimsPrincipal principal)
    {
        if (Of(principal) is not { } name)
        {
            return;
        }

        var now = time.GetUtcNow();
        var past = await db.UserTokens.Where(t => t.UserId == user.Id && t.LoginProvider == Provider).ToListAsync();
        db.UserTokens.RemoveRange(past.Where(t => !long.TryParse(t.Value, CultureInfo.InvariantCulture, out var at) || now - DateTimeOffset.FromUnixTimeSeconds(at) > IdentityServices.SessionLife));
        if (!past.Exists(t => t.Name == name))
        {
            db.UserTokens.Add(new IdentityUserToken<Guid> { UserId = user.Id, LoginProvider = Provider, Name = name, Value = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) });
        }

        await db.SaveChangesAsync();
    }

    /// <summary>The session of a principal was ended.</summary>
    public static async Task<bool> IsEndedAsync(UserManager<PortalUser> users, PortalUser user, ClaimsPrincipal? principal)
        => Of(principal) is { } name && await users.GetAuthenticationTokenAsync(user, Provider, name) is not null;
}
