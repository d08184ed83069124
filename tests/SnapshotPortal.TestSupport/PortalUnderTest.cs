using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Engine.Libvirt;
using SnapshotPortal.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.TestSupport;

/// <summary>
/// The whole portal but its web pages: the real database in a file, the real worker, the real engine on a real libvirt.
/// It can be stopped and started again on the same database.
/// </summary>
public sealed class PortalUnderTest : IAsyncDisposable
{
    private readonly string _database;
    private readonly string _uri;
    private readonly Dictionary<string, string?> _settings;
    private readonly Action<IServiceCollection>? _replace;
    private IHost? _host;
    private bool _borrowed;

    private PortalUnderTest(string database, string uri, Dictionary<string, string?> settings, Action<IServiceCollection>? replace)
    {
        _database = database;
        _uri = uri;
        _settings = settings;
        _replace = replace;
    }

    /// <summary>The database's file.</summary>
    public string DatabasePath => _database;

    /// <summary>An ordinary user.</summary>
    public Actor Owner { get; private set; } = null!;

    /// <summary>Another ordinary user.</summary>
    public Actor Stranger { get; private set; } = null!;

    public Actor Administrator { get; private set; } = null!;

    public IServiceProvider Services => _host!.Services;

    public IVirtualMachines Vms => Services.GetRequiredService<IVirtualMachines>();

    public ISnapshots Snapshots => Services.GetRequiredService<ISnapshots>();

    public IStorage Storage => Services.GetRequiredService<IStorage>();

    public IExports Exports => Services.GetRequiredService<IExports>();

    public IOperations Operations => Services.GetRequiredService<IOperations>();

