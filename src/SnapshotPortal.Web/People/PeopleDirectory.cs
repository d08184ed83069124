using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.People;

/// <summary>A person with an account, as administrators see them.</summary>
public sealed record PersonView(Guid Id, string DisplayName, string Email, IReadOnlyList<string> Roles, bool LockedOut);

/// <summary>The accounts, as far as the pages show and change them.</summary>
public interface IPeople
{
    /// <summary>Administrators: everybody, by name.</summary>
    Task<Outcome<IReadOnlyList<PersonView>>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>The actor's own account.</summary>
    Task<PersonView?> GetOwnAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Changes the name that others see.</summary>
    Task<Outcome<PersonView>> RenameOwnAsync(Actor actor, string displayName, CancellationToken cancellationToken);

    /// <summary>
    /// Administrators: gives somebody a role or takes it away. Nobody takes administration away from themselves, so there is
    /// always an administrator.
    /// </summary>
    Task<Outcome<PersonView>> SetRoleAsync(Actor actor, Guid userId, string role, bool has, CancellationToken cancellationToken);
}

/// <summary>Reads and writes the account table.</summary>
internal sealed class PeopleDirectory(IDbContextFactory<PortalDbContext> factory, IServiceScopeFactory scopes, TimeProvider time) : IPeople
{
    /// <summary>The longest display name.</summary>
    public const int MaxNameLength = 100;

    public async Task<Outcome<IReadOnlyList<PersonView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly.Failure;
        }

        return Outcome.Success(await ReadAsync(null, cancellationToken));
    }

    public async Task<PersonView?> GetOwnAsync(Actor actor, CancellationToken cancellationToken)
        => (await ReadAsync(actor.UserId, cancellationToken)).SingleOrDefault();

    public async Task<Outcome<PersonView>> RenameOwnAsync(Actor actor, string displayName, CancellationToken cancellationToken)
    {
        var name = displayName.Trim();
        if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, $"Enter a name of 1 to {MaxNameLength} visible characters.", "displayName");
        }

        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = await users.FindByIdAsync(actor.UserId.ToString());
        if (user is null)
        {
            return new Failure(FailureKind.NotFound, FailureCodes.NotFound, "Your account is gone. Ask an administrator.");
        }

        user.DisplayName = name;
        var result = await users.UpdateAsync(user);
        if (!result.Succeeded)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.Internal, "The name was not saved, because the account changed at the same time. Try again.");
        }

        return (await ReadAsync(actor.UserId, cancellationToken)).Single();
    }

    public async Task<Outcome<PersonView>> SetRoleAsync(Actor actor, Guid userId, string role, bool has, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly.Failure;
        }

        if (role is not (PortalRoles.Administrator or PortalRoles.Teacher))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.RoleUnknown, $"The role is {PortalRoles.Administrator} or {PortalRoles.Teacher}.", "role");
        }

        await using (var db = await factory.CreateDbContextAsync(cancellationToken))
        {
            // The write lock first: two administrators who take the role from one another at once see one another.
            await using var transaction = await db.BeginWriteAsync(cancellationToken);
            if (!await db.Users.AnyAsync(u => u.Id == userId, cancellationToken))
            {
                return new Failure(FailureKind.NotFound, FailureCodes.UserUnknown, "There is no such account any more.", "userId");
            }

            var roleId = await db.Roles.Where(r => r.Name == role).Select(static r => r.Id).SingleAsync(cancellationToken);
            var membership = await db.UserRoles.SingleOrDefaultAsync(r => r.UserId == userId && r.RoleId == roleId, cancellationToken);
            if (!has && membership is not null && role == PortalRoles.Administrator)
            {
                if (userId == actor.UserId)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.LastAdministrator, "You cannot take administration away from yourself. Another administrator can.", "userId");
                }

                if (await db.UserRoles.CountAsync(r => r.RoleId == roleId, cancellationToken) == 1)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.LastAdministrator, "This is the last administrator. Make somebody else one first.", "userId");
                }
            }

            if (has && membership is null)
            {
                db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = userId, RoleId = roleId });
            }
            else if (!has && membership is not null)
            {
                db.UserRoles.Remove(membership);
            }

            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return (await ReadAsync(userId, cancellationToken)).Single();
    }

    private async Task<IReadOnlyList<PersonView>> ReadAsync(Guid? only, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var users = await db.Users.AsNoTracking().Where(u => only == null || u.Id == only).ToListAsync(cancellationToken);
        var roles = await (
            from membership in db.UserRoles.AsNoTracking()
            join role in db.Roles.AsNoTracking() on membership.RoleId equals role.Id
            where only == null || membership.UserId == only
            select new { membership.UserId, role.Name }).ToListAsync(cancellationToken);
        var byUser = roles.ToLookup(static r => r.UserId, static r => r.Name ?? "");
        var now = time.GetUtcNow();
        return
        [
            .. users
                .Select(u => new PersonView(
                    u.Id,
                    u.DisplayName.Length > 0 ? u.DisplayName : u.Email ?? "",
                    u.Email ?? "",
                    [.. byUser[u.Id].Order(StringComparer.Ordinal)],
                    u.LockoutEnd > now))
                .OrderBy(static p => p.DisplayName, StringComparer.CurrentCultureIgnoreCase),
        ];
    }
}

/// <summary>The refusal that only administrators do not get.</summary>
internal static class AdministratorsOnly
{
    public static Failure Failure { get; } = new(
        FailureKind.Forbidden,
        FailureCodes.AdministratorsOnly,
        "Only administrators may see this. Ask one of them.");
}
