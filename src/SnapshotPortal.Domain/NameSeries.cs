namespace SnapshotPortal.Domain;

/// <summary>The names of many machines that are to be made together: all of them known, and known to be free, before the first is made.</summary>
/// <param name="Names">The names, in order; empty where there is a problem.</param>
/// <param name="Problem">What is wrong and what to do; <see langword="null"/> = nothing.</param>
public sealed record NameSeries(IReadOnlyList<string> Names, string? Problem)
{
    /// <summary>Makes a name for each of <paramref name="users"/>.</summary>
    /// <param name="pattern">See <see cref="NamePattern"/>.</param>
    /// <param name="template">What the machines are made from, as people call it.</param>
    /// <param name="users">For whom, in order; the same person may stand there several times.</param>
    /// <param name="taken">Names that are no longer free.</param>
    /// <param name="first">The first number.</param>
    public static NameSeries Make(string? pattern, string template, IReadOnlyList<string> users, IEnumerable<string> taken, int first = 1)
    {
        ArgumentNullException.ThrowIfNull(users);
        if (NamePattern.Check(pattern, users.Count > 1) is { } wrong)
        {
            return new NameSeries([], wrong);
        }

        var used = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, user) in users.Index())
        {
            var name = NamePattern.Expand(pattern!, first + index, user, template);
            if (Domain.Names.CheckVmName(name) is { } invalid)
            {
                return new NameSeries([], $"The pattern makes “{name}”. {invalid}");
            }

            if (used.Contains(name))
            {
                return new NameSeries([], $"A virtual machine named “{name}” exists already. Change the pattern.");
            }

            if (!owners.TryAdd(name, user))
            {
                return new NameSeries([], string.Equals(owners[name], user, StringComparison.Ordinal)
                    ? $"The pattern makes “{name}” more than once. Put {{n}} into it."
                    : $"The pattern makes “{name}” for both {owners[name]} and {user}. Put {{n}} into it.");
            }
        }

        return new NameSeries([.. users.Select((user, index) => NamePattern.Expand(pattern!, first + index, user, template))], null);
    }
}
