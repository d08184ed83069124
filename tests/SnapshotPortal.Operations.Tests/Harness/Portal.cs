using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Attention;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>
/// The operation layer as the portal runs it (real database file, queue, worker, monitor, collectors, event stream), on a
/// hypervisor by script and with a clock that the test moves.
/// </summary>
internal sealed class Portal : IAsyncDisposable
{
    public const string HostName = "host-a";

    // Migrating takes longer than most tests: it is done once, and every test gets a copy of the file.
    private static readonly Lazy<Task<byte[]>> Template = new(PrepareAsync);

    private readonly string _file;
    private IHost _host = null!;

    private Portal(string file, FakeTimeProvider time, FakeEngine engine)
    {
        _file = file;
        Time = time;
        Engine = engine;
    }

    public static Actor Anna { get; } = new(Guid.CreateVersion7(), "Anna", false);

    public static Actor Ben { get; } = new(Guid.CreateVersion7(), "Ben", false);

    public static Actor Admin { get; } = new(Guid.CreateVersion7(), "Ada", true);

    public static Actor Tess { get; } = new(Guid.CreateVersion7(), "Tess", false, IsTeacher: true);

    public static Actor Cora { get; } = new(Guid.CreateVersion7(), "Cora", false);

    public static Actor Otto { get; } = new(Guid.CreateVersion7(), "Otto", false, IsTeacher: true);

    public static Actor Sam { get; } = new(Guid.CreateVersion7(), "Sam", false);

    public static Actor Sue { get; } = new(Guid.CreateVersion7(), "Sue", false);

    public static string Email(Actor actor) => $"{actor.Name}@example.org";

