using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SnapshotPortal.Operations;

/// <summary>Registers the operation layer.</summary>
public static class OperationsServices
{
    /// <summary>Adds the requests, the durable queue's worker and the event stream; reads <see cref="PortalOptions.Section"/>.</summary>
    public static IServiceCollection AddPortalOperations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PortalOptions>().Bind(configuration.GetSection(PortalOptions.Section));
        services.AddSingleton(TimeProvider.System);
        return services;
    }
}
