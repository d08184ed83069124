using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.EndToEnd.Portal;
using SnapshotPortal.Engine.Libvirt;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport.Large;

namespace SnapshotPortal.Benchmarks;

/// <summary>
/// Two hundred people at a portal with two thousand machines, a hundred operations that wait, and one who floods: what the others
/// notice. Portal, people and flood share the same processors.
/// </summary>
internal static class LoadBenchmark
{
    private const int People = 200;
    private const int Queued = 100;
    private const int Flooders = 32;
    private const int RequestsPerSecond = 40;

    private static readonly TimeSpan _phase = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(TextWriter output)
    {
        await using var portal = PortalProcess.Prepare("test:///default");
        var people = await FillAsync(Path.Combine(portal.Folder, "portal.db"));
        await portal.StartAsync();
        List<Person> clients = [.. people.Select(p => new Person(portal.Url, p.Secret, p.VmId))];
        var queued = 0;
        foreach (var person in clients.Take(Queued))
        {
            using var answer = await person.Client.PostAsJsonAsync($"/api/v1/vms/{person.VmId}/snapshots", new { name = "load" });
            queued += answer.StatusCode == HttpStatusCode.Accepted ? 1 : 0;
        }

        var flooder = clients[^1];
        var others = clients[..^1];
        await MeasureAsync(others, TimeSpan.FromSeconds(5));
        var quiet = await MeasureAsync(others, _phase);
        using var enough = new CancellationTokenSource();
        var flood = FloodAsync(flooder, enough.Token);
        var flooded = await MeasureAsync(others, _phase);
        await enough.CancelAsync();
        var answers = await flood;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores; {People} people with a token each, {queued} operations waiting, {RequestsPerSecond} requests a second of {others.Count} people, {_phase.TotalSeconds:F0} s each; milliseconds"));
        output.WriteLine();
        output.WriteLine("| | median | 99 of 100 within | refused or failed |");
        output.WriteLine("|---|---|---|---|");
        output.WriteLine(quiet.Line("quiet"));
        output.WriteLine(flooded.Line("while one floods"));
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The flood: {answers.Sum(static a => a.Value) / _phase.TotalSeconds:F0} requests a second, answered {string.Join(", ", answers.OrderBy(static a => a.Key).Select(static a => $"{(int)a.Key} × {a.Value}"))}. 99 of 100: {flooded.Percentile(99) / quiet.Percentile(99):F2} times the quiet value."));
        foreach (var client in clients)
        {
            client.Client.Dispose();
        }
    }

    private static async Task<List<(string Secret, Guid VmId)>> FillAsync(string file)
    {
        await using var services = LargePortal.Services(file, new QueryWatch(), static s => s.AddLibvirtEngine(new ConfigurationBuilder().Build()));
        await services.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);
        await LargeDatabase.FillAsync(services.GetRequiredService<IDbContextFactory<PortalDbContext>>(), LargeSize.Large with { Users = People }, TimeProvider.System.GetUtcNow());
        await using var db = await services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        var list = new List<(string, Guid)>();
        for (var i = 0; i < People; i++)
        {
            var email = LargeDatabase.EmailOf(i);
            var user = await db.Users.AsNoTracking().SingleAsync(u => u.Email == email);
            var vm = await db.Vms.Where(v => v.OwnerId == user.Id).OrderBy(static v => v.Name).Select(static v => v.Id).FirstAsync();
            var made = await services.GetRequiredService<IAccessTokens>().CreateAsync(new Actor(user.Id, user.DisplayName, IsAdministrator: false), new TokenRequest("load", TimeSpan.FromDays(1)), CancellationToken.None);
            list.Add((made.Value!.Secret, vm));
        }

        return list;
    }

    /// <summary>So many requests a second, evenly, whether the ones before are answered or not.</summary>
    private static async Task<Times> MeasureAsync(List<Person> people, TimeSpan length)
    {
        var times = new ConcurrentBag<double>();
        var failed = 0;
        var running = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / RequestsPerSecond));
        var watch = Stopwatch.StartNew();
        for (var i = 0; watch.Elapsed < length; i++)
        {
            var person = people[i % people.Count];
            var address = (i % 3) switch
            {
                0 => "/api/v1/vms",
                1 => $"/api/v1/vms/{person.VmId}/snapshots",
                _ => $"/api/v1/operations?vmId={person.VmId}",
            };
            running.Add(AskAsync(person, address));
            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(running);
        return new Times([.. times.Order()], failed);

        async Task AskAsync(Person person, string address)
        {
            var one = Stopwatch.StartNew();
            using var answer = await person.Client.GetAsync(new Uri(address, UriKind.Relative));
            await answer.Content.ReadAsByteArrayAsync();
            times.Add(one.Elapsed.TotalMilliseconds);
            if (!answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref failed);
            }
        }
    }

    /// <summary>As much as goes, over many connections at once.</summary>
    private static async Task<IReadOnlyDictionary<HttpStatusCode, int>> FloodAsync(Person person, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentDictionary<HttpStatusCode, int>();
        await Task.WhenAll(Enumerable.Range(0, Flooders).Select(async _ =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                using var answer = await person.Client.GetAsync(new Uri("/api/v1/vms", UriKind.Relative), CancellationToken.None);
                answers.AddOrUpdate(answer.StatusCode, 1, static (_, n) => n + 1);
            }
        }));
        return answers;
    }

    private sealed class Person
    {
        public Person(string url, string secret, Guid vmId)
        {
            VmId = vmId;
            Client = new HttpClient { BaseAddress = new Uri(url) };
            Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        }

        public HttpClient Client { get; }

        public Guid VmId { get; }
    }

    private sealed record Times(double[] Sorted, int Failed)
    {
        public double Percentile(int of100) => Sorted[Math.Min(Sorted.Length - 1, Sorted.Length * of100 / 100)];

        public string Line(string name) => string.Create(CultureInfo.InvariantCulture, $"| {name} | {Percentile(50):F1} | {Percentile(99):F1} | {Failed} |");
    }
}