    /// <summary>Starts a portal.</summary>
    /// <param name="uri">The libvirt connection of its one host.</param>
    /// <param name="settings">More of its configuration.</param>
    /// <param name="replace">Registrations of the test's own.</param>
    public static async Task<PortalUnderTest> StartAsync(string uri = GuestHost.Uri, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? replace = null)
    {
        var portal = new PortalUnderTest(Path.Combine(Path.GetTempPath(), $"sp-{Guid.NewGuid():N}.db"), uri, settings ?? [], replace);
        await portal.StartAsync();
        await using var db = await portal.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        portal.Owner = Add(db, "Olga Owner", administrator: false);
        portal.Stranger = Add(db, "Stan Stranger", administrator: false);
        portal.Administrator = Add(db, "Ada Administrator", administrator: true);
        var role = new IdentityRole<Guid>(PortalRoles.Administrator) { Id = Guid.CreateVersion7(), NormalizedName = PortalRoles.Administrator.ToUpperInvariant() };
        db.Roles.Add(role);
        db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = portal.Administrator.UserId, RoleId = role.Id });
        await db.SaveChangesAsync();
        return portal;
    }

    /// <summary>Opens a portal on a database that another made and keeps.</summary>
    /// <param name="database">Its file.</param>
    /// <param name="ownerId">Whose requests it makes.</param>
    /// <param name="uri">The libvirt connection of its one host.</param>
    public static async Task<PortalUnderTest> OpenAsync(string database, Guid ownerId, string uri = GuestHost.Uri)
    {
        var portal = new PortalUnderTest(database, uri, [], replace: null) { Owner = new Actor(ownerId, "Olga Owner", false), _borrowed = true };
        portal.Administrator = new Actor(ownerId, "Olga Owner", true);
        await portal.StartAsync();
        return portal;
    }

    /// <summary>Starts it (again) and waits until its host is connected.</summary>
    public async Task StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(_settings, StringComparer.Ordinal)
        {
            ["SnapshotPortal:Hosts:0:Name"] = "local",
            ["SnapshotPortal:Hosts:0:Uri"] = _uri,
        });
        builder.Logging.ClearProviders();
        if (Environment.GetEnvironmentVariable("SNAPSHOTPORTAL_TEST_LOG") is not null)
        {
            builder.Logging.AddSimpleConsole().AddFilter("Microsoft", LogLevel.Warning);
        }

        builder.Services.AddPortalData($"Data Source={_database}");
        builder.Services.AddPortalOperations(builder.Configuration);
        builder.Services.AddLibvirtEngine(builder.Configuration);
        _replace?.Invoke(builder.Services);
        _host = builder.Build();
        await Services.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);
        await _host.StartAsync();
    }

    /// <summary>Stops it as an orderly shutdown does.</summary>
    public async Task StopAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
        _host = null;
    }

    public async Task<PortalDbContext> DbAsync() => await Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();

    /// <summary>Puts a domain under the care of <see cref="Owner"/>.</summary>
    public async Task<VmView> AdoptAsync(Guid vmId)
    {
        await using var db = await DbAsync();
        var host = await db.Hosts.SingleAsync();
        var adopted = await Eventually.GetAsync(
            async () => await Vms.AdoptAsync(Administrator, new AdoptRequest(host.Id, vmId, Owner.UserId), CancellationToken.None) is { IsSuccess: true } done ? done.Value : null,
            "the host is connected and the domain adopted");
        return adopted!;
    }

    /// <summary>The operation's end.</summary>
    public async Task<OperationView> EndAsync(Outcome<OperationView> requested, TimeSpan? atMost = null)
    {
        if (!requested.IsSuccess)
        {
            throw new InvalidOperationException($"The request was refused: {requested.Failure}");
        }

        return await EndAsync(requested.Value.Id, atMost);
    }

    /// <summary>The operation's end.</summary>
    public async Task<OperationView> EndAsync(Guid operationId, TimeSpan? atMost = null)
    {
        OperationView? last = null;
        try
        {
            return (await Eventually.GetAsync(
                async () =>
                {
                    last = (await Operations.GetAsync(Administrator, operationId, CancellationToken.None)).Value;
                    return last is { IsActive: false } ended ? ended : null;
                },
                "the operation has ended",
                atMost ?? TimeSpan.FromSeconds(90)))!;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} It is {last?.State}; steps: {string.Join(", ", last?.Steps.Select(static s => $"{s.Name} {s.State} {s.DurationMilliseconds} {s.Detail}") ?? [])}; {last?.WaitingFor}", e);
        }
    }

    /// <summary>The operation's end, which must be a success.</summary>
    public async Task<OperationView> SucceedAsync(Task<Outcome<OperationView>> requested)
    {
        var ended = await EndAsync(await requested);
        return ended.State == OperationState.Succeeded
            ? ended
            : throw new InvalidOperationException($"{ended.Kind} ended as {ended.State} at {ended.CurrentStep}: {ended.ErrorCode}: {ended.ErrorMessage}");
    }

    /// <summary>Takes a snapshot and waits for its success.</summary>
    public async Task<SnapshotView> TakeAsync(Guid vmId, string name)
    {
        var ended = await SucceedAsync(Snapshots.TakeAsync(Owner, vmId, new TakeSnapshotRequest(name), CancellationToken.None));
        return (await Snapshots.GetAsync(Owner, ended.SnapshotId!.Value, CancellationToken.None)).Value!;
    }

    /// <summary>Waits until nothing is queued or running, the collector's work included.</summary>
    public Task IdleAsync() => Eventually.TrueAsync(
        async () =>
        {
            await using var db = await DbAsync();
            return !await db.Operations.AnyAsync(static o => o.State == OperationState.Queued || o.State == OperationState.Running);
        },
        "nothing is queued or running",
        TimeSpan.FromSeconds(90));

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await StopAsync();
        }

        if (_borrowed)
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(_database)!, Path.GetFileName(_database) + "*"))
        {
            File.Delete(file);
        }
    }

    private static Actor Add(PortalDbContext db, string name, bool administrator)
    {
        var email = $"{Guid.NewGuid():N}@test";
        var user = new PortalUser { UserName = email, Email = email, NormalizedEmail = email.ToUpperInvariant(), DisplayName = name };
        db.Users.Add(user);
        return new Actor(user.Id, name, administrator);
    }
}
