using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Components.Controls;
using SnapshotPortal.Web.Components.Pages;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>The pages that the search knows, with further words by which people look for them.</summary>
internal static class SearchPages
{
    // Made anew each time: each person has their own language.
    private static Page[] All =>
    [
        new(LayoutTexts.Home, "/", Glyphs.Home, SearchTexts.WordsForHome),
        new(CommonTexts.Templates, "/templates", Glyphs.Gallery, SearchTexts.WordsForTemplates),
        new(CommonTexts.Classes, "/classes", Glyphs.Cap, SearchTexts.WordsForClasses),
        new(CommonTexts.JoinAClass, "/join", Glyphs.Cap, SearchTexts.WordsForJoin),
        new(LayoutTexts.LiveBoard, "/live", Glyphs.Live, SearchTexts.WordsForLiveBoard),
        new(SearchTexts.LiveWall, "/live/wall", Glyphs.FullScreen, SearchTexts.WordsForLiveWall),
        new(CommonTexts.Activity, "/activity", Glyphs.Activity, SearchTexts.WordsForActivity),
        new(CommonTexts.Account, "/account", Glyphs.Person, SearchTexts.WordsForAccount),
        new(AccountTexts.ChangePassword, "/account/password", Glyphs.Key, SearchTexts.WordsForChangePassword),
        new(CommonTexts.SecondFactor, "/account/second-factor", Glyphs.Shield, SearchTexts.WordsForSecondFactor),
        .. AdminPages.All.Select(static page => new Page(page.Name, page.Address, page.Drawing, page.Words) { ForAdministrators = true }),
    ];

    /// <summary>Those with a word that begins with each word of <paramref name="text"/>.</summary>
    public static IEnumerable<SearchOption> Find(Actor actor, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return All.Where(page => (!page.ForAdministrators || actor.IsAdministrator) && Array.TrueForAll(words, page.Has))
            .Select(static page => new SearchOption($"page {page.Address}", SearchTexts.Pages, page.Drawing, page.Name) { Address = page.Address });
    }

    private sealed record Page(string Name, string Address, Drawing Drawing, string More)
    {
        private readonly string[] _words = $"{Name} {More}".Split(' ');

        public bool ForAdministrators { get; init; }

        public bool Has(string word) => Array.Exists(_words, w => w.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }
}
