using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
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

    public async Task<Guid> AddWithoutPasswordAsync(Guid wantedId, string email, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var user = new PortalUser
        {
            UserName = email,
            NormalizedUserName = _normalizer.NormalizeName(email),
            Email = email,
            NormalizedEmail = _normalizer.NormalizeEmail(email),
            LockoutEnabled = true,
        };
        if (!await db.Users.AnyAsync(u => u.Id == wantedId, cancellationToken))
        {
            user.Id = wantedId;
        }

        db.Users.Add(user);
        await db.SaveChangesAsync(cancellationToken);
        return user.Id;
    }
}
