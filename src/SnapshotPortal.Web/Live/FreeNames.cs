using System.Globalization;
using SnapshotPortal.Domain;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>Names that are proposed before anybody has typed one. Proposals only: the request decides.</summary>
public static class FreeNames
{
    /// <summary>"Snapshot 23 Nov, 14:02", with a number behind it where that is taken.</summary>
    public static string Snapshot(BrowserTime time, IEnumerable<string> taken)
        => Again(WordTexts.FormatSnapshotNow(time.Short(time.Now)), taken);

    /// <summary>The name itself, or with the first free number from 2 on behind it.</summary>
    public static string Again(string name, IEnumerable<string> taken)
        => FirstFree(name, taken, static (name, n) => string.Create(CultureInfo.InvariantCulture, $"{name} ({n})"));

    /// <summary>The machine's name with the first free number from 2 on: "web-2", also after "web" and "web-1".</summary>
    public static string Vm(string original, IEnumerable<string> taken)
    {
        var stem = Names.ToVmName(original);
        var known = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        for (var n = 2; ; n++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{n}");
            var head = stem.Length + suffix.Length > Names.MaxVmNameLength ? stem[..(Names.MaxVmNameLength - suffix.Length)].TrimEnd('-') : stem;
            if (!known.Contains(head + suffix))
            {
                return head + suffix;
            }
        }
    }

    private static string FirstFree(string name, IEnumerable<string> taken, Func<string, int, string> numbered)
    {
        var known = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var candidate = name;
        for (var n = 2; known.Contains(candidate); n++)
        {
            candidate = numbered(name, n);
        }

        return candidate;
    }
}
