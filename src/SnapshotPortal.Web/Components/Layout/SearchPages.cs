using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Components.Controls;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>The pages that the search knows, with further words by which people look for them.</summary>
internal static class SearchPages
{
    private static readonly Page[] _all =
    [
        new("Home", "/", Glyphs.Home, "my vms machines start"),
        new("Templates", "/templates", Glyphs.Gallery, "gallery new vm"),
        new("Classes", "/classes", Glyphs.Cap, "students teachers roster"),
        new("Join a class", "/join", Glyphs.Cap, "code student"),
        new("Live board", "/live", Glyphs.Live, "running operations now"),
        new("Live wall", "/live/wall", Glyphs.FullScreen, "full screen display"),
        new("Activity", "/activity", Glyphs.Activity, "history operations log"),
        new("Account", "/account", Glyphs.Person, "name tokens api security"),
        new("Change password", "/account/password", Glyphs.Key, "account security"),
        new("Second factor", "/account/second-factor", Glyphs.Shield, "account security totp authenticator"),
        new("Everybody's VMs", "/?all=1", Glyphs.Server, "machines all") { ForAdministrators = true },
        new("Administration", "/admin", Glyphs.Shield, "hosts people users roles quotas adopt") { ForAdministrators = true },
        new("Is everything ready?", "/admin/readiness", Glyphs.Check, "kvm pools agent disk space setup") { ForAdministrators = true },
        new("Settings and about", "/admin/settings", Glyphs.Info, "configuration version options") { ForAdministrators = true },
        new("Import a disk image", "/admin/import", Glyphs.Disk, "upload qcow2 iso raw") { ForAdministrators = true },
    ];

    /// <summary>Those with a word that begins with each word of <paramref name="text"/>.</summary>
    public static IEnumerable<SearchOption> Find(Actor actor, string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return _all.Where(page => (!page.ForAdministrators || actor.IsAdministrator) && Array.TrueForAll(words, page.Has))
            .Select(static page => new SearchOption($"page {page.Address}", "Pages", page.Drawing, page.Name) { Address = page.Address });
    }

    private sealed record Page(string Name, string Address, Drawing Drawing, string More)
    {
        private readonly string[] _words = $"{Name} {More}".Split(' ');

        public bool ForAdministrators { get; init; }

        public bool Has(string word) => Array.Exists(_words, w => w.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }
}
