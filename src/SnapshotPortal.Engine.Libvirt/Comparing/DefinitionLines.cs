using System.Xml.Linq;

namespace SnapshotPortal.Engine.Libvirt.Comparing;

/// <summary>A definition as a list of places and values, for what people have no name for.</summary>
internal sealed class DefinitionLines
{
    // What libvirt itself accepts is far below both; what it does not accept need not be shown in full.
    private const int Deepest = 24;
    private const int Longest = 5_000;
    private const int LongestValue = 120;

    private static readonly string[] _secrets = ["passwd", "password", "secret", "key", "username"];

    // What is handed to the hypervisor's own program can hold anything, passwords included.
    private static readonly string[] _secretElements = ["secret", "arg", "env"];

    // Given anew by libvirt wherever something is added or moved: no difference that a person made.
    private static readonly string[] _noise = ["address", "alias", "backingStore", "mirror"];

    private readonly List<(string Place, string Value, bool IsSecret)> _lines = [];

    private DefinitionLines()
    {
    }

    public IReadOnlyList<(string Place, string Value, bool IsSecret)> All => _lines;

    /// <summary>What may be shown of a value: no passwords, and of the host's files their names alone.</summary>
    public static string Show(string value, bool isSecret)
    {
        if (isSecret)
        {
            return "(not shown)";
        }

        var shown = value.StartsWith('/') ? Path.GetFileName(value.TrimEnd('/')) : value;
        return shown.Length > LongestValue ? $"{shown[..LongestValue]}…" : shown;
    }

    /// <summary>The lines of what is in <paramref name="element"/>.</summary>
    public static DefinitionLines Of(XElement element)
    {
        var lines = new DefinitionLines();
        lines.AddInside(element, "", 0);
        return lines;
    }

    private void AddInside(XElement element, string place, int depth)
    {
        foreach (var attribute in element.Attributes().Where(static a => !a.IsNamespaceDeclaration))
        {
            Add($"{place} {attribute.Name.LocalName}", attribute.Value, IsSecret(attribute.Name.LocalName) || _secretElements.Contains(element.Name.LocalName, StringComparer.Ordinal));
        }

        if (!element.HasElements && element.Value.Trim() is { Length: > 0 } text)
        {
            Add(place, text, IsSecret(element.Name.LocalName));
        }

        foreach (var child in depth < Deepest && _lines.Count < Longest ? element.Elements().Where(static e => !_noise.Contains(e.Name.LocalName, StringComparer.Ordinal)) : [])
        {
            var below = place.Length == 0 ? child.Name.LocalName : $"{place}/{child.Name.LocalName}";
            if (!child.HasAttributes && !child.HasElements && string.IsNullOrWhiteSpace(child.Value))
            {
                Add(below, "yes", isSecret: false);
            }

            AddInside(child, below, depth + 1);
        }
    }

    private void Add(string place, string value, bool isSecret)
    {
        if (_lines.Count < Longest)
        {
            _lines.Add((place.Trim(), value, isSecret));
        }
    }

    private static bool IsSecret(string name) => _secrets.Contains(name, StringComparer.OrdinalIgnoreCase);
}
