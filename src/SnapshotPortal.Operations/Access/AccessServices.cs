using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Access;

/// <summary>Registers the personal access tokens.</summary>
public static class AccessServices
{
    /// <summary>Adds <see cref="IAccessTokens"/>; needs a <see cref="TimeProvider"/> and the database.</summary>
    public static IServiceCollection AddAccessTokens(this IServiceCollection services)
    {
        services.TryAddSingleton<IAccessTokens, AccessTokens>();
        return services;
    }
}
