using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace SnapshotPortal.Data;

/// <summary>Brings the database to the present version before anything uses it.</summary>
public sealed class DatabasePreparation(IDbContextFactory<PortalDbContext> factory, string dataSource)
{
    /// <summary>Why the database cannot be looked at as it is; <see langword="null"/> if it can. Changes nothing.</summary>
    public async Task<string?> WhyNotReadableAsync(CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(dataSource);

        // Opening a file that is not there would make it.
        if (!File.Exists(path))
        {
            return $"There is no database at {path}. Name the portal's with ConnectionStrings__Portal.";
        }

        try
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            return (await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any()
                ? $"The database {path} is of an older version. Start the portal once, which brings it to the present one."
                : null;
        }
        catch (SqliteException e)
        {
            return $"The database {path} cannot be read: {e.Message}";
        }
    }

    /// <summary>
    /// Applies the migrations and turns the write-ahead log on. Refuses with a <see cref="DatabaseUnusableException"/> whose
    /// message says what to do, before any of it is half done.
    /// </summary>
    /// <exception cref="DatabaseUnusableException">The folder is missing, or the file cannot be opened or written.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(dataSource);
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            throw new DatabaseUnusableException(
                $"The database's folder {folder} does not exist. Create it and let the portal's user write to it, or set ConnectionStrings__Portal to another place.");
        }

        if (Directory.Exists(path))
        {
            throw new DatabaseUnusableException(
                $"The database {path} is a folder. Name a file in it, for example {Path.Combine(path, "portal.db")}, with ConnectionStrings__Portal.");
        }

        try
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            await db.Database.MigrateAsync(cancellationToken);

            // The mode is kept in the file. Readers never wait for the writer with it.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL;", cancellationToken);

            // A file that can be opened but not written would fail only at the first request: write now.
            await using var transaction = await db.BeginWriteAsync(cancellationToken);
            await db.NextSequenceAsync(0, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (SqliteException e)
        {
            throw new DatabaseUnusableException(
                $"The database {path} cannot be used: {e.Message} Check that the file and its folder belong to the portal's user and are writable, or set ConnectionStrings__Portal to another place.",
                e);
        }
    }
}

/// <summary>The database cannot be used; the message says why and what to do.</summary>
public sealed class DatabaseUnusableException : Exception
{
    public DatabaseUnusableException()
    {
    }

    public DatabaseUnusableException(string message)
        : base(message)
    {
    }

    public DatabaseUnusableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
