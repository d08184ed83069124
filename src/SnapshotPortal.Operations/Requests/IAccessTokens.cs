using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Personal access tokens for the API.</summary>
public interface IAccessTokens
{
    /// <summary>The actor's own tokens, newest first; never a secret.</summary>
    Task<IReadOnlyList<AccessTokenView>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Makes a token. Its secret is in the answer and nowhere else.</summary>
    /// <param name="actor">Whose token.</param>
    /// <param name="name">1 to 100 characters, to recognise it by.</param>
    /// <param name="lifetime">1 day to 366 days.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<Outcome<NewAccessToken>> CreateAsync(Actor actor, string name, TimeSpan lifetime, CancellationToken cancellationToken);

    /// <summary>Revokes one of the actor's tokens, at once and for ever.</summary>
    Task<Outcome<AccessTokenView>> RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken);

    /// <summary>The user a secret belongs to, or <see langword="null"/> where it is unknown, expired or revoked.</summary>
    Task<Guid?> AuthenticateAsync(string secret, CancellationToken cancellationToken);
}