    /// <summary>In memory where the machine has a place for that: what a power failure leaves is not what these tests are about.</summary>
    public static string NewFile() => Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"portal-{Guid.NewGuid():N}.db");

    public FakeTimeProvider Time { get; }

    public FakeEngine Engine { get; }

    public IServiceProvider Services => _host.Services;

    public IVirtualMachines Vms => Services.GetRequiredService<IVirtualMachines>();

    public ISnapshots Snapshots => Services.GetRequiredService<ISnapshots>();

    public ISchedules Schedules => Services.GetRequiredService<ISchedules>();

    public IOperations Operations => Services.GetRequiredService<IOperations>();

    public IStorage Storage => Services.GetRequiredService<IStorage>();

    public IExports Exports => Services.GetRequiredService<IExports>();

    public ITemplates Templates => Services.GetRequiredService<ITemplates>();

    public IClasses Classes => Services.GetRequiredService<IClasses>();

    public IClassSchedules ClassSchedules => Services.GetRequiredService<IClassSchedules>();

    public IDeployments Deployments => Services.GetRequiredService<IDeployments>();

    public IQuotas Quotas => Services.GetRequiredService<IQuotas>();

    public FakeConsoles ConsoleEngine { get; } = new();

    public IConsoles Consoles => Services.GetRequiredService<IConsoles>();
    public IBoard Board => Services.GetRequiredService<IBoard>();

    public IAttention Attention => Services.GetRequiredService<IAttention>();

    public IImages Images => Services.GetRequiredService<IImages>();

    public IUsage Usage => Services.GetRequiredService<IUsage>();

    public IEventStream Stream => Services.GetRequiredService<IEventStream>();

    public Changes Changes => Services.GetRequiredService<Changes>();

    public Guid HostId { get; private set; }

    public static async Task<Portal> StartAsync(Action<Setup>? configure = null)
    {
        var setup = new Setup();
        configure?.Invoke(setup);
        var file = setup.File ?? NewFile();
        if (setup.File is null)
        {
            await File.WriteAllBytesAsync(file, await Template.Value);
        }

        var time = setup.Time ?? new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var portal = new Portal(file, time, setup.Engine ?? new FakeEngine(time));
        await portal.RunAsync(setup);
        return portal;
    }

    /// <summary>
    /// The database as a <c>kill -9</c> at this moment would leave it, in a file of its own. This portal begins nothing more; what
    /// it has begun and a gate of the engine holds back stays where it is.
    /// </summary>
    public async Task<string> CrashAsync()
    {
        var copy = NewFile();
        await using (var db = await ContextAsync())
        {
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {copy}");
        }

        await StopWithoutWaitingAsync();
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await StopWithoutWaitingAsync();
        _host.Dispose();
        foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" })
        {
            File.Delete(file);
        }
    }

    /// <summary>Gates that a test left closed would hold the stop back.</summary>
    private async Task StopWithoutWaitingAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        try
        {
            await _host.StopAsync(hurry.Token);
        }
        catch (OperationCanceledException)
        {
            // What still runs is left to the collector of garbage.
        }
    }

    public Task StopAsync() => _host.StopAsync(CancellationToken.None);

    public IPortalDb Db() => Services.GetRequiredService<IPortalDbFactory>().Create();

    public Task<PortalDbContext> ContextAsync() => Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();

    /// <summary>Something from the database.</summary>
    public async Task<T> ReadAsync<T>(Func<IPortalDb, Task<T>> read)
    {
        await using var db = Db();
        return await read(db);
    }

    /// <summary>Writes rows as if they had always been there, without an event.</summary>
    public Task WriteAsync(Func<IPortalDb, Task> write) => Changes.CommitAsync((db, _) => write(db), CancellationToken.None);

    /// <summary>A machine of <paramref name="owner"/>, adopted from the host the way an administrator does it.</summary>
    public async Task<Guid> AddVmAsync(string name, Actor? owner = null, params string[] targets)
    {
        var domain = Engine.AddDomain(name, targets.Length == 0 ? ["vda"] : targets);
        var outcome = await Vms.AdoptAsync(Admin, new AdoptRequest(HostId, domain.Seen.VmId, (owner ?? Anna).UserId), CancellationToken.None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        return domain.Seen.VmId;
    }

    public async Task<OperationView> RequestTakeAsync(Guid vmId, string name, Actor? actor = null, TimeSpan? deadline = null)
        => Accepted(await Snapshots.TakeAsync(actor ?? Anna, vmId, new TakeSnapshotRequest(name, FailureDeadline: deadline), CancellationToken.None));

    /// <summary>A snapshot that has succeeded.</summary>
    public async Task<Guid> TakeAsync(Guid vmId, string name, Actor? actor = null)
    {
        var operation = await EndedAsync(await RequestTakeAsync(vmId, name, actor));
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        return operation.SnapshotId!.Value;
    }

    /// <summary>An export of a snapshot that is ready; its id.</summary>
    public async Task<Guid> ExportAsync(Guid snapshotId, ExportRequest? request = null)
    {
        var operation = await EndedAsync(Accepted(await Exports.ExportSnapshotAsync(Anna, snapshotId, request ?? new ExportRequest(), CancellationToken.None)));
        Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        return operation.Id;
    }

    public async Task<OperationView> RequestFlattenAsync(Guid vmId) => Accepted(await Storage.FlattenAsync(Anna, vmId, null, CancellationToken.None));

    public async Task<OperationView> RequestCloneAsync(Guid snapshotId, string name, Actor? actor = null)
        => Accepted(await Snapshots.CloneAsync(actor ?? Anna, snapshotId, new CloneVmRequest(name), CancellationToken.None));

    public async Task<OperationView> RequestRestoreAsync(Guid snapshotId, bool keepPresent = true)
        => Accepted(await Snapshots.RestoreAsync(Anna, snapshotId, new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, keepPresent), CancellationToken.None));

    public async Task<OperationView> RequestDeleteAsync(Guid snapshotId)
        => Accepted(await Snapshots.DeleteAsync(Anna, snapshotId, null, CancellationToken.None));

    public async Task<OperationView> RequestDeleteVmAsync(Guid vmId)
        => Accepted(await Vms.DeleteAsync(Anna, vmId, null, CancellationToken.None));

    public async Task<OperationView> RequestPowerAsync(Guid vmId, PowerAction action)
        => Accepted(await Vms.PowerAsync(Anna, vmId, new PowerRequest(action), CancellationToken.None));

    public async Task<OperationView> OperationAsync(Guid id) => (await Operations.GetAsync(Admin, id, CancellationToken.None)).Value!;

    public Task<OperationView> EndedAsync(OperationView operation) => EndedAsync(operation.Id);

    /// <summary>The operation once it has ended, however.</summary>
    public async Task<OperationView> EndedAsync(Guid id)
    {
        var last = await OperationAsync(id);
        await Wait.UntilAsync(async () => !(last = await OperationAsync(id)).IsActive, $"{last.Kind} ended (it is {last.State})");
        return last;
    }

    /// <summary>The same, while the clock runs: for what polls.</summary>
    public async Task<OperationView> EndedWhileTimePassesAsync(Guid id)
    {
        var last = await OperationAsync(id);
        await UntilWhileTimePassesAsync(async () => !(last = await OperationAsync(id)).IsActive, $"{last.Kind} ended");
        return last;
    }

    public Task UntilWhileTimePassesAsync(Func<Task<bool>> condition, string what) => Wait.UntilAsync(
        async () =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(200));
            return await condition();
        },
        what);

    public async Task<VirtualMachine> VmAsync(Guid id) => await ReadAsync(db => db.Vms.AsNoTracking().SingleAsync(v => v.Id == id));

    public async Task<Snapshot> SnapshotAsync(Guid id) => await ReadAsync(db => db.Snapshots.AsNoTracking().Include(static s => s.Disks).SingleAsync(s => s.Id == id));

    public async Task<List<DiskLayer>> LayersAsync() => await ReadAsync(static db => db.Layers.AsNoTracking().OrderBy(static l => l.Id).ToListAsync());

    public async Task<DiskLayer> HeadAsync(Guid vmId, string target = "vda")
        => await ReadAsync(db => db.Layers.AsNoTracking().SingleAsync(l => l.HeadOfVmId == vmId && l.Target == target));

    public async Task<List<OperationEvent>> EventsAsync(Guid? operationId = null)
        => await ReadAsync(db => db.Events.AsNoTracking().Where(e => operationId == null || e.OperationId == operationId).OrderBy(static e => e.Sequence).ToListAsync());

    /// <summary>The host tells that a machine is gone; written into the database alone, the next look at the host would undo it.</summary>
    public async Task MissAsync(Guid vmId)
    {
        Engine.Tell(HostName, new VmRemoved(vmId));
        await Wait.UntilAsync(async () => (await VmAsync(vmId)).Presence == VmPresence.Missing, "the machine is missed");
    }

    /// <summary>Lets the collector look now, instead of at its next round.</summary>
    public void WakeCollector() => Services.GetRequiredService<CollectionTrigger>().Wake();

    /// <summary>What an administrator does to an account: it can be used no longer, or again.</summary>
    public async Task LockAsync(Actor actor, bool locked = true)
    {
        await using var db = await ContextAsync();
        DateTimeOffset? at = locked ? Time.GetUtcNow() : null;
        await db.Users.Where(u => u.Id == actor.UserId).ExecuteUpdateAsync(s => s.SetProperty(static u => u.DisabledAt, at));
    }

    /// <summary>Takes every role away from somebody.</summary>
    public async Task DemoteAsync(Actor actor)
    {
        await using var db = await ContextAsync();
        await db.UserRoles.Where(r => r.UserId == actor.UserId).ExecuteDeleteAsync();
    }

    public async Task LoseHostAsync(string why = "The connection was reset.")
    {
        Engine.Tell(HostName, new HostLost(why));
        await Wait.UntilAsync(() => ReadAsync(static db => db.Hosts.AnyAsync(static h => h.State == HostState.Unreachable)), "the host is known to be lost");
    }

    public async Task BringHostBackAsync()
    {
        Engine.Tell(HostName, Engine.Connected());
        await Wait.UntilAsync(() => ReadAsync(static db => db.Hosts.AnyAsync(static h => h.State == HostState.Connected)), "the host is connected");
    }

    private OperationView Accepted(Outcome<OperationView> outcome)
    {
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);

        // People's requests do not come in the same tick; the queue's order is that of their times.
        Time.Advance(TimeSpan.FromMilliseconds(1));
        return outcome.Value;
    }

    private static async Task<byte[]> PrepareAsync()
    {
        var file = NewFile();
        var services = new ServiceCollection();
        services.AddPortalData($"Data Source={file};Pooling=False");
        await using (var provider = services.BuildServiceProvider())
        {
            await provider.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);
            await using var db = await provider.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
            foreach (var actor in new[] { Anna, Ben, Admin, Tess, Cora, Otto, Sam, Sue })
            {
                db.Users.Add(new PortalUser { Id = actor.UserId, UserName = actor.Name, Email = Email(actor), NormalizedEmail = Email(actor).ToUpperInvariant(), EmailConfirmed = true, DisplayName = actor.Name, PasswordHash = "-" });
            }

            var administrator = new IdentityRole<Guid>(PortalRoles.Administrator) { Id = Guid.CreateVersion7(), NormalizedName = PortalRoles.Administrator.ToUpperInvariant() };
            db.Roles.Add(administrator);
            db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = Admin.UserId, RoleId = administrator.Id });
            await db.SaveChangesAsync();
        }

        var bytes = await File.ReadAllBytesAsync(file);
        File.Delete(file);
        return bytes;
    }

    private async Task RunAsync(Setup setup)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["SnapshotPortal:Hosts:0:Name"] = HostName,
            ["SnapshotPortal:Hosts:0:Uri"] = "test:///default",
            ["SnapshotPortal:InstanceName"] = setup.Instance,
            ["SnapshotPortal:OperationsPerHost"] = $"{setup.OperationsPerHost}",
        });
        foreach (var (key, value) in setup.Settings)
        {
            builder.Configuration[key] = value;
        }

        builder.Services.AddSingleton<TimeProvider>(Time);

        // EF Core keeps its model and its compiled queries for each logger factory: one for all tests saves most of their time.
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(NullLoggerFactory.Instance));
        builder.Services.AddSingleton<IHypervisorEngine>(Engine);
        builder.Services.AddSingleton<IConsoleEngine>(ConsoleEngine);
        builder.Services.AddPortalData($"Data Source={_file};Pooling=False");
        builder.Services.AddPortalOperations(builder.Configuration);
        setup.Services?.Invoke(builder.Services);
        _host = builder.Build();
        await _host.StartAsync();
        await Wait.UntilAsync(() => Engine.IsWatched(HostName), "the host is watched");
        HostId = await ReadAsync(static db => db.Hosts.Select(static h => h.Id).SingleAsync());
    }

    /// <summary>How a test wants its portal.</summary>
    internal sealed class Setup
    {
        /// <summary>An existing database; it becomes this portal's and goes with it.</summary>
        public string? File { get; set; }

        public FakeTimeProvider? Time { get; set; }

        public FakeEngine? Engine { get; set; }

        public string Instance { get; set; } = "instance-1";

        public int OperationsPerHost { get; set; } = 4;

        public Action<IServiceCollection>? Services { get; set; }

        /// <summary>Further configuration.</summary>
        public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal);
    }
}
