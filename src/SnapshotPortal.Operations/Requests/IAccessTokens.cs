using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Personal access tokens for the API.</summary>
public interface IAccessTokens
{
    /// <summary>The actor's own tokens, newest first; never a secret.</summary>
    Task<IReadOnlyList<AccessTokenView>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Makes a token. Its secret is in the answer and nowhere else.</summary>
    /// <param name="actor">Whose token.</param>
    /// <param name="request">What it is to be.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Outcome<NewAccessToken>> CreateAsync(Actor actor, TokenRequest request, CancellationToken cancellationToken);

    /// <summary>Revokes one of the actor's tokens, at once and for ever.</summary>
    Task<Outcome<AccessTokenView>> RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken);

    /// <summary>Whose token a secret is and what it may be used for; <see langword="null"/> where it is unknown, expired or revoked.</summary>
    Task<TokenHolder?> AuthenticateAsync(string secret, CancellationToken cancellationToken);
}

/// <summary>A token to be made.</summary>
/// <param name="Name">1 to 100 characters, to recognise it by.</param>
/// <param name="Lifetime">1 day to 366 days.</param>
/// <param name="Scopes">What it may be used for: at least one thing.</param>
/// <param name="RequestsPerMinute">How many requests a minute it may make, 1 to 60 000; <see langword="null"/> = as many as the account.</param>
public sealed record TokenRequest(string Name, TimeSpan Lifetime, TokenScopes Scopes = TokenScopes.All, int? RequestsPerMinute = null);

/// <summary>Who showed a token.</summary>
/// <param name="UserId">Whose it is.</param>
/// <param name="TokenId">Which it is.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="RequestsPerMinute">How many requests a minute it may make, where it has a limit of its own.</param>
public sealed record TokenHolder(Guid UserId, Guid TokenId, TokenScopes Scopes, int? RequestsPerMinute);
