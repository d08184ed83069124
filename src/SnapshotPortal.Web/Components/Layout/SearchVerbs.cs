using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Controls;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>What can be done with a machine from the search: a verb, and behind it a part of the machine's name.</summary>
internal enum SearchVerb
{
    TakeSnapshot,
    Start,
    ShutDown,
    OpenConsole,
}

/// <summary>Reads verbs.</summary>
internal static class SearchVerbs
{
    // Read anew each time: each person has their own language. Every language knows the English verbs, too.
    private static IEnumerable<(string Text, SearchVerb Verb)> All =>
    [
        .. Typed(SearchTexts.VerbsForSnapshot, SearchVerb.TakeSnapshot),
        .. Typed(SearchTexts.VerbsForStart, SearchVerb.Start),
        .. Typed(SearchTexts.VerbsForShutDown, SearchVerb.ShutDown),
        .. Typed(SearchTexts.VerbsForConsole, SearchVerb.OpenConsole),
    ];

    /// <summary>The verb at the beginning of a text, and the text behind it; no verb where there is none.</summary>
    public static (SearchVerb? Verb, string Name) Read(string text)
    {
        foreach (var (words, verb) in All)
        {
            if (text.StartsWith(words + " ", StringComparison.OrdinalIgnoreCase) && text[words.Length..].Trim() is { Length: > 0 } rest)
            {
                return (verb, rest);
            }
        }

        return (null, text);
    }

    /// <summary>The machine's state allows it, as far as the search can tell; the request decides.</summary>
    public static bool Fits(SearchVerb verb, FoundVmView vm) => verb switch
    {
        SearchVerb.Start => vm.Power is not (PowerState.Running or PowerState.ShuttingDown),
        SearchVerb.ShutDown => vm.Power is PowerState.Running,
        _ => true,
    };

    /// <summary>What the option is called.</summary>
    public static string Say(SearchVerb verb, string name) => verb switch
    {
        SearchVerb.TakeSnapshot => SearchTexts.FormatTakeASnapshotOf(name),
        SearchVerb.Start => SearchTexts.FormatStartName(name),
        SearchVerb.ShutDown => SearchTexts.FormatShutDownName(name),
        _ => SearchTexts.FormatOpenTheConsoleOf(name),
    };

    public static Drawing Draw(SearchVerb verb) => verb switch
    {
        SearchVerb.TakeSnapshot => Glyphs.Camera,
        SearchVerb.Start => Glyphs.Play,
        SearchVerb.ShutDown => Glyphs.Power,
        _ => Glyphs.Console,
    };

    // With commas between them, the longer ones before those that they begin with.
    private static IEnumerable<(string Text, SearchVerb Verb)> Typed(string verbs, SearchVerb verb)
        => verbs.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text => (text, verb));
}
