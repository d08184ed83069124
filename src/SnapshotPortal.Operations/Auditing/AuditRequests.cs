using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Auditing;

/// <inheritdoc cref="IAudit"/>
internal sealed class AuditRequests(IPortalDbFactory factory, Changes changes) : IAudit
{
    private const int PageSize = 1_000;

    // Whoever changed everything need not be told of each line.
    private const int MaxProblems = 20;

    public async Task<Outcome<AuditPage>> ListAsync(Actor actor, AuditQuery query, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        var take = Math.Clamp(query.Take, 1, 500);
        await using var db = factory.Create();
        var rows = await Filter(db, query).OrderByDescending(static e => e.Number).Take(take + 1).ToListAsync(cancellationToken);
        return new AuditPage([.. rows.Take(take)], rows.Count > take);
    }

    public async Task<Outcome<IAsyncEnumerable<AuditEntry>>> ExportAsync(Actor actor, AuditQuery query, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        await changes.AuditAsync(AuditDraft.By(actor, AuditActs.AuditExported, AuditSubject.Audit), cancellationToken);
        return Outcome.Success(ReadAsync(query with { Before = null }, cancellationToken));
    }

    public async Task<AuditReport> VerifyAsync(IReadOnlyCollection<AuditAnchor> anchors, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var known = anchors.ToLookup(static a => a.Number, static a => a.Hash);
        AuditEntry? previous = null;
        var lines = 0L;
        try
        {
            await foreach (var entry in ReadAsync(new AuditQuery(), cancellationToken))
            {
                lines++;
                if (AuditChain.Check(entry, previous) is { } wrong)
                {
                    problems.Add(wrong);
                }
                else if (known[entry.Number].Any(hash => !string.Equals(hash, entry.Hash, StringComparison.OrdinalIgnoreCase)))
                {
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"Line {entry.Number} is not the one that was there when it was written down elsewhere: the log was written anew."));
                }

                previous = entry;
                if (problems.Count >= MaxProblems)
                {
                    problems.Add("There is more; the first lines say where it begins.");
                    return new AuditReport(lines, null, problems);
                }
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidCastException or InvalidOperationException)
        {
            // A column that does not hold what such a column holds.
            problems.Add($"A line after line {previous?.Number ?? 0} cannot be read, so it was changed: {e.Message}");
            return new AuditReport(lines, null, problems);
        }

        await CheckEndAsync(problems, anchors, previous, cancellationToken);
        return new AuditReport(lines, previous is null ? null : new AuditAnchor(previous.Number, previous.Hash), problems);
    }

    public async Task<AuditAnchor?> LastAsync(CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await db.AuditEntries.OrderByDescending(static e => e.Number).Select(static e => new AuditAnchor(e.Number, e.Hash)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Lines at the end leave no gap when they go: the counter and what was written down elsewhere know how many there were.</summary>
    private async Task CheckEndAsync(List<string> problems, IReadOnlyCollection<AuditAnchor> anchors, AuditEntry? last, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var counted = await db.LastAuditNumberAsync(cancellationToken);
        var number = last?.Number ?? 0;
        if (counted > number)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The log ends with line {number}, but {counted} lines were written: the last ones were removed."));
        }
        else if (counted < number)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The log ends with line {number}, but only {counted} lines were written by the portal."));
        }

        if (anchors.Count > 0 && anchors.Max(static a => a.Number) is var anchored && anchored > number)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"Line {anchored} was written down elsewhere, but the log ends with line {number}: the last ones were removed."));
        }
    }

    private async IAsyncEnumerable<AuditEntry> ReadAsync(AuditQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = 0L;
        while (true)
        {
            List<AuditEntry> page;
            await using (var db = factory.Create())
            {
                page = await Filter(db, query).Where(e => e.Number > last).OrderBy(static e => e.Number).Take(PageSize).ToListAsync(cancellationToken);
            }

            foreach (var entry in page)
            {
                yield return entry;
                last = entry.Number;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    private static IQueryable<AuditEntry> Filter(IPortalDb db, AuditQuery query)
    {
        var rows = db.AuditEntries.AsNoTracking();
        if (query.Before is { } before)
        {
            rows = rows.Where(e => e.Number < before);
        }

        if (query.From is { } from)
        {
            rows = rows.Where(e => e.At >= from);
        }

        if (query.To is { } to)
        {
            rows = rows.Where(e => e.At < to);
        }

        if (query.Outcome is { } outcome)
        {
            rows = rows.Where(e => e.Outcome == outcome);
        }

        if (!string.IsNullOrWhiteSpace(query.Act))
        {
            var act = LikePattern.Beginning(query.Act.Trim());
            rows = rows.Where(e => EF.Functions.Like(e.Act, act, LikePattern.Escape));
        }

        if (Guid.TryParse(query.Text, out var id))
        {
            rows = rows.Where(e => e.ActorId == id || e.SubjectId == id || e.OwnerId == id || e.TokenId == id);
        }
        else if (!string.IsNullOrWhiteSpace(query.Text))
        {
            var address = query.Text.Trim();
            var text = LikePattern.Containing(address);
            rows = rows.Where(e => EF.Functions.Like(e.ActorName, text, LikePattern.Escape)
                || EF.Functions.Like(e.SubjectName!, text, LikePattern.Escape)
                || EF.Functions.Like(e.OwnerName!, text, LikePattern.Escape)
                || e.Address == address);
        }

        return rows;
    }

    private static Failure AdministratorsOnly() => new(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators see the audit log.");
}
