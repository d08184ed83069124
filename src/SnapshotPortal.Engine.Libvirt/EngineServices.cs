using Microsoft.Extensions.DependencyInjection;

namespace SnapshotPortal.Engine.Libvirt;

/// <summary>Registers the libvirt engine.</summary>
public static class EngineServices
{
    /// <summary>Adds the engine that does the operation layer's work through libvirt.</summary>
    public static IServiceCollection AddLibvirtEngine(this IServiceCollection services) => services;
}
