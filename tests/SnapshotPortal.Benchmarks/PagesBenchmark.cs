using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Engine.Libvirt;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport.Large;

namespace SnapshotPortal.Benchmarks;

/// <summary>What the pages read, from a database of a team and from one of a university.</summary>
internal static class PagesBenchmark
{
    public static async Task RunAsync(int rounds, TextWriter output)
    {
        await using var small = await Filled.StartAsync(LargeSize.Small);
        await using var large = await Filled.StartAsync(LargeSize.Large);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {rounds} rounds; milliseconds: median (90th percentile); queries and rows of one read"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"large: {LargeSize.Large.Vms} machines, {LargeSize.Large.Snapshots} snapshots, {LargeSize.Large.Users} people, {LargeSize.Large.Operations} operations, filled in {large.FilledIn.TotalSeconds:F0} s, {large.Bytes / 1048576.0:F0} MiB"));
        output.WriteLine();
        output.WriteLine("| read | 20 machines | 2,000 machines | queries | rows, 20 | rows, 2,000 |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, read) in (IEnumerable<(string, Func<IServiceProvider, LargeDatabase, Task>)>)
        [
            .. LargeReads.All,
            ("machine: all of its snapshots (20, 500)", static (s, d) => s.GetRequiredService<ISnapshots>().ListAsync(d.Somebody, d.FirstVmId, CancellationToken.None)),
            ("machine: its storage (20, 500 snapshots)", static (s, d) => s.GetRequiredService<IStorage>().MapAsync(d.Somebody, d.FirstVmId, CancellationToken.None)),
            ("search: everybody's", static (s, d) => s.GetRequiredService<Operations.Searching.ISearch>().FindAsync(d.Administrator, "state 01", 5, CancellationToken.None)),
        ])
        {
            var few = await small.MeasureAsync(read, rounds);
            var many = await large.MeasureAsync(read, rounds);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {few.Text} | {many.Text} | {many.Queries} | {few.Rows} | {many.Rows} |"));
        }
    }

    private sealed record Measured(string Text, int Queries, int Rows);

    private sealed class Filled : IAsyncDisposable
    {
        private readonly ServiceProvider _services;
        private readonly QueryWatch _watch;
        private readonly LargeDatabase _data;
        private readonly string _file;

        private Filled(ServiceProvider services, QueryWatch watch, LargeDatabase data, string file, TimeSpan filledIn)
        {
            _services = services;
            _watch = watch;
            _data = data;
            _file = file;
            FilledIn = filledIn;
        }

        public TimeSpan FilledIn { get; }

        public long Bytes => new FileInfo(_file).Length;

        public static async Task<Filled> StartAsync(LargeSize size)
        {
            var file = Path.Combine(Path.GetTempPath(), $"sp-pages-{Guid.NewGuid():N}.db");
            var watch = new QueryWatch();
            var services = LargePortal.Services(file, watch, static s => s.AddLibvirtEngine(new ConfigurationBuilder().Build()));
            await services.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);
            var clock = Stopwatch.StartNew();
            var data = await LargeDatabase.FillAsync(services.GetRequiredService<IDbContextFactory<PortalDbContext>>(), size, TimeProvider.System.GetUtcNow());
            return new Filled(services, watch, data, file, clock.Elapsed);
        }

        public async Task<Measured> MeasureAsync(Func<IServiceProvider, LargeDatabase, Task> read, int rounds)
        {
            await read(_services, _data);
            var times = new double[rounds];
            for (var i = 0; i < rounds; i++)
            {
                _watch.Clear();
                var clock = Stopwatch.StartNew();
                await read(_services, _data);
                times[i] = clock.Elapsed.TotalMilliseconds;
            }

            Array.Sort(times);
            return new Measured(string.Create(CultureInfo.InvariantCulture, $"{times[rounds / 2]:F1} ({times[rounds * 9 / 10]:F1})"), _watch.Queries, _watch.Rows);
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
