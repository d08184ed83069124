using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Controls;

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
    private static readonly (string Text, SearchVerb Verb)[] _all =
    [
        ("take a snapshot of", SearchVerb.TakeSnapshot),
        ("take snapshot", SearchVerb.TakeSnapshot),
        ("take", SearchVerb.TakeSnapshot),
        ("snapshot", SearchVerb.TakeSnapshot),
        ("start", SearchVerb.Start),
        ("shut down", SearchVerb.ShutDown),
        ("stop", SearchVerb.ShutDown),
        ("open console of", SearchVerb.OpenConsole),
        ("console", SearchVerb.OpenConsole),
    ];

    /// <summary>The verb at the beginning of a text, and the text behind it; no verb where there is none.</summary>
    public static (SearchVerb? Verb, string Name) Read(string text)
    {
        foreach (var (words, verb) in _all)
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
        SearchVerb.TakeSnapshot => $"Take a snapshot of {name}",
        SearchVerb.Start => $"Start {name}",
        SearchVerb.ShutDown => $"Shut down {name}",
        _ => $"Open the console of {name}",
    };

    public static Drawing Draw(SearchVerb verb) => verb switch
    {
        SearchVerb.TakeSnapshot => Glyphs.Camera,
        SearchVerb.Start => Glyphs.Play,
        SearchVerb.ShutDown => Glyphs.Power,
        _ => Glyphs.Console,
    };
}
