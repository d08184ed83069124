using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
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

    private const int MaxLength = 100;

    private static string? Short(string? text) => text is { Length: > MaxLength } ? text[..MaxLength] : text;
}

/// <summary>Something that happened to the actor's account.</summary>
public sealed record AccountEventView(AccountEventKind Kind, DateTimeOffset At, string? ByName, string? Address, string? Device);

/// <summary>What happened to one's own account.</summary>
public interface IAccountHistory
{
    /// <summary>The newest of the actor's own, newest first.</summary>
    Task<IReadOnlyList<AccountEventView>> ListOwnAsync(Actor actor, int take, CancellationToken cancellationToken);
}

/// <summary>
/// What happened to accounts: a view of the audit log, which is the only place where it is written. Beside it stands
/// <see cref="AccountAudit"/>, for what changes an account in the same transaction.
/// </summary>
internal sealed class AccountHistory(IDbContextFactory<PortalDbContext> factory, TimeProvider time) : IAccountHistory
{
    /// <summary>How far back owners see.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromDays(365);

    private static readonly FrozenDictionary<AccountEventKind, string> _acts = new Dictionary<AccountEventKind, string>
    {
        [AccountEventKind.SignedIn] = AuditActs.SignedIn,
        [AccountEventKind.SignedInByRecoveryCode] = AuditActs.SignedInByRecoveryCode,
        [AccountEventKind.LockedOut] = AuditActs.LockedOut,
        [AccountEventKind.PasswordChanged] = AuditActs.PasswordChanged,
        [AccountEventKind.PasswordReset] = AuditActs.PasswordReset,
        [AccountEventKind.SignedOutElsewhere] = AuditActs.SignedOutElsewhere,
        [AccountEventKind.SecondFactorOn] = AuditActs.SecondFactorOn,
        [AccountEventKind.SecondFactorOff] = AuditActs.SecondFactorOff,
        [AccountEventKind.SecondFactorReset] = AuditActs.SecondFactorReset,
        [AccountEventKind.RecoveryCodesRenewed] = AuditActs.RecoveryCodesRenewed,
        [AccountEventKind.SignedInByPasskey] = AuditActs.SignedInByPasskey,
        [AccountEventKind.PasskeyAdded] = AuditActs.PasskeyAdded,
        [AccountEventKind.PasskeyRemoved] = AuditActs.PasskeyRemoved,
        [AccountEventKind.Connected] = AuditActs.Connected,
        [AccountEventKind.Disconnected] = AuditActs.Disconnected,
        [AccountEventKind.PasswordSet] = AuditActs.PasswordSet,
        [AccountEventKind.PasskeysReset] = AuditActs.PasskeysReset,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, AccountEventKind> _kinds = _acts.ToFrozenDictionary(static a => a.Value, static a => a.Key, StringComparer.Ordinal);

    public async Task<IReadOnlyList<AccountEventView>> ListOwnAsync(Actor actor, int take, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Shown;
        var acts = _kinds.Keys.ToList();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rows = await db.AuditEntries.AsNoTracking()
            .Where(e => e.Subject == AuditSubject.Account && e.SubjectId == actor.UserId && e.Outcome == AuditOutcome.Done && e.At > since && acts.Contains(e.Act))
            .OrderByDescending(static e => e.Number).Take(take).ToListAsync(cancellationToken);
        return
        [
            .. rows.Select(e => new AccountEventView(
                _kinds[e.Act],
                e.At,
                e.ActorId is { } by && by != actor.UserId ? e.ActorName : null,
                e.Address,
                e.Device)),
        ];
    }

    /// <summary>Writes down what changed nothing in the account itself, such as a sign-in.</summary>
    public async Task NoteAsync(PortalUser user, AccountEventKind kind, Origin origin)
    {
        await using var db = await factory.CreateDbContextAsync();
        db.Audit(Line(user, kind, origin));
        await db.SaveChangesAsync();
    }

    /// <summary>Writes down that a session was ended in its browser.</summary>
    public async Task NoteSignOutAsync(PortalUser user, Origin origin)
    {
        await using var db = await factory.CreateDbContextAsync();
        db.Audit(Line(user, AccountEventKind.SignedIn, origin) with { Act = AuditActs.SignedOut });
        await db.SaveChangesAsync();
    }

    /// <summary>Writes down that somebody did not know the password or the code.</summary>
    public async Task NoteFailureAsync(PortalUser user, Origin origin)
    {
        await using var db = await factory.CreateDbContextAsync();
        db.Audit(Stranger(AuditActs.SignInFailed, user.Id, origin) with { Outcome = AuditOutcome.Refused });
        await db.SaveChangesAsync();
    }

    /// <summary>Writes down that the account is locked: once a lockout, however often somebody goes on trying.</summary>
    public async Task NoteLockoutAsync(Guid userId, Origin origin)
    {
        await using var db = await factory.CreateDbContextAsync();
        var since = time.GetUtcNow() - Composition.IdentityServices.Lockout;
        if (!await db.AuditEntries.AnyAsync(e => e.SubjectId == userId && e.Act == AuditActs.LockedOut && e.At > since))
        {
            db.Audit(Stranger(AuditActs.LockedOut, userId, origin));
            await db.SaveChangesAsync();
        }
    }

    /// <summary>What the audit log calls something that happens to an account.</summary>
    public static string ActOf(AccountEventKind kind) => _acts[kind];

    /// <summary>The line of something that its owner did to their account.</summary>
    public static AuditDraft Line(PortalUser user, AccountEventKind kind, Origin origin) => new(_acts[kind], AuditSubject.Account, user.Id)
    {
        ActorId = user.Id,
        ActorName = user.DisplayName.Length > 0 ? user.DisplayName : user.UserName ?? "",
        Channel = AuditChannel.Page,
        Address = origin.Address,
        Device = origin.Device,
    };

    // Who tries a password need not be the account's owner.
    private static AuditDraft Stranger(string act, Guid userId, Origin origin)
        => new(act, AuditSubject.Account, userId) { ActorName = "?", Channel = AuditChannel.Page, Address = origin.Address, Device = origin.Device };
}
