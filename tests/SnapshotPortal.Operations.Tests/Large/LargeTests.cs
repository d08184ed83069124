using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.TestSupport.Large;

namespace SnapshotPortal.Operations.Tests.Large;

/// <summary>
/// What is asked of the database stays the same however much is in it: as many queries, answered by an index, as many rows as are
/// shown. No time is measured here; for times there is the benchmark.
/// </summary>
public sealed class LargeTests(LargePortals portals) : IClassFixture<LargePortals>
{
    // Tables that grow with use. A scan of the hosts or the quotas is none of them.
    private static readonly string[] _growing =
        ["Vms", "Snapshots", "SnapshotDisks", "Layers", "Operations", "OperationSteps", "Events", "Journal", "DeploymentItems", "BatchItems", "AccountEvents"];

    public static TheoryData<string> Reads => [.. LargeReads.All.Select(static r => r.Name)];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Read_TenTimesAsMuch_AsksAsOftenAndGetsNoMoreThanAPage(string name)
    {
        var few = await portals.Few.ReadAsync(name);
        var many = await portals.Many.ReadAsync(name);

        Assert.True(many.Queries <= few.Queries, $"{name} asks {many.Queries} times instead of {few.Queries}.");
        Assert.True(many.Rows <= Math.Max(3 * few.Rows, LargePortals.MostRows), $"{name} reads {many.Rows} rows instead of {few.Rows}.");
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Read_OfTablesThatGrow_UsesAnIndex(string name)
    {
        await portals.Many.ReadAsync(name);

        var scans = await portals.Many.ScansAsync(_growing);
        Assert.True(scans.Count == 0, string.Join("\n\n", scans));
    }

    [Fact]
    public async Task Machines_PageByPage_AreEachSeenOnce()
    {
        var seen = new List<Guid>();
        var total = 0;
        do
        {
            var page = await portals.Many.Vms.ListAsync(portals.Many.Data.Administrator, new VmQuery(Everybodys: true, Skip: seen.Count, Take: 17), CancellationToken.None);
            total = page.Total;
            seen.AddRange(page.Items.Select(static v => v.Id));
        }
        while (seen.Count < total);

        Assert.Equal(LargePortals.ManySize.Vms, total);
        Assert.Equal(total, seen.Distinct().Count());
    }
}

/// <summary>The same portal with little and with ten times as much in its database.</summary>
public sealed class LargePortals : IAsyncLifetime
{
    /// <summary>What a page may read: as much as it shows, with what belongs to it; of the event log a page for each of two reasons.</summary>
    internal const int MostRows = 2_100;

    internal static LargeSize FewSize { get; } = new(4, 20, 120, 400, 10);

    internal static LargeSize ManySize { get; } = new(4, 200, 1_200, 4_000, 100);

    internal Filled Few { get; private set; } = null!;

    internal Filled Many { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Few = await Filled.StartAsync(FewSize);
        Many = await Filled.StartAsync(ManySize);
    }

    public async ValueTask DisposeAsync()
    {
        await Few.DisposeAsync();
        await Many.DisposeAsync();
    }

    internal sealed class Filled : IAsyncDisposable
    {
        private readonly ServiceProvider _services;
        private readonly QueryWatch _watch;
        private readonly string _file;

        private Filled(ServiceProvider services, QueryWatch watch, string file, LargeDatabase data)
        {
            _services = services;
            _watch = watch;
            _file = file;
            Data = data;
        }

        public LargeDatabase Data { get; }

        public IVirtualMachines Vms => _services.GetRequiredService<IVirtualMachines>();

        /// <summary>The request layer alone: no worker and no monitor asks in between.</summary>
        public static async Task<Filled> StartAsync(LargeSize size)
        {
            var file = Portal.NewFile();
            var watch = new QueryWatch();
            var services = LargePortal.Services(file, watch, static s => s.AddSingleton<Engine.IHypervisorEngine>(new FakeEngine(TimeProvider.System)).AddSingleton<Engine.IConsoleEngine>(new FakeConsoles()));
            await services.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);
            var data = await LargeDatabase.FillAsync(services.GetRequiredService<IDbContextFactory<PortalDbContext>>(), size, TimeProvider.System.GetUtcNow());
            return new Filled(services, watch, file, data);
        }

        public async Task<(int Queries, int Rows)> ReadAsync(string name)
        {
            _watch.Clear();
            await LargeReads.All.Single(r => r.Name == name).ReadAsync(_services, Data);
            return (_watch.Queries, _watch.Rows);
        }

        public async Task<IReadOnlyList<string>> ScansAsync(string[] tables)
        {
            await using var db = await _services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
            return await _watch.ScansAsync(db, tables);
        }

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" })
            {
                File.Delete(file);
            }
        }
    }
}
