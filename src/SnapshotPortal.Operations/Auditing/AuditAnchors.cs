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
    private AuditAnchor? _logged;
    private AuditAnchor? _last;

    protected override TimeSpan PauseAfterFailure => TimeSpan.FromMinutes(5);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        if (await audit.LastAsync(cancellationToken) is { } last && last != _last)
        {
            // A file that cannot be written is tried again every few minutes; the log has the line by then.
            if (last != _logged)
            {
                AuditLog.Anchored(Logger, last.Number, last.Hash);
                _logged = last;
            }

            if (options.Value.AnchorFile is { Length: > 0 } file)
            {
                await File.AppendAllTextAsync(file, Line(last), cancellationToken);
            }

            _last = last;
        }

        return _round;
    }

    private string Line(AuditAnchor anchor)
        => string.Create(CultureInfo.InvariantCulture, $"{anchor.Number} {anchor.Hash} {Time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}\n");
}
