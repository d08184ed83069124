using System.Text;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Reading;

/// <summary>Turns export rows into what people see.</summary>
internal static class ExportReader
{
    private const int LongestStem = 80;

    public static async Task<IReadOnlyList<ExportView>> ViewsAsync(IPortalDb db, IReadOnlyList<Export> exports, CancellationToken cancellationToken)
    {
        var ids = exports.Where(static e => e.State == ExportState.InProgress).Select(static e => e.Id).ToList();
        var rows = await db.Operations.AsNoTracking().Include(static o => o.Steps)
            .Where(o => ids.Contains(o.Id) && (o.State == OperationState.Queued || o.State == OperationState.Running)).ToListAsync(cancellationToken);
        var active = (await ViewReader.OperationsAsync(db, rows, cancellationToken)).ToDictionary(static o => o.Id);
        return
        [
            .. exports.Select(e => new ExportView(
                e.Id,
                e.VmId,
                e.VmName,
                e.SnapshotId,
                e.SnapshotName,
                e.State,
                e.RequestedByName,
                e.RequestedAt,
                e.CompletedAt,
                e.ExpiresAt,
                [.. e.Disks.OrderBy(static d => d.Target, StringComparer.Ordinal).Select(d => new ExportDiskView(d.Target, FileName(e, d), d.Pool, d.Volume, d.Size, d.VirtualSize))],
                e.FailureCode,
                e.FailureMessage,
                active.GetValueOrDefault(e.Id))),
        ];
    }

    /// <summary>A name for the downloaded file that says what it is and holds only letters, digits, dots, hyphens and underscores.</summary>
    public static string FileName(Export export, ExportDisk disk)
    {
        var stem = $"{export.VmName}-{export.SnapshotName ?? export.RequestedAt.UtcDateTime.ToString("yyyy-MM-dd-HHmm", System.Globalization.CultureInfo.InvariantCulture)}";
        return $"{Plain(stem)}-{Plain(disk.Target)}.qcow2";
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder(LongestStem);
        foreach (var c in text)
        {
            if (plain.Length == LongestStem)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' && plain.Length > 0)
            {
                plain.Append(c);
            }
            else if (plain.Length > 0 && plain[^1] != '-')
            {
                plain.Append('-');
            }
        }

        return plain.ToString().Trim('-', '.') is { Length: > 0 } name ? name : "disk";
    }
}
