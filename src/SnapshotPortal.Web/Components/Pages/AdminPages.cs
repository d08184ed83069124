using SnapshotPortal.Web.Components.Controls;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>The pages of the administration: each of them shows all, and the search finds them.</summary>
internal static class AdminPages
{
    // Made anew each time: each person has their own language.
    public static AdminPage[] All =>
    [
        new("/admin", PageTexts.HostsAndPeople, Glyphs.Shield, SearchTexts.WordsForAdministration),
        new("/?all=1", HomeTexts.EverybodysVMs, Glyphs.Server, SearchTexts.WordsForEverybodysVMs),
        new("/activity?all=1", PageTexts.EverybodysActivity, Glyphs.Activity, SearchTexts.WordsForEverybodysActivity),
        new("/admin/readiness", PageTexts.IsEverythingReady, Glyphs.Check, SearchTexts.WordsForReadiness),
        new("/admin/import", PageTexts.ImportAnImage, Glyphs.Disk, SearchTexts.WordsForImport),
        new("/admin/settings", SettingsTexts.SettingsAndAbout, Glyphs.Info, SearchTexts.WordsForSettings),
        new("/admin/audit", AuditTexts.AuditLog, Glyphs.Shield, SearchTexts.WordsForAuditLog),
    ];
}

/// <summary>A page that only administrators have.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Drawing">Its picture among what the search found.</param>
/// <param name="Words">Further words by which people look for it.</param>
internal sealed record AdminPage(string Address, string Name, Drawing Drawing, string Words);
