using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.People;

/// <summary>A browser and a system, as their owner would call them.</summary>
internal static class DeviceName
{
    // In this order: a browser names those that it resembles, too.
    private static readonly (string Mark, string Name)[] _browsers = [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] _systems = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>What the header <c>User-Agent</c> names; <see langword="null"/> where it is nothing that people know.</summary>
    public static string? Of(string? userAgent)
    {
        var browser = Find(_browsers, userAgent);
        var system = Find(_systems, userAgent);
        return (browser, system) switch
        {
            (null, _) => system,
            (_, null) => browser,
            _ => AccountTexts.FormatBrowserOnSystem(browser, system),
        };
    }

    private static string? Find((string Mark, string Name)[] names, string? userAgent)
        => userAgent is null ? null : Array.Find(names, n => userAgent.Contains(n.Mark, StringComparison.Ordinal)).Name;
}
