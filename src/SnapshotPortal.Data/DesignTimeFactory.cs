using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

namespace SnapshotPortal.Data;

/// <summary>What <c>dotnet ef migrations add NAME --project src/SnapshotPortal.Data</c> starts from.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<PortalDbContext>
{
    public PortalDbContext CreateDbContext(string[] args)
        => new ServiceCollection().AddPortalData("Data Source=design-time.db").BuildServiceProvider().GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContext();
}
