using System.Globalization;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>Access tokens in words.</summary>
internal static class TokenWords
{
    /// <summary>The scopes one by one.</summary>
    public static IReadOnlyList<TokenScopes> Scopes { get; } = [TokenScopes.Read, TokenScopes.Snapshot, TokenScopes.Power, TokenScopes.Clone, TokenScopes.Class, TokenScopes.Admin];

    public static string Scope(TokenScopes scope) => scope switch
    {
        TokenScopes.Read => "See machines, snapshots and operations",
        TokenScopes.Snapshot => "Take, restore, delete and export snapshots",
        TokenScopes.Power => "Start, stop and set up machines",
        TokenScopes.Clone => "Make, reset and delete machines",
        TokenScopes.Class => "Do what teachers do",
        _ => "Do what administrators do",
    };

    /// <summary>What a token may do, in a few words.</summary>
    public static string Sum(AccessTokenView token)
    {
        var scopes = token.Scopes == TokenScopes.All
            ? "Everything you may"
            : string.Join(", ", Scopes.Where(s => token.Scopes.HasFlag(s)).Select(static s => s.ToString().ToLowerInvariant()));
        return token.RequestsPerMinute is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{scopes}; {rate} requests a minute") : scopes;
    }
}
