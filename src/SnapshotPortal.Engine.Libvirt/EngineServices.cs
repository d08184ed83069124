using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SnapshotPortal.Engine.Libvirt.Capturing;
using SnapshotPortal.Engine.Libvirt.Cloning;
using SnapshotPortal.Engine.Libvirt.Configuring;
using SnapshotPortal.Engine.Libvirt.Consoles;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Examining;
using SnapshotPortal.Engine.Libvirt.Exporting;
using SnapshotPortal.Engine.Libvirt.Flattening;
using SnapshotPortal.Engine.Libvirt.Freezing;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Engine.Libvirt.Identities;
using SnapshotPortal.Engine.Libvirt.Importing;
using SnapshotPortal.Engine.Libvirt.Measuring;
using SnapshotPortal.Engine.Libvirt.Merging;
using SnapshotPortal.Engine.Libvirt.Power;
using SnapshotPortal.Engine.Libvirt.Restoring;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt;

/// <summary>Registers the libvirt engine.</summary>
public static class EngineServices
{
    /// <summary>Adds the engine that does the operation layer's work through libvirt; reads <see cref="EngineOptions.Section"/>.</summary>
    public static IServiceCollection AddLibvirtEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EngineOptions>().Bind(configuration.GetSection(EngineOptions.Section))
            .Validate(static o => o.AgentTimeout >= TimeSpan.FromSeconds(1) && o.AgentTimeout <= TimeSpan.FromMinutes(1), "Engine:AgentTimeout must be between 00:00:01 and 00:01:00.")
            .Validate(static o => o.ReservedBytes >= 0, "Engine:ReservedBytes must not be negative.")
            .ValidateOnStart();
        services.AddSingleton<HostLinks>();
        services.AddSingleton<HostWatch>();
        services.AddSingleton<KvmTrial>();
        services.AddSingleton<ThawGuard>();
        services.AddSingleton<Freezer>();
        services.AddSingleton<SpaceCheck>();
        services.AddSingleton<BlockJobs>();
        services.AddSingleton<DomainJobs>();
        services.AddSingleton<ActiveCommit>();
        services.AddSingleton<LayerMerge>();
        services.AddSingleton<VolumeRemoval>();
        services.AddSingleton<AgentQuestions>();
        services.AddSingleton<SnapshotCapture>();
        services.AddSingleton<SnapshotRestore>();
        services.AddSingleton<CloneOffers>();
        services.AddSingleton<FrozenCopy>();
        services.AddSingleton<VmClone>();
        services.AddSingleton<GuestIdentification>();
        services.AddSingleton<ImageUpload>();
        services.AddSingleton<ImageImport>();
        services.AddSingleton<PowerChange>();
        services.AddSingleton<DiskFlatten>();
        services.AddSingleton<MachineSettings>();
        services.AddSingleton<MachineNetwork>();
        services.AddSingleton<HostMeasures>();
        services.AddSingleton<BackupJob>();
        services.AddSingleton<DiskExport>();
        services.AddSingleton<ExportedVolumes>();
        services.AddSingleton<MachineExamination>();
        services.AddSingleton<HostExamination>();
        services.AddSingleton<PortalRecord>();
        services.AddSingleton<IHypervisorEngine, LibvirtEngine>();
        services.AddSingleton<IConsoleEngine, MachineConsoles>();
        services.AddSingleton<IHostChecks, HostChecks>();
        services.AddHostedService<GuardStarter>();
        return services;
    }

    /// <summary>Starts the thaw guard with the portal, so that the first freeze need not wait for it.</summary>
    private sealed class GuardStarter(ThawGuard guard) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.Run(guard.Start, cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
