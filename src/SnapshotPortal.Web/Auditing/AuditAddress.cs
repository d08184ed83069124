using System.Globalization;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;

namespace SnapshotPortal.Web.Auditing;

/// <summary>What an address says of the audit log to show; what it says wrongly is left out.</summary>
internal static class AuditAddress
{
    /// <summary>The query. Days are days of UTC, and the last one is whole.</summary>
    public static AuditQuery Query(string? text, string? act, string? outcome, string? from, string? to, long? before) => new(
        string.IsNullOrWhiteSpace(text) ? null : text.Trim(),
        string.IsNullOrWhiteSpace(act) ? null : act.Trim(),
        Enum.TryParse<AuditOutcome>(outcome, out var known) && Enum.IsDefined(known) ? known : null,
        Day(from),
        Day(to)?.AddDays(1),
        before);

    private static DateTimeOffset? Day(string? text)
        => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1 and < 9999
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : null;
}
