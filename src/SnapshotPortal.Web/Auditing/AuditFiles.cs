using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Auditing;

/// <summary>The audit log as a file, for administrators' other programs.</summary>
internal static class AuditFiles
{
    public const string Path = "/admin/audit/export";

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() } };

    private static readonly (string Name, Func<AuditEntry, string?> Value)[] _columns =
    [
        ("number", static e => e.Number.ToString(CultureInfo.InvariantCulture)),
        ("at", static e => e.At.ToString("O", CultureInfo.InvariantCulture)),
        ("actorId", static e => e.ActorId?.ToString()),
        ("actorName", static e => e.ActorName),
        ("channel", static e => e.Channel.ToString()),
        ("tokenId", static e => e.TokenId?.ToString()),
        ("address", static e => e.Address),
        ("device", static e => e.Device),
        ("act", static e => e.Act),
        ("subject", static e => e.Subject.ToString()),
        ("subjectId", static e => e.SubjectId?.ToString()),
        ("subjectName", static e => e.SubjectName),
        ("ownerId", static e => e.OwnerId?.ToString()),
        ("ownerName", static e => e.OwnerName),
        ("outcome", static e => e.Outcome.ToString()),
        ("code", static e => e.Code),
        ("detail", static e => e.Detail),
        ("previous", static e => e.Previous),
        ("hash", static e => e.Hash),
    ];

    /// <summary>Maps the file: CSV, or JSON lines with <c>format=jsonl</c>, and the same filters as the page.</summary>
    public static void MapAuditFiles(this IEndpointRouteBuilder endpoints)
        => endpoints.MapGet(Path, static async (string? format, string? q, string? act, string? outcome, string? from, string? to, HttpContext context, ActorLookup actors, IAudit audit) =>
        {
            if (await actors.RecheckAsync(context.User, context.RequestAborted) is not { IsAdministrator: true } actor)
            {
                return Results.NotFound();
            }

            var json = string.Equals(format, "jsonl", StringComparison.Ordinal);
            var lines = await audit.ExportAsync(actor, AuditAddress.Query(q, act, outcome, from, to, null), context.RequestAborted);
            if (!lines.IsSuccess)
            {
                return Results.NotFound();
            }

            context.Response.Headers.CacheControl = "private, no-store";
            return Results.Stream(
                stream => WriteAsync(stream, lines.Value, json, context.RequestAborted),
                json ? "application/jsonl" : "text/csv; charset=utf-8",
                json ? "audit.jsonl" : "audit.csv");
        }).RequireAuthorization(new AuthorizeAttribute()).WithMetadata(new SkipStatusCodePagesAttribute());

    /// <summary>Writes the lines one after another: a log of years is not held in memory.</summary>
    internal static async Task WriteAsync(Stream stream, IAsyncEnumerable<AuditEntry> lines, bool json, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, _utf8, bufferSize: 16 * 1024, leaveOpen: true);
        if (!json)
        {
            await writer.WriteAsync(string.Join(',', _columns.Select(static c => c.Name)) + "\r\n");
        }

        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            await writer.WriteAsync(json
                ? JsonSerializer.Serialize(line, _json) + "\n"
                : string.Join(',', _columns.Select(c => Cell(c.Value(line)))) + "\r\n");
        }
    }

    /// <summary>A cell as RFC 4180 wants it, and so that no spreadsheet takes somebody's name for a formula; some take full-width signs for the usual ones.</summary>
    internal static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        var safe = value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠' ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
