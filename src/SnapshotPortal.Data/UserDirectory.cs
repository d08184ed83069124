using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Data;

/// <summary>Display names from the account table.</summary>
internal sealed class UserDirectory(IDbContextFactory<PortalDbContext> factory) : IUserDirectory
{
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
}
