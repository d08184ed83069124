using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SnapshotPortal.Data;

namespace SnapshotPortal.TestSupport.Large;

/// <summary>Counts what is asked of the database and what comes back, and finds queries that read a whole table to answer.</summary>
public sealed partial class QueryWatch : DbCommandInterceptor
{
    private readonly ConcurrentQueue<Asked> _asked = [];
    private int _rows;

    /// <summary>How many queries were asked since the last <see cref="Clear"/>.</summary>
    public int Queries => _asked.Count;

    /// <summary>How many rows came back.</summary>
    public int Rows => Volatile.Read(ref _rows);

    public void Clear()
    {
        _asked.Clear();
        Interlocked.Exchange(ref _rows, 0);
    }

    /// <summary>What SQLite would do for each query that was asked: those steps that go through one of these tables from end to end.</summary>
    public async Task<IReadOnlyList<string>> ScansAsync(PortalDbContext db, IReadOnlyCollection<string> tables)
    {
        var asked = _asked.ToList();
        var found = new List<string>();
        var connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync();
        foreach (var query in asked.Where(static q => !Nothing().IsMatch(q.Sql)))
        {
            await using var explain = connection.CreateCommand();
            explain.CommandText = $"EXPLAIN QUERY PLAN {query.Sql}";
            foreach (var (name, value) in query.Parameters)
            {
                var parameter = explain.CreateParameter();
                parameter.ParameterName = name;
                parameter.Value = value;
                explain.Parameters.Add(parameter);
            }

            var aliases = Alias().Matches(query.Sql).Select(static m => (Alias: m.Groups["alias"].Value, Table: m.Groups["table"].Value)).ToLookup(static a => a.Alias, static a => a.Table, StringComparer.Ordinal);
            await using var reader = await explain.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var step = reader.GetString(3);
                if (Scan().Match(step) is { Success: true } scan && !step.Contains("USING", StringComparison.Ordinal) && aliases[scan.Groups["alias"].Value].Any(tables.Contains))
                {
                    found.Add($"{step}: {query.Sql}");
                }
            }
        }

        return found;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        if (command.CommandText.StartsWith("SELECT", StringComparison.Ordinal) || command.CommandText.StartsWith("WITH", StringComparison.Ordinal))
        {
            _asked.Enqueue(new Asked(command.CommandText, [.. command.Parameters.Cast<DbParameter>().Select(static p => (p.ParameterName, p.Value))]));
        }

        return base.ReaderExecutedAsync(command, eventData, result, cancellationToken);
    }

    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Interlocked.Add(ref _rows, eventData.ReadCount);
        return base.DataReaderDisposing(command, eventData, result);
    }

    [GeneratedRegex("\"(?<table>\\w+)\" AS \"(?<alias>\\w+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Alias();

    /// <summary>Asked of an empty list: it ends before it begins.</summary>
    [GeneratedRegex("WHERE 0\\s*(ORDER BY .*)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Nothing();

    [GeneratedRegex("^SCAN (?<alias>\\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Scan();

    private sealed record Asked(string Sql, IReadOnlyList<(string Name, object? Value)> Parameters);
}
