using Microsoft.AspNetCore.Identity;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Data;

/// <summary>Registers the database.</summary>
public static class DataServices
{
    /// <summary>Adds the SQLite database at <paramref name="connectionString"/> and what the operation layer asks of it.</summary>
    public static IServiceCollection AddPortalData(this IServiceCollection services, string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { DefaultTimeout = 30, ForeignKeys = true };

        // The context asks for it when it makes its model: the third has passkeys.
        services.Configure<IdentityOptions>(static identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddDbContextFactory<PortalDbContext>(options => options
            // One query, one consistent picture: what is read together in several is not.
            .UseSqlite(builder.ConnectionString, static sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SingleQuery))
            .AddInterceptors(new SqlitePragmas()));

        // Identity's stores take a scoped context; everything else makes short ones from the factory.
        services.AddScoped(static provider => provider.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContext());
        services.AddSingleton<IPortalDbFactory, PortalDbFactory>();
        services.AddSingleton<IUserDirectory, UserDirectory>();
        services.AddSingleton(provider => new DatabasePreparation(provider.GetRequiredService<IDbContextFactory<PortalDbContext>>(), builder.DataSource));
        return services;
    }

    private sealed class PortalDbFactory(IDbContextFactory<PortalDbContext> factory) : IPortalDbFactory
    {
        public IPortalDb Create() => factory.CreateDbContext();
    }
}
