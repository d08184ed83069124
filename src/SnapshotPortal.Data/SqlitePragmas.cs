using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace SnapshotPortal.Data;

/// <summary>Settings that SQLite keeps per connection, applied whenever one is opened.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    // FULL, not NORMAL: the journal's promise is that an intention is on disk before its side effect, also after a power cut.
    private const string Pragmas = "PRAGMA synchronous = FULL; PRAGMA busy_timeout = 30000;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
