using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SnapshotPortal.Operations.Access;
using SnapshotPortal.Operations.Accounts;
using SnapshotPortal.Operations.Addresses;
using SnapshotPortal.Operations.Attention;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Consoles;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Doctoring;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Exporting;
using SnapshotPortal.Operations.Freezing;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Importing;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Operations.Metrics;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Readiness;
using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Records;
using SnapshotPortal.Operations.Recovering;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Scheduling;
using SnapshotPortal.Operations.Searching;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Usage;

namespace SnapshotPortal.Operations;

/// <summary>Registers the operation layer.</summary>
public static class OperationsServices
{
    /// <summary>Adds the requests, the durable queue's worker and the event stream; reads <see cref="PortalOptions.Section"/>.</summary>
    public static IServiceCollection AddPortalOperations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PortalOptions>().Bind(configuration.GetSection(PortalOptions.Section))
            .Validate(static o => o.FailureDeadline >= TimeSpan.FromSeconds(1) && o.FailureDeadline <= TimeSpan.FromHours(24), "SnapshotPortal:FailureDeadline must be between 00:00:01 and 24 hours (1.00:00:00).")
            .Validate(static o => o.OperationsPerHost is >= 1 and <= 64, "SnapshotPortal:OperationsPerHost must be between 1 and 64.")
            .Validate(static o => o.DriftCheck >= TimeSpan.FromSeconds(10) && o.DriftCheck <= TimeSpan.FromHours(24), "SnapshotPortal:DriftCheck must be between 00:00:10 and 24 hours (1.00:00:00).")
            .Validate(static o => o.Hosts.All(static h => h.Name.Length > 0 && h.Uri.Length > 0), "Every entry of SnapshotPortal:Hosts needs a Name and a Uri.")
            .Validate(static o => o.Hosts.DistinctBy(static h => h.Name, StringComparer.Ordinal).Count() == o.Hosts.Count, "The names in SnapshotPortal:Hosts must differ.")
            .Validate(static o => o.SafetySnapshots.Keep is >= 1 and <= 50, "SnapshotPortal:SafetySnapshots:Keep must be between 1 and 50: the newest is what a restore is undone with.")
            .Validate(static o => o.SafetySnapshots.KeepFor >= TimeSpan.Zero && o.SafetySnapshots.KeepFor <= TimeSpan.FromDays(3650), "SnapshotPortal:SafetySnapshots:KeepFor must be between 00:00:00 and 3650.00:00:00 (days.hours:minutes:seconds).")
            .Validate(static o => o.History.Keep >= TimeSpan.FromDays(1) && o.History.Keep <= TimeSpan.FromDays(3650), "SnapshotPortal:History:Keep must be between 1.00:00:00 and 3650.00:00:00 (days.hours:minutes:seconds).")
            .Validate(static o => o.Images.LargestFile >= 1L << 20 && o.Images.LargestDisk >= 1L << 20, "SnapshotPortal:Images:LargestFile and SnapshotPortal:Images:LargestDisk must be at least 1048576 bytes (1 MiB).")
            .ValidateOnStart();
        services.AddMailOutbox(configuration);
        services.AddOptions<AuditOptions>().Bind(configuration.GetSection(AuditOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<EventStream>();
        services.AddSingleton<IEventStream>(static p => p.GetRequiredService<EventStream>());
        services.AddSingleton<Pace>();
        services.AddSingleton<Changes>();
        services.AddSingleton<PortalMetrics>();
        services.AddSingleton<ViewReader>();
        services.AddSingleton<HostRegistry>();
        services.AddSingleton<OperationSignals>();
        services.AddSingleton<Claims>();
        services.AddSingleton<CollectionTrigger>();
        services.AddSingleton<ExportSignal>();
        services.AddSingleton<StorageReader>();
        services.AddSingleton<RecordSignal>();
        services.AddSingleton<RecordReading>();
        services.AddSingleton<DriftTrigger>();
        services.AddSingleton<DriftCheck>();
        services.AddSingleton<IDoctor, Doctor>();
        services.AddSingleton<IRecovery, Recovery>();
        services.AddSingleton<Enqueuing>();
        services.AddSingleton<ClonePlanning>();
        services.AddSingleton<VmPlans>();
        services.AddSingleton<QuotaRule>();
        services.AddSingleton<TemplateReader>();
        services.AddSingleton<ClassReader>();
        services.AddSingleton<DeploymentReader>();
        services.AddSingleton<DeploymentPlanning>();
        services.AddSingleton<Latecomers>();
        services.AddSingleton<BatchSignal>();
        services.AddSingleton<BatchPlans>();
        services.AddSingleton<OfferedNetworks>();
        services.AddSingleton<ClonePreviews>();
        services.AddSingleton<IdentityQueue>();
        services.AddSingleton<SnapshotComparison>();
        services.AddSingleton<HostLoads>();
        services.AddSingleton<HostFit>();
        services.AddSingleton<MachineAddresses>();
        services.AddSingleton<UsageSignal>();
        services.AddSingleton<UsageHistory>();
        services.AddSingleton<UsageWatchers>();
        services.AddSingleton<IFaultPoint, KillPoint>();

        services.AddSingleton<IVirtualMachines, VirtualMachineRequests>();
        services.AddSingleton<SnapshotRequests>();
        services.AddSingleton<ISnapshots>(static p => p.GetRequiredService<SnapshotRequests>());
        services.AddSingleton<ISchedules, ScheduleRequests>();
        services.AddSingleton<SnapshotTidying>();
        services.AddSingleton<IOperations, OperationRequests>();
        services.AddSingleton<IBoard, BoardRequests>();
        services.AddSingleton<ISearch, SearchRequests>();
        services.AddSingleton<IAttention, AttentionRequests>();
        services.AddSingleton<IStorage, StorageRequests>();
        services.AddSingleton<IExports, ExportRequests>();
        services.AddSingleton<ITemplates, TemplateRequests>();
        services.AddSingleton<IClasses, ClassRequests>();
        services.AddSingleton<IClassSchedules, ClassScheduleRequests>();
        services.AddSingleton<IDeployments, DeploymentRequests>();
        services.AddSingleton<IQuotas, QuotaRequests>();
        services.AddSingleton<IAudit, AuditRequests>();
        services.AddSingleton<Tickets>();
        services.AddSingleton<SerialLines>();
        services.AddSingleton<ConsoleVisits>();
        services.AddSingleton<IConsoles, ConsoleRequests>();
        services.AddSingleton<IReadiness, ReadinessRequests>();
        services.AddSingleton<IImages, ImageRequests>();
        services.AddSingleton<IAccountClosing, AccountClosing>();
        services.AddSingleton<IUsage, UsageRequests>();
        services.AddSingleton<IHostLoad, HostLoadRequests>();
        services.AddAccessTokens();

        services.AddSingleton<IOperationHandler, TakeSnapshotHandler>();
        services.AddSingleton<IOperationHandler, RestoreSnapshotHandler>();
        services.AddSingleton<IOperationHandler, CloneVmHandler>();
        services.AddSingleton<IOperationHandler, DeleteSnapshotHandler>();
        services.AddSingleton<IOperationHandler, CollectLayersHandler>();
        services.AddSingleton<IOperationHandler, PowerHandler>();
        services.AddSingleton<IOperationHandler, DeleteVmHandler>();
        services.AddSingleton<IOperationHandler, FlattenVmHandler>();
        services.AddSingleton<IOperationHandler, ExportHandler>();
        services.AddSingleton<IOperationHandler, GiveIdentityHandler>();
        services.AddSingleton<IOperationHandler, ImportVmHandler>();
        services.AddSingleton<IOperationHandler, ConfigureVmHandler>();

        // The monitor first: it names the hosts that the others work on.
        services.AddHostedService<HostMonitor>();
        services.AddHostedService<UploadedLayers>();
        services.AddHostedService<OperationWorker>();
        services.AddHostedService<FreezeDebtCollector>();
        services.AddHostedService<CollectionPlanner>();
        services.AddHostedService<DriftWatch>();
        services.AddHostedService<ExportRemoval>();
        services.AddHostedService<RecordWriter>();
        services.AddHostedService<Scheduler>();
        services.AddHostedService<SafetySnapshotKeeper>();
        services.AddHostedService<HistoryPruner>();
        services.AddHostedService<BatchDriver>();
        services.AddHostedService<DeploymentExpiry>();
        services.AddHostedService<UsageSampler>();
        services.AddHostedService<AuditAnchors>();
        return services;
    }
}
