using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.People;

/// <summary>Where a request comes from, as its owner may recognise it.</summary>
/// <param name="Address">The network address.</param>
/// <param name="Device">Browser and system.</param>
public sealed record Origin(string? Address, string? Device)
{
    /// <summary>Where this request comes from.</summary>
    public static Origin Of(HttpContext context)
        => new(Short(context.Connection.RemoteIpAddress?.ToString()), Short(DeviceName.Of(context.Request.Headers.UserAgent)));

    private static string? Short(string? text) => text is { Length: > AccountEvent.MaxTextLength } ? text[..AccountEvent.MaxTextLength] : text;
}

/// <summary>Something that happened to the actor's account.</summary>
public sealed record AccountEventView(AccountEventKind Kind, DateTimeOffset At, string? ByName, string? Address, string? Device);

/// <summary>What happened to one's own account.</summary>
public interface IAccountHistory
{
    /// <summary>The newest of the actor's own, newest first.</summary>
    Task<IReadOnlyList<AccountEventView>> ListOwnAsync(Actor actor, int take, CancellationToken cancellationToken);
}

/// <summary>Reads and writes the account events.</summary>
internal sealed class AccountHistory(IDbContextFactory<PortalDbContext> factory, TimeProvider time) : IAccountHistory
{
    /// <summary>How long it is remembered.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromDays(365);

    public async Task<IReadOnlyList<AccountEventView>> ListOwnAsync(Actor actor, int take, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.AccountEvents.AsNoTracking().Where(e => e.UserId == actor.UserId)
            .OrderByDescending(static e => e.At).ThenByDescending(static e => e.Id).Take(take)
            .Select(static e => new AccountEventView(e.Kind, e.At, e.ByName, e.Address, e.Device)).ToListAsync(cancellationToken);
    }

    /// <summary>Writes down that it happened.</summary>
    /// <param name="userId">To whose account.</param>
    /// <param name="kind">What.</param>
    /// <param name="origin">From where; <see langword="null"/> where that says nothing to the owner.</param>
    /// <param name="byName">Who did it, where it was not the owner.</param>
    public async Task NoteAsync(Guid userId, AccountEventKind kind, Origin? origin, string? byName = null)
    {
        var now = time.GetUtcNow();
        var old = now - Keep;
        await using var db = await factory.CreateDbContextAsync();
        db.AccountEvents.Add(new AccountEvent { UserId = userId, Kind = kind, At = now, ByName = byName, Address = origin?.Address, Device = origin?.Device });
        await db.SaveChangesAsync();
        await db.AccountEvents.Where(e => e.UserId == userId && e.At < old).ExecuteDeleteAsync();
    }

    /// <summary>Writes down that the account is locked: once a lockout, however often somebody goes on trying.</summary>
    public async Task NoteLockoutAsync(Guid userId, Origin origin)
    {
        await using var db = await factory.CreateDbContextAsync();
        var since = time.GetUtcNow() - Composition.IdentityServices.Lockout;
        if (!await db.AccountEvents.AnyAsync(e => e.UserId == userId && e.Kind == AccountEventKind.LockedOut && e.At > since))
        {
            await NoteAsync(userId, AccountEventKind.LockedOut, origin);
        }
    }
}
