using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Data;

/// <summary>The people in the account table.</summary>
internal sealed class UserDirectory(IDbContextFactory<PortalDbContext> factory) : IUserDirectory
{
    private static readonly UpperInvariantLookupNormalizer _normalizer = new();

    public async Task<IReadOnlyDictionary<Guid, string>> NamesAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var users = await db.Users.AsNoTracking()
            .Where(u => userIds.Contains(u.Id))
            .Select(static u => new { u.Id, u.DisplayName, u.UserName })
            .ToListAsync(cancellationToken);
        return users.ToDictionary(
            static u => u.Id,
            static u => u.DisplayName.Length > 0 ? u.DisplayName : u.UserName ?? u.Id.ToString());
    }

    public async Task<string> EmailAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.Id == userId).Select(static u => u.Email).SingleOrDefaultAsync(cancellationToken) ?? "";
    }

    public async Task<Guid?> FindByEmailAsync(string email, CancellationToken cancellationToken)
    {
        var normalized = _normalizer.NormalizeEmail(email);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.NormalizedEmail == normalized).Select(static u => (Guid?)u.Id).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<string>> RolesAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.UserRoles.Where(r => r.UserId == userId)
            .Join(db.Roles, static r => r.RoleId, static r => r.Id, static (_, r) => r.Name!)
            .ToListAsync(cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, Guid>> FindByEmailsAsync(IReadOnlyCollection<string> emails, CancellationToken cancellationToken)
    {
        var asked = emails.Distinct(StringComparer.Ordinal).ToLookup(_normalizer.NormalizeEmail, StringComparer.Ordinal);
        var normalized = asked.Select(static a => a.Key).ToList();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var found = await db.Users.AsNoTracking().Where(u => normalized.Contains(u.NormalizedEmail)).Select(static u => new { u.Id, u.NormalizedEmail }).ToListAsync(cancellationToken);
        return found.SelectMany(u => asked[u.NormalizedEmail!].Select(email => (email, u.Id))).ToDictionary(static x => x.email, static x => x.Id, StringComparer.Ordinal);
    }

    public async Task<IReadOnlyDictionary<Guid, DirectoryPerson>> PeopleAsync(IReadOnlyCollection<Guid> userIds, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await People(db, db.Users.Where(u => userIds.Contains(u.Id))).ToDictionaryAsync(static p => p.Id, cancellationToken);
    }

    public async Task<IReadOnlyList<DirectoryPerson>> SearchAsync(string text, int take, CancellationToken cancellationToken)
    {
        var pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var found = db.Users
            .Where(u => EF.Functions.Like(u.DisplayName, pattern, "\\") || EF.Functions.Like(u.Email!, pattern, "\\"))
            .OrderBy(static u => u.DisplayName).ThenBy(static u => u.Email).Take(take);
        return await People(db, found).ToListAsync(cancellationToken);
    }

    public async Task InviteAsync(IReadOnlyCollection<(string Email, string Name)> people, AuditDraft made, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);

        // The write lock first: two rosters that are sent at once see one another.
        await using var transaction = await db.BeginWriteAsync(cancellationToken);
        foreach (var (email, name) in people)
        {
            var normalized = _normalizer.NormalizeEmail(email);
            if (!db.Users.Local.Any(u => u.NormalizedEmail == normalized) && !await db.Users.AnyAsync(u => u.NormalizedEmail == normalized, cancellationToken))
            {
                var user = NewUser(email, name);
                db.Users.Add(user);
                db.Audit(made with { SubjectId = user.Id, SubjectName = email });
            }
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<Guid> AddWithoutPasswordAsync(Guid wantedId, string email, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var user = NewUser(email, name: "");
        if (!await db.Users.AnyAsync(u => u.Id == wantedId, cancellationToken))
        {
            user.Id = wantedId;
        }

        db.Users.Add(user);
        await db.SaveChangesAsync(cancellationToken);
        return user.Id;
    }

    private static PortalUser NewUser(string email, string name) => new()
    {
        UserName = email,
        NormalizedUserName = _normalizer.NormalizeName(email),
        Email = email,
        NormalizedEmail = _normalizer.NormalizeEmail(email),
        DisplayName = name,
        LockoutEnabled = true,

        // Whoever invites them speaks it; they choose for themselves later.
        Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
    };

    private static IQueryable<DirectoryPerson> People(PortalDbContext db, IQueryable<PortalUser> users) => users.Select(user => new DirectoryPerson(
        user.Id,
        user.DisplayName.Length > 0 ? user.DisplayName : user.Email ?? "",
        user.Email ?? "",
        user.PasswordHash != null || db.UserLogins.Any(l => l.UserId == user.Id) || db.UserPasskeys.Any(p => p.UserId == user.Id),
        user.EmailConfirmed));
}
