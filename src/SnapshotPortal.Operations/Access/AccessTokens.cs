using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Access;

/// <summary>Personal access tokens over the portal's database.</summary>
internal sealed class AccessTokens(IPortalDbFactory databases, TimeProvider time) : IAccessTokens
{
    public const int MaxNameLength = 100;

    public const int MaxRequestsPerMinute = 60_000;

    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromDays(1);

    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(366);

    /// <summary>"Last used" is exact to this much, so that a busy script does not turn every read into a write.</summary>
    public static readonly TimeSpan LastUsedPrecision = TimeSpan.FromMinutes(1);

    public async Task<IReadOnlyList<AccessTokenView>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var db = databases.Create();
        var tokens = await db.AccessTokens.AsNoTracking()
            .Where(t => t.UserId == actor.UserId)
            .OrderByDescending(static t => t.CreatedAt).ThenByDescending(static t => t.Id)
            .ToListAsync(cancellationToken);
        return [.. tokens.Select(View)];
    }

    public async Task<Outcome<NewAccessToken>> CreateAsync(Actor actor, TokenRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentNullException.ThrowIfNull(request);
        if (CheckName(request.Name) is { } wrong)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, wrong, "name");
        }

        if (request.Lifetime < ShortestLifetime || request.Lifetime > LongestLifetime)
        {
            return new Failure(
                FailureKind.Invalid,
                FailureCodes.ExpiryInvalid,
                "A token lives at least 1 day and at most 366 days. Choose a time in between.",
                "lifetime");
        }

        if (request.Scopes == TokenScopes.None || (request.Scopes & ~TokenScopes.All) != TokenScopes.None)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.ScopesInvalid, "A token must be of some use. Choose at least one of the things that it may do.", "scopes");
        }

        if (request.RequestsPerMinute is < 1 or > MaxRequestsPerMinute)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.RateInvalid, "A token's own limit is 1 to 60 000 requests a minute. Leave it out where it needs none.", "requestsPerMinute");
        }

        var secret = AccessTokenSecret.Create();
        var now = time.GetUtcNow();
        var token = new AccessToken
        {
            UserId = actor.UserId,
            Name = request.Name.Trim(),
            Hash = AccessTokenSecret.Hash(secret),
            CreatedAt = now,
            ExpiresAt = now + request.Lifetime,
            Scopes = request.Scopes,
            RequestsPerMinute = request.RequestsPerMinute,
        };
        await using var db = databases.Create();
        db.AccessTokens.Add(token);
        db.Audit(AuditDraft.By(actor, AuditActs.TokenMade, AuditSubject.Token, token.Id) with { Detail = $"{token.Scopes}, until {token.ExpiresAt:yyyy-MM-dd}" });
        await db.SaveChangesAsync(cancellationToken);
        return new NewAccessToken(View(token), secret);
    }

    public async Task<Outcome<AccessTokenView>> RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        await using var db = databases.Create();
        await using var transaction = await db.BeginWriteAsync(cancellationToken);

        // One statement with its condition: a second revocation keeps the time of the first, and a use that is being noted
        // at this moment cannot write the row back.
        var now = time.GetUtcNow();
        var revoked = await db.AccessTokens
            .Where(t => t.Id == tokenId && t.UserId == actor.UserId && t.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(static t => t.RevokedAt, now), cancellationToken);
        if (revoked > 0)
        {
            db.Audit(AuditDraft.By(actor, AuditActs.TokenRevoked, AuditSubject.Token, tokenId));
            await db.SaveChangesAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        var token = await db.AccessTokens.AsNoTracking()
            .SingleOrDefaultAsync(t => t.Id == tokenId && t.UserId == actor.UserId, cancellationToken);
        return token is null
            ? new Failure(FailureKind.NotFound, FailureCodes.NotFound, "There is no such token. It may have been removed with its account.")
            : View(token);
    }

    public async Task<TokenHolder?> AuthenticateAsync(string secret, CancellationToken cancellationToken)
    {
        if (!AccessTokenSecret.IsWellFormed(secret))
        {
            return null;
        }

        var hash = AccessTokenSecret.Hash(secret);
        await using var db = databases.Create();
        var token = await db.AccessTokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == hash, cancellationToken);
        var now = time.GetUtcNow();
        if (token is null || !token.IsValid(now))
        {
            return null;
        }

        var stale = now - LastUsedPrecision;
        if (token.LastUsedAt is null || token.LastUsedAt <= stale)
        {
            await db.AccessTokens
                .Where(t => t.Id == token.Id && (t.LastUsedAt == null || t.LastUsedAt <= stale))
                .ExecuteUpdateAsync(set => set.SetProperty(static t => t.LastUsedAt, now), cancellationToken);
        }

        return new TokenHolder(token.UserId, token.Id, token.Scopes, token.RequestsPerMinute);
    }

    private static string? CheckName(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return "A token needs a name to recognise it by, for example “backup script”.";
        }

        if (name.Length > MaxNameLength * 8 || new StringInfo(name.Trim()).LengthInTextElements > MaxNameLength)
        {
            return "A token's name can have at most 100 characters. Shorten it.";
        }

        return name.Any(static c => char.IsControl(c))
            ? "The name holds control characters (such as a line break). Remove them."
            : null;
    }

    private static AccessTokenView View(AccessToken token)
        => new(token.Id, token.Name, token.CreatedAt, token.ExpiresAt, token.LastUsedAt, token.RevokedAt, token.Scopes, token.RequestsPerMinute);
}
