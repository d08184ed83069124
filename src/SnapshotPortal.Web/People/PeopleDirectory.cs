using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>A person with an account, as administrators see them.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="DisplayName">The name others see.</param>
/// <param name="Email">The address they sign in with.</param>
/// <param name="Roles">Their roles.</param>
/// <param name="LockedOut">Locked for a while after wrong attempts.</param>
/// <param name="SecondFactor">Signing in needs a second factor.</param>
/// <param name="Disabled">An administrator keeps the account from being used.</param>
/// <param name="HasPassword">They can sign in with a password.</param>
/// <param name="Passkeys">How many passkeys they can sign in with.</param>
/// <param name="ConnectedWith">What people know the other system by that they can sign in with; <see langword="null"/> where there is none.</param>
public sealed record PersonView(
    Guid Id,
    string DisplayName,
    string Email,
    IReadOnlyList<string> Roles,
    bool LockedOut,
    bool SecondFactor = false,
    bool Disabled = false,
    bool HasPassword = true,
    int Passkeys = 0,
    string? ConnectedWith = null)
{
    /// <summary>They have no password yet, nor another way to sign in.</summary>
    public bool Invited => !HasPassword && Passkeys == 0 && ConnectedWith is null;
}

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

    /// <summary>
    /// Administrators: keeps an account from being used, or lets it be used again. Sessions, streams, consoles, downloads and
    /// tokens end within seconds; the machines stay as they are. Nobody locks themselves.
    /// </summary>
    Task<Outcome<PersonView>> SetDisabledAsync(Actor actor, Guid userId, bool disabled, CancellationToken cancellationToken);

    /// <summary>Administrators: makes an account without a password; its owner sets one by an invitation.</summary>
    Task<Outcome<PersonView>> AddAsync(Actor actor, string email, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Administrators: takes somebody's second factor away, with its recovery codes, and ends their sessions. Written into the
    /// account's history, and told to its owner.
    /// </summary>
    Task<Outcome<PersonView>> ResetSecondFactorAsync(Actor actor, Guid userId, CancellationToken cancellationToken);

    /// <summary>Administrators: removes all passkeys of somebody, as <see cref="ResetSecondFactorAsync"/> does the second factor.</summary>
    Task<Outcome<PersonView>> ResetPasskeysAsync(Actor actor, Guid userId, CancellationToken cancellationToken);

    /// <summary>
    /// Administrators: disconnects somebody from the other system that they sign in with, as <see cref="ResetSecondFactorAsync"/>
    /// does the second factor. Whoever has no other way to sign in is invited anew.
    /// </summary>
    Task<Outcome<PersonView>> DisconnectAsync(Actor actor, Guid userId, CancellationToken cancellationToken);
}

