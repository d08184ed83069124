namespace SnapshotPortal.Domain.Identities;

/// <summary>What another guest is known to be.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Facts">What it said.</param>
public sealed record KnownGuest(string Name, GuestFacts Facts);

/// <summary>How a guest stands among others, with the reason.</summary>
public sealed record IdentityVerdict(IdentityState State, string Message);

/// <summary>Compares what identifies a guest with what identifies others.</summary>
public static class IdentityComparison
{
    private const int MostNamed = 3;

    /// <summary>Judges <paramref name="own"/> beside <paramref name="others"/>.</summary>
    public static IdentityVerdict Judge(GuestFacts own, IReadOnlyList<KnownGuest> others)
    {
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(others);
        if (own.IsEmpty)
        {
            return new IdentityVerdict(IdentityState.Unverified, "The guest agent answers, but tells neither a host name nor a machine id nor SSH host keys.");
        }

        var shared = new[]
        {
            Shared("host name", Who(others, o => own.HostName is not null && string.Equals(o.HostName, own.HostName, StringComparison.OrdinalIgnoreCase))),
            Shared("machine id", Who(others, o => own.MachineId is not null && string.Equals(o.MachineId, own.MachineId, StringComparison.OrdinalIgnoreCase))),
            Shared("SSH host key", Who(others, o => o.HostKeys.Intersect(own.HostKeys, StringComparer.Ordinal).Any())),
        }.OfType<string>().ToList();
        if (shared.Count > 0)
        {
            return new IdentityVerdict(IdentityState.NotUnique, string.Join(' ', shared));
        }

        if (own.HostName is null || own.MachineId is null)
        {
            return new IdentityVerdict(IdentityState.Unverified, $"The guest does not tell its {(own.HostName is null ? "host name" : "machine id")}. What it does tell is no other machine's.");
        }

        if (others.Count == 0)
        {
            return new IdentityVerdict(IdentityState.Unverified, "There is nothing to compare with yet: neither the machine that it was made from nor a sister could be asked.");
        }

        var keys = own.HostKeys.Count == 0 ? "It has no SSH host keys." : "Its SSH host keys are its own.";
        return new IdentityVerdict(IdentityState.Unique, $"Host name and machine id differ from those of {Names(others.Select(static o => o.Name))}. {keys}");
    }

    private static List<string> Who(IReadOnlyList<KnownGuest> others, Func<GuestFacts, bool> same)
        => [.. others.Where(o => same(o.Facts)).Select(static o => o.Name).Distinct(StringComparer.Ordinal)];

    private static string? Shared(string what, List<string> who) => who.Count == 0 ? null : $"Its {what} is also that of {Names(who)}.";

    private static string Names(IEnumerable<string> names)
    {
        var list = names.Distinct(StringComparer.Ordinal).ToList();
        var shown = list.Take(MostNamed).ToList();
        return (shown, list.Count - shown.Count) switch
        {
            ([var one], 0) => one,
            ([.. var first, var last], 0) => $"{string.Join(", ", first)} and {last}",
            (_, var more) => FormattableString.Invariant($"{string.Join(", ", shown)} and {more} more"),
        };
    }
}
