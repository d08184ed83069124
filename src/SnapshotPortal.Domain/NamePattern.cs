using System.Globalization;
using System.Text;

namespace SnapshotPortal.Domain;

/// <summary>What came of a pattern: names for all, or the one sentence that says why not.</summary>
/// <param name="Names">The names, in order; empty where there is a problem.</param>
/// <param name="Problem">What is wrong and what to do; <see langword="null"/> = nothing.</param>
public sealed record NameExpansion(IReadOnlyList<string> Names, string? Problem);

/// <summary>
/// Names for many machines at once: <c>lab-{n:00}</c>, <c>{template}-{user}</c>. What comes out is a host name each
/// (RFC 1123), and all of them are known before anything is made.
/// </summary>
public static class NamePattern
{
    /// <summary>The longest pattern.</summary>
    public const int MaxLength = 200;

    private const int MostDigits = 6;
    private const string Help = "Use {n} for a number, {n:00} for one with leading zeros, {user} for the person and {template} for what it is made from.";

    /// <summary>Makes a name for each of <paramref name="users"/>.</summary>
    /// <param name="pattern">The pattern; placeholders are <c>{n}</c>, <c>{n:00}</c>, <c>{user}</c> and <c>{template}</c>.</param>
    /// <param name="template">What the machines are made from, as people call it.</param>
    /// <param name="users">For whom, in order; the same person may stand there several times.</param>
    /// <param name="taken">Names that are no longer free.</param>
    /// <param name="first">The first number.</param>
    public static NameExpansion Expand(string? pattern, string template, IReadOnlyList<string> users, IEnumerable<string> taken, int first = 1)
    {
        ArgumentNullException.ThrowIfNull(users);
        if (string.IsNullOrWhiteSpace(pattern))
        {
            return Wrong($"A pattern for the names is needed, for example “lab-{{n:00}}”. {Help}");
        }

        if (pattern.Length > MaxLength)
        {
            return Wrong(string.Create(CultureInfo.InvariantCulture, $"The pattern has {pattern.Length} characters; at most {MaxLength} are allowed. Shorten it."));
        }

        var used = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var owners = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new List<string>(users.Count);
        for (var i = 0; i < users.Count; i++)
        {
            var (name, problem) = Fill(pattern, template, users[i], first + i);
            problem ??= Names.CheckVmName(name) is { } invalid ? $"The pattern makes “{name}”. {invalid}" : null;
            if (problem is null && owners.TryGetValue(name, out var other))
            {
                problem = string.Equals(users[other], users[i], StringComparison.Ordinal)
                    ? $"The pattern makes “{name}” more than once. Put {{n}} into it."
                    : $"The pattern makes “{name}” for both {users[other]} and {users[i]}. Put {{n}} into it.";
            }

            problem ??= used.Contains(name) ? $"A virtual machine named “{name}” exists already. Change the pattern." : null;
            if (problem is not null)
            {
                return Wrong(problem);
            }

            owners.Add(name, i);
            names.Add(name);
        }

        return new NameExpansion(names, null);
    }

    private static (string Name, string? Problem) Fill(string pattern, string template, string user, int number)
    {
        var name = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '}')
            {
                return ("", $"The pattern has a “}}” without a “{{” before it. {Help}");
            }

            if (pattern[i] != '{')
            {
                name.Append(pattern[i]);
                continue;
            }

            var end = pattern.IndexOf('}', i);
            if (end < 0)
            {
                return ("", $"The pattern has a “{{” that is never closed. {Help}");
            }

            var placeholder = pattern[(i + 1)..end];
            if (Value(placeholder, template, user, number) is not { } value)
            {
                return ("", $"“{{{placeholder}}}” is no placeholder. {Help}");
            }

            name.Append(value);
            i = end;
        }

        return (name.ToString(), null);
    }

    private static string? Value(string placeholder, string template, string user, int number) => placeholder switch
    {
        "n" => number.ToString(CultureInfo.InvariantCulture),
        "user" => Names.ToVmName(user),
        "template" => Names.ToVmName(template),
        ['n', ':', .. var zeros] when zeros.Length is > 0 and <= MostDigits && zeros.All(static c => c == '0')
            => number.ToString($"D{zeros.Length}", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static NameExpansion Wrong(string problem) => new([], problem);
}
