using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>Access tokens in words.</summary>
internal static class TokenWords
{
    /// <summary>The scopes one by one.</summary>
    public static IReadOnlyList<TokenScopes> Scopes { get; } = [TokenScopes.Read, TokenScopes.Snapshot, TokenScopes.Power, TokenScopes.Clone, TokenScopes.Class, TokenScopes.Admin];

    public static string Scope(TokenScopes scope) => scope switch
    {
        TokenScopes.Read => TokenTexts.ScopeRead,
        TokenScopes.Snapshot => TokenTexts.ScopeSnapshot,
        TokenScopes.Power => TokenTexts.ScopePower,
        TokenScopes.Clone => TokenTexts.ScopeClone,
        TokenScopes.Class => TokenTexts.ScopeClass,
        _ => TokenTexts.ScopeAdmin,
    };

    /// <summary>What a token may do, in a few words.</summary>
    public static string Sum(AccessTokenView token)
    {
        var scopes = token.Scopes == TokenScopes.All
            ? TokenTexts.EverythingYouMay
            : string.Join(", ", Scopes.Where(s => token.Scopes.HasFlag(s)).Select(Word));
        return token.RequestsPerMinute switch
        {
            null => scopes,
            1 => TokenTexts.FormatSumWithRateOne(scopes, 1),
            { } rate => TokenTexts.FormatSumWithRateMany(scopes, rate),
        };
    }

    private static string Word(TokenScopes scope) => scope switch
    {
        TokenScopes.Read => TokenTexts.WordRead,
        TokenScopes.Snapshot => TokenTexts.WordSnapshot,
        TokenScopes.Power => TokenTexts.WordPower,
        TokenScopes.Clone => TokenTexts.WordClone,
        TokenScopes.Class => TokenTexts.WordClass,
        _ => TokenTexts.WordAdmin,
    };
}
