using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>
/// Says a sentence of the operation layer in the language of the page. Such sentences are made in English, once: they are
/// stored, logged and answered by the API. A page knows them by their pattern, which stands in the English resources, takes
/// out what was filled in, and says them by the same pattern of its own language. What it does not know stays as it is.
/// </summary>
internal static class Sentences
{
    /// <summary>How much of a pattern has to be fixed, so that it is not taken for another's words.</summary>
    private const int LeastLetters = 12;

    private static readonly Lazy<Catalogue> _catalogue = new(static () => new Catalogue());

    [return: NotNullIfNotNull(nameof(sentence))]
    public static string? Say(string? sentence)
        => string.IsNullOrEmpty(sentence) || CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? sentence : Say(sentence, 0) ?? sentence;

    private static string? Say(string sentence, int depth)
    {
        // What is filled in may be a sentence itself, and a sentence in that; no deeper.
        if (depth > 3)
        {
            return null;
        }

        if (_catalogue.Value.Find(sentence) is { } found)
        {
            var said = SentenceTexts.ResourceManager.GetString(found.Pattern.Key, CultureInfo.CurrentUICulture) ?? sentence;
            foreach (var (place, value) in found.Values)
            {
                said = said.Replace(place, Say(value, depth + 1) ?? value, StringComparison.Ordinal);
            }

            return said;
        }

        // Two sentences in a row, of which at least the first is known.
        for (var end = sentence.IndexOf(". ", StringComparison.Ordinal); end >= 0; end = sentence.IndexOf(". ", end + 1, StringComparison.Ordinal))
        {
            if (_catalogue.Value.Find(sentence[..(end + 1)]) is not null)
            {
                var rest = sentence[(end + 2)..];
                return $"{Say(sentence[..(end + 1)], depth + 1)} {Say(rest, depth + 1) ?? rest}";
            }
        }

        return null;
    }

    private sealed class Catalogue
    {
        private readonly Dictionary<string, Pattern> _whole = new(StringComparer.Ordinal);
        private readonly List<Pattern> _patterns = [];

        public Catalogue()
        {
            foreach (DictionaryEntry entry in SentenceTexts.ResourceManager.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: true)!)
            {
                var pattern = new Pattern((string)entry.Key, (string)entry.Value!);
                if (pattern.Places.Count == 0)
                {
                    _whole[pattern.Pieces[0]] = pattern;
                }
                else if (pattern.Fixed >= LeastLetters)
                {
                    _patterns.Add(pattern);
                }
            }

            // The one that leaves the least open is meant.
            _patterns.Sort(static (a, b) => b.Fixed.CompareTo(a.Fixed));
        }

        public Found? Find(string sentence)
        {
            if (_whole.TryGetValue(sentence, out var whole))
            {
                return new Found(whole, []);
            }

            foreach (var pattern in _patterns)
            {
                if (pattern.Match(sentence) is { } values)
                {
                    return new Found(pattern, values);
                }
            }

            return null;
        }
    }

    private sealed record Found(Pattern Pattern, IReadOnlyList<(string Place, string Value)> Values);

    private sealed class Pattern
    {
        public Pattern(string key, string text)
        {
            Key = key;
            var from = 0;
            for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', from))
            {
                var close = text.IndexOf('}', open);
                Pieces.Add(text[from..open]);
                Places.Add(text[open..(close + 1)]);
                from = close + 1;
            }

            Pieces.Add(text[from..]);
            Fixed = Pieces.Sum(static piece => piece.Count(char.IsLetter));
        }

        public string Key { get; }

        public List<string> Pieces { get; } = [];

        public List<string> Places { get; } = [];

        /// <summary>How many letters are the pattern's own.</summary>
        public int Fixed { get; }

        /// <summary>What stands in the places; <see langword="null"/> where the sentence is another.</summary>
        public List<(string Place, string Value)>? Match(string sentence)
        {
            if (!sentence.StartsWith(Pieces[0], StringComparison.Ordinal) || !sentence.EndsWith(Pieces[^1], StringComparison.Ordinal))
            {
                return null;
            }

            var values = new List<(string, string)>(Places.Count);
            var end = sentence.Length - Pieces[^1].Length;
            var at = Pieces[0].Length;
            for (var i = 0; i < Places.Count; i++)
            {
                var next = i == Places.Count - 1 ? end : sentence.IndexOf(Pieces[i + 1], Math.Min(at, end), StringComparison.Ordinal);
                if (next < at || next > end)
                {
                    return null;
                }

                values.Add((Places[i], sentence[at..next]));
                at = next + Pieces[i + 1].Length;
            }

            return values;
        }
    }
}
