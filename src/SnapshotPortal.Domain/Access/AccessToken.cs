namespace SnapshotPortal.Domain.Access;

/// <summary>A personal access token for the API. Only its hash is kept; the secret is shown once.</summary>
public sealed class AccessToken
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid UserId { get; init; }

    public required string Name { get; init; }

    /// <summary>SHA-256 of the secret, in lower-case hexadecimal. The secret has 256 random bits, so a plain hash is enough.</summary>
    public required string Hash { get; init; }

    public TokenScopes Scopes { get; init; } = TokenScopes.All;

    /// <summary>Requests a minute that this token may make; <see langword="null"/> = as many as its account.</summary>
    public int? RequestsPerMinute { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>May be used at <paramref name="now"/>.</summary>
    public bool IsValid(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;
}
