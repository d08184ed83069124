using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SnapshotPortal.Data;
using SnapshotPortal.Operations;

namespace SnapshotPortal.TestSupport.Large;

/// <summary>The portal's requests over a database, with nothing that works in the background.</summary>
public static class LargePortal
{
    /// <summary>Composes them.</summary>
    /// <param name="file">The database's file.</param>
    /// <param name="watch">Watches every query.</param>
    /// <param name="engine">Registers the hypervisor's side.</param>
    public static ServiceProvider Services(string file, QueryWatch watch, Action<IServiceCollection> engine)
    {
        var services = new ServiceCollection();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["SnapshotPortal:Hosts:0:Name"] = "large-host",
            ["SnapshotPortal:Hosts:0:Uri"] = "test:///large",
        }).Build();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(configuration);
        services.AddPortalData($"Data Source={file};Pooling=False");
        services.AddPortalOperations(configuration);
        services.ConfigureDbContext<PortalDbContext>(options => options.AddInterceptors(watch));
        engine(services);
        return services.BuildServiceProvider();
    }
}
