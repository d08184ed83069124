using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.People;

/// <summary>Compares what somebody signed in with to what the account table says now, in one read: circuits ask every two seconds.</summary>
internal sealed class AccountStates(IDbContextFactory<PortalDbContext> factory, IOptions<IdentityOptions> options)
{
    /// <summary>The person still has the account, the password and the roles that they signed in with, and has not signed out.</summary>
    public async Task<bool> IsStillValidAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id))
        {
            return false;
        }

        var session = EndedSessions.Of(principal);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rows = await (
            from user in db.Users.AsNoTracking().Where(u => u.Id == id)
            from membership in db.UserRoles.Where(m => m.UserId == user.Id).DefaultIfEmpty()
            from role in db.Roles.Where(r => r.Id == membership!.RoleId).DefaultIfEmpty()
            select new { user.SecurityStamp, user.DisabledAt, Role = role!.Name, Ended = db.UserTokens.Any(t => t.UserId == user.Id && t.LoginProvider == EndedSessions.Provider && t.Name == session) }).ToListAsync(cancellationToken);
        return rows.Count > 0
            && rows[0] is { DisabledAt: null, Ended: false }
            && principal.FindFirstValue(options.Value.ClaimsIdentity.SecurityStampClaimType) == rows[0].SecurityStamp
            && Has(PortalRoles.Administrator)
            && Has(PortalRoles.Teacher);

        bool Has(string role) => principal.IsInRole(role) == rows.Exists(r => r.Role == role);
    }
}
