using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Attention;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Searching;
using SnapshotPortal.Operations.Templates;

namespace SnapshotPortal.TestSupport.Large;

/// <summary>What the pages and the API ask for while somebody looks around.</summary>
public static class LargeReads
{
    private const int HomePage = 60;

    /// <summary>Each with a name for people.</summary>
    public static IReadOnlyList<(string Name, Func<IServiceProvider, LargeDatabase, Task> ReadAsync)> All { get; } =
    [
        ("home: my machines", static (s, d) => Get<IVirtualMachines>(s).ListAsync(d.Somebody, new VmQuery(Take: HomePage), CancellationToken.None)),
        ("home: what needs me", static (s, d) => Get<IAttention>(s).ListAsync(d.Somebody, CancellationToken.None)),
        ("home: what runs now", static (s, d) => Get<IOperations>(s).ListAsync(d.Somebody, new OperationQuery(ActiveOnly: true), CancellationToken.None)),
        ("home: my quota", static (s, d) => Get<IQuotas>(s).GetOwnAsync(d.Somebody, CancellationToken.None)),
        ("home: everybody's machines", static (s, d) => Get<IVirtualMachines>(s).ListAsync(d.Administrator, new VmQuery(Everybodys: true, Take: HomePage), CancellationToken.None)),
        ("home: everybody's, last page", static (s, d) => Get<IVirtualMachines>(s).ListAsync(d.Administrator, new VmQuery(Everybodys: true, Skip: 1_900, Take: HomePage), CancellationToken.None)),
        ("machine: its head", static (s, d) => Get<IVirtualMachines>(s).GetAsync(d.Somebody, d.FirstVmId, CancellationToken.None)),
        ("machine: one snapshot", static (s, d) => Get<ISnapshots>(s).GetAsync(d.Somebody, d.FirstSnapshotId, CancellationToken.None)),
        ("machine: what a deletion frees", static (s, d) => Get<IStorage>(s).ReleaseAsync(d.Somebody, d.FirstSnapshotId, CancellationToken.None)),
        ("machine: activity", static (s, d) => Get<IOperations>(s).ListAsync(d.Somebody, new OperationQuery(d.FirstVmId), CancellationToken.None)),
        ("live: mine", static (s, d) => Get<IBoard>(s).ListAsync(d.Somebody, new BoardQuery(), CancellationToken.None)),
        ("live: everybody's", static (s, d) => Get<IBoard>(s).ListAsync(d.Administrator, new BoardQuery(), CancellationToken.None)),
        ("activity: mine", static (s, d) => Get<IOperations>(s).ListAsync(d.Somebody, new OperationQuery(), CancellationToken.None)),
        ("activity: everybody's", static (s, d) => Get<IOperations>(s).ListAsync(d.Administrator, new OperationQuery(Everybodys: true), CancellationToken.None)),
        ("search: mine", static (s, d) => Get<ISearch>(s).FindAsync(d.Somebody, "state 01", 5, CancellationToken.None)),
        ("templates", static (s, d) => Get<ITemplates>(s).ListAsync(d.Somebody, CancellationToken.None)),
        ("classes", static (s, d) => Get<IClasses>(s).ListAsync(d.Somebody, CancellationToken.None)),
        ("events: mine, from the start", static (s, d) => Get<IOperations>(s).EventsSinceAsync(d.Somebody, 0, 1_000, CancellationToken.None)),
        ("events: mine, the newest", static async (s, d) => await Get<IOperations>(s).EventsSinceAsync(d.Somebody, Math.Max(0, await Get<IOperations>(s).LastSequenceAsync(CancellationToken.None) - 100), 1_000, CancellationToken.None)),
        ("events: everybody's, from the start", static (s, d) => Get<IOperations>(s).EventsSinceAsync(d.Administrator, 0, 1_000, CancellationToken.None)),
    ];

    private static T Get<T>(IServiceProvider services)
        where T : notnull
        => services.GetRequiredService<T>();
}
