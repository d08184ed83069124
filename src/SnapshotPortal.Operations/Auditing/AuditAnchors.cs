using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Operations.Execution;

namespace SnapshotPortal.Operations.Auditing;

/// <summary>
/// Every hour writes the audit log's last number and hash to where whoever can write to the database need not be able to:
/// the portal's own log, which the journal keeps, and a file. With it a log that was cut off or written anew is found.
/// </summary>
internal sealed class AuditAnchors(IAudit audit, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditAnchors> logger) : RepeatedWork(time, logger)
{
    private static readonly TimeSpan _round = TimeSpan.FromHours(1);
    private AuditAnchor? _last;

    protected override TimeSpan PauseAfterFailure => TimeSpan.FromMinutes(5);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        if (await audit.LastAsync(cancellationToken) is { } last && last != _last)
        {
            AuditLog.Anchored(Logger, last.Number, last.Hash);
            if (options.Value.AnchorFile is { Length: > 0 } file)
            {
                await File.AppendAllTextAsync(file, Line(last), cancellationToken);
            }

            _last = last;
        }

        return _round;
    }

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

    private string Line(AuditAnchor anchor)
        => string.Create(CultureInfo.InvariantCulture, $"{anchor.Number} {anchor.Hash} {Time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}\n");
}
