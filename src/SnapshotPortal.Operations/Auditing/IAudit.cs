using System.Globalization;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Auditing;

/// <summary>The audit log, for administrators.</summary>
public interface IAudit
{
    /// <summary>The newest lines that fit, newest first.</summary>
    Task<Outcome<AuditPage>> ListAsync(Actor actor, AuditQuery query, CancellationToken cancellationToken);

    /// <summary>All lines that fit, oldest first, one after another; that they were exported is a line itself.</summary>
    Task<Outcome<IAsyncEnumerable<AuditEntry>>> ExportAsync(Actor actor, AuditQuery query, CancellationToken cancellationToken);

    /// <summary>Looks through the whole chain.</summary>
    /// <param name="anchors">Lines that are known from elsewhere: their numbers and hashes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<AuditReport> VerifyAsync(IReadOnlyCollection<AuditAnchor> anchors, CancellationToken cancellationToken);

    /// <summary>The last line; <see langword="null"/> where there is none.</summary>
    Task<AuditAnchor?> LastAsync(CancellationToken cancellationToken);
}

/// <summary>Which lines.</summary>
/// <param name="Text">Part of the name of who did it, of what to, or of whose; or a whole id or address.</param>
/// <param name="Act">The beginning of the act, for example <c>snapshot.</c>.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="From">Not before.</param>
/// <param name="To">Before.</param>
/// <param name="Before">With a smaller number: the next page.</param>
/// <param name="Take">How many, 1 to 500.</param>
public sealed record AuditQuery(
    string? Text = null,
    string? Act = null,
    AuditOutcome? Outcome = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    long? Before = null,
    int Take = 100);

/// <summary>A page of the log.</summary>
/// <param name="Items">The lines, newest first.</param>
/// <param name="More">There are older ones that fit.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Items, bool More);

/// <summary>A line as it is remembered outside of the log.</summary>
public sealed record AuditAnchor(long Number, string Hash)
{
    /// <summary>Reads such a file, or the words of one anchor: <c>NUMBER HASH</c> or <c>NUMBER:HASH</c> in each line.</summary>
    /// <exception cref="FormatException">A line is none.</exception>
    public static IReadOnlyList<AuditAnchor> Parse(string text)
    {
        var anchors = new List<AuditAnchor>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = line.Split([' ', ':'], 3, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length < 2
                || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || parts[1].Length != 64
                || !parts[1].All(char.IsAsciiHexDigit))
            {
                throw new FormatException($"“{line}” is no number and hash of a line, such as 42:9f86…");
            }

            anchors.Add(new AuditAnchor(number, parts[1]));
        }

        return anchors;
    }
}

/// <summary>What was found.</summary>
/// <param name="Lines">How many lines there are.</param>
/// <param name="Last">The last one.</param>
/// <param name="Problems">What is wrong, in sentences; empty if nothing is.</param>
public sealed record AuditReport(long Lines, AuditAnchor? Last, IReadOnlyList<string> Problems);
