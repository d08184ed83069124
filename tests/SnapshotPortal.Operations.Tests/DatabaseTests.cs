using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

public sealed class DatabaseTests
{
    [Fact]
    public async Task Model_ComparedWithTheMigrations_HasNoPendingChanges()
    {
        await using var portal = await Portal.StartAsync();
        await using var db = await portal.ContextAsync();

        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
    }

    [Fact]
    public async Task Prepare_Twice_IsFineAndUsesTheWriteAheadLog()
    {
        await using var portal = await Portal.StartAsync();

        await portal.Services.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);

        await using var db = await portal.ContextAsync();
        Assert.Equal("wal", Assert.Single(await db.Database.SqlQuery<string>($"SELECT journal_mode AS Value FROM pragma_journal_mode").ToListAsync()));
        Assert.Equal(2, Assert.Single(await db.Database.SqlQuery<int>($"SELECT synchronous AS Value FROM pragma_synchronous").ToListAsync()));
    }

    [Fact]
    public async Task Prepare_FolderMissing_SaysWhichAndWhatToDo()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"missing-{Guid.NewGuid():N}");

        var e = await Assert.ThrowsAsync<DatabaseUnusableException>(() => PrepareAsync(Path.Combine(folder, "portal.db")));

        Assert.Contains(folder, e.Message, StringComparison.Ordinal);
        Assert.Contains("Create it", e.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Prepare_DirectoryInPlaceOfTheFile_SaysSo()
    {
        var folder = Directory.CreateTempSubdirectory("portal-");
        try
        {
            var e = await Assert.ThrowsAsync<DatabaseUnusableException>(() => PrepareAsync(folder.FullName));

            Assert.StartsWith($"The database {folder.FullName} is a folder. ", e.Message, StringComparison.Ordinal);
            Assert.Contains("ConnectionStrings__Portal", e.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }

    [Fact]
    public Task Prepare_FolderThatTakesNoFiles_SaysSo() => UnusableAsync("/proc/portal.db");

    [Fact]
    public async Task Prepare_FileIsNoDatabase_SaysSoAndLeavesItAlone()
    {
        var file = Portal.NewFile();
        var content = string.Concat(Enumerable.Repeat("This is a letter, not a database. ", 100));
        await File.WriteAllTextAsync(file, content);
        try
        {
            await UnusableAsync(file);
            Assert.Equal(content, await File.ReadAllTextAsync(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task UnusableAsync(string file)
    {
        var e = await Assert.ThrowsAsync<DatabaseUnusableException>(() => PrepareAsync(file));

        Assert.StartsWith($"The database {file} cannot be used: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Portal", e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.InnerException);
    }

    private static async Task PrepareAsync(string file)
    {
        var services = new ServiceCollection();
        services.AddPortalData($"Data Source={file};Pooling=False");
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);
    }
}