/// <summary>Reads and writes the account table.</summary>
internal sealed class PeopleDirectory(
    IDbContextFactory<PortalDbContext> factory,
    IServiceScopeFactory scopes,
    IUserDirectory users,
    AccountLetters letters,
    TimeProvider time) : IPeople
{
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
        if (CheckName(displayName) is { } wrong)
        {
            return wrong;
        }

        await using var scope = scopes.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = await accounts.FindByIdAsync(actor.UserId.ToString());
        if (user is null)
        {
            return new Failure(FailureKind.NotFound, FailureCodes.NotFound, AccountTexts.YourAccountIsGoneAskAn);
        }

        user.DisplayName = displayName.Trim();
        var result = await scope.ServiceProvider.GetRequiredService<AccountAudit>().ChangeAsync(
            AuditDraft.By(actor, AuditActs.AccountRenamed, AuditSubject.Account, user.Id) with { Detail = user.DisplayName },
            () => accounts.UpdateAsync(user),
            static saved => saved.Succeeded);
        if (!result.Succeeded)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.Internal, AccountTexts.TheNameWasNotSavedBecause);
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
            return new Failure(FailureKind.Invalid, FailureCodes.RoleUnknown, AccountTexts.FormatTheRoleIsAdministratorOrTeacher(PortalRoles.Administrator, PortalRoles.Teacher), "role");
        }

        await using (var db = await factory.CreateDbContextAsync(cancellationToken))
        {
            // The write lock first: two administrators who take the role from one another at once see one another.
            await using var transaction = await db.BeginWriteAsync(cancellationToken);
            if (!await db.Users.AnyAsync(u => u.Id == userId, cancellationToken))
            {
                return AccountGone();
            }

            var roleId = await db.Roles.Where(r => r.Name == role).Select(static r => r.Id).SingleAsync(cancellationToken);
            var membership = await db.UserRoles.SingleOrDefaultAsync(r => r.UserId == userId && r.RoleId == roleId, cancellationToken);
            if (!has && membership is not null && role == PortalRoles.Administrator)
            {
                if (userId == actor.UserId)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.LastAdministrator, AccountTexts.YouCannotTakeAdministrationAwayFrom, "userId");
                }

                if (await db.IsLastAdministratorAsync(userId, cancellationToken))
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.LastAdministrator, AccountTexts.ThisIsTheLastAdministratorMake, "userId");
                }
            }

            if (has && membership is null)
            {
                db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = userId, RoleId = roleId });
                await VoidInvitationsAsync(db, userId, cancellationToken);
            }
            else if (!has && membership is not null)
            {
                db.UserRoles.Remove(membership);
            }

            if (has != membership is not null)
            {
                db.Audit(AuditDraft.By(actor, has ? AuditActs.RoleGiven : AuditActs.RoleTaken, AuditSubject.Account, userId) with { Detail = role });
            }

            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return (await ReadAsync(userId, cancellationToken)).Single();
    }

    public async Task<Outcome<PersonView>> SetDisabledAsync(Actor actor, Guid userId, bool disabled, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly.Failure;
        }

        if (userId == actor.UserId)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.LastAdministrator, PeopleTexts.YouCannotLockYourselfOut, "userId");
        }

        await using (var db = await factory.CreateDbContextAsync(cancellationToken))
        {
            await using var transaction = await db.BeginWriteAsync(cancellationToken);
            if (await db.Users.FirstOrDefaultAsync(u => u.Id == userId, cancellationToken) is not { } user)
            {
                return AccountGone();
            }

            if (user.DisabledAt is not null != disabled)
            {
                user.DisabledAt = disabled ? time.GetUtcNow() : null;

                // Sessions hang on the stamp: those that were open stay ended when the account may be used again.
                user.SecurityStamp = Guid.NewGuid().ToString();
                user.ConcurrencyStamp = Guid.NewGuid().ToString();
                db.Audit(AuditDraft.By(actor, disabled ? AuditActs.AccountDisabled : AuditActs.AccountEnabled, AuditSubject.Account, userId));
                await db.SaveChangesAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
            }
        }

        return (await ReadAsync(userId, cancellationToken)).Single();
    }

    public async Task<Outcome<PersonView>> AddAsync(Actor actor, string email, string name, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly.Failure;
        }

        if (!MailAddress.TryCreate(email.Trim(), out var address) || address.Address != email.Trim() || !EmailAddresses.IsUsable(address.Address))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.EmailInvalid, AccountTexts.ThisIsNoEMailAddress, "email");
        }

        if (CheckName(name) is { } wrong)
        {
            return wrong;
        }

        if (await users.FindByEmailAsync(address.Address, cancellationToken) is not null)
        {
            return new Failure(FailureKind.Conflict, FailureCodes.EmailTaken, AccountTexts.FormatThereIsAnAccountWithThe(address.Address), "email");
        }

        await users.InviteAsync([(address.Address, name.Trim())], AuditDraft.By(actor, AuditActs.AccountMade, AuditSubject.Account), cancellationToken);
        return await users.FindByEmailAsync(address.Address, cancellationToken) is { } id
            ? (await ReadAsync(id, cancellationToken)).Single()
            : AccountGone();
    }

    public Task<Outcome<PersonView>> ResetSecondFactorAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
        => ResetAsync(
            actor,
            userId,
            async (services, user) =>
            {
                if (!user.TwoFactorEnabled)
                {
                    return new Failure(FailureKind.Conflict, FailureCodes.NoSecondFactor, AccountTexts.ThisAccountHasNoSecondFactor, "userId");
                }

                await services.GetRequiredService<AccountAudit>().ChangeAsync(
                    AuditDraft.By(actor, AuditActs.SecondFactorReset, AuditSubject.Account, userId),
                    async () =>
                    {
                        await services.GetRequiredService<SecondFactor>().DisableAsync(user);
                        return true;
                    },
                    static done => done);
                await letters.ChangedAsync(userId, AccountEventKind.SecondFactorReset, cancellationToken);
                return null;
            },
            cancellationToken);

    public Task<Outcome<PersonView>> ResetPasskeysAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
        => ResetAsync(actor, userId, (services, user) => services.GetRequiredService<Passkeys>().ResetAsync(actor, user), cancellationToken);

    public Task<Outcome<PersonView>> DisconnectAsync(Actor actor, Guid userId, CancellationToken cancellationToken)
        => ResetAsync(actor, userId, (services, user) => services.GetRequiredService<Connections>().ResetAsync(actor, user), cancellationToken);

    private async Task<Outcome<PersonView>> ResetAsync(Actor actor, Guid userId, Func<IServiceProvider, PortalUser, Task<Failure?>> reset, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly.Failure;
        }

        await using var scope = scopes.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByIdAsync(userId.ToString()) is not { } user)
        {
            return AccountGone();
        }

        return await reset(scope.ServiceProvider, user) is { } refused ? refused : (await ReadAsync(userId, cancellationToken)).Single();
    }

    /// <summary>Links that were handed out while the account could do less hold no longer; whoever can sign in already notices nothing.</summary>
    private static async Task VoidInvitationsAsync(PortalDbContext db, Guid userId, CancellationToken cancellationToken)
    {
        if (await db.UserLogins.AnyAsync(l => l.UserId == userId, cancellationToken) || await db.UserPasskeys.AnyAsync(p => p.UserId == userId, cancellationToken))
        {
            return;
        }

        if (await db.Users.SingleAsync(u => u.Id == userId, cancellationToken) is { PasswordHash: null } user)
        {
            user.SecurityStamp = Guid.NewGuid().ToString();
            user.ConcurrencyStamp = Guid.NewGuid().ToString();
        }
    }

    private static Failure AccountGone() => new(FailureKind.NotFound, FailureCodes.UserUnknown, AccountTexts.ThereIsNoSuchAccountAny, "userId");

    /// <summary>What is wrong with a name that somebody gives themselves or something of theirs; <see langword="null"/> if nothing is.</summary>
    public static Failure? CheckName(string name)
        => Names.IsPersonName(name.Trim())
            ? null
            : new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, AccountTexts.FormatEnterANameOf1To(Names.MaxPersonNameLength), "displayName");

    private async Task<IReadOnlyList<PersonView>> ReadAsync(Guid? only, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var people = await db.Users.AsNoTracking().Where(u => only == null || u.Id == only).ToListAsync(cancellationToken);
        var roles = await (
            from membership in db.UserRoles.AsNoTracking()
            join role in db.Roles.AsNoTracking() on membership.RoleId equals role.Id
            where only == null || membership.UserId == only
            select new { membership.UserId, role.Name }).ToListAsync(cancellationToken);
        var logins = (await db.UserLogins.AsNoTracking().Where(l => only == null || l.UserId == only).ToListAsync(cancellationToken))
            .ToLookup(static l => l.UserId, static l => l.ProviderDisplayName ?? l.LoginProvider);
        var passkeys = await db.UserPasskeys.Where(p => only == null || p.UserId == only).GroupBy(static p => p.UserId)
            .Select(static p => new { p.Key, Count = p.Count() }).ToDictionaryAsync(static p => p.Key, static p => p.Count, cancellationToken);
        var byUser = roles.ToLookup(static r => r.UserId, static r => r.Name ?? "");
        var now = time.GetUtcNow();
        return
        [
            .. people
                .Select(u => new PersonView(
                    u.Id,
                    u.DisplayName.Length > 0 ? u.DisplayName : u.Email ?? "",
                    u.Email ?? "",
                    [.. byUser[u.Id].Order(StringComparer.Ordinal)],
                    u.LockoutEnd > now,
                    u.TwoFactorEnabled,
                    u.DisabledAt is not null,
                    u.PasswordHash is not null,
                    passkeys.GetValueOrDefault(u.Id),
                    logins[u.Id].FirstOrDefault()))
                .OrderBy(static p => p.DisplayName, StringComparer.CurrentCultureIgnoreCase),
        ];
    }
}

/// <summary>The refusal that only administrators do not get.</summary>
internal static class AdministratorsOnly
{
    public static Failure Failure => new(
        FailureKind.Forbidden,
        FailureCodes.AdministratorsOnly,
        AccountTexts.OnlyAdministratorsMaySeeThisAsk);
}
