using System.Diagnostics;
using LibVirt;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Benchmarks;

/// <summary>
/// A snapshot of a running guest with its agent: through the portal (from the request to the committed outcome) and raw
/// (freeze, disk-only snapshot, thaw). Two guests of the same make, so that each keeps a chain of its own.
/// </summary>
internal sealed class TakeBenchmark : IAsyncDisposable
{
    private readonly PortalUnderTest _portal;
    private readonly GuestHost _host;
    private readonly Guest _ours;
    private readonly Guest _raw;

    private TakeBenchmark(GuestHost host, PortalUnderTest portal, Guest ours, Guest raw)
    {
        _host = host;
        _portal = portal;
        _ours = ours;
        _raw = raw;
    }

    public static async Task<TakeBenchmark> PrepareAsync(GuestHost host, PortalUnderTest portal)
    {
        var ours = await host.Guest(host.Define(host.NewName("ours"))).BootedAsync();
        var raw = await host.Guest(host.Define(host.NewName("raw"))).BootedAsync();
        await portal.AdoptAsync(ours.Id);
        return new TakeBenchmark(host, portal, ours, raw);
    }

    public async Task RunAsync(int rounds, Report report)
    {
        // What is compiled and cached at the first calls is not what is measured.
        await _portal.TakeAsync(_ours.Id, "warm-up");
        Raw("warm-up");
        var (ours, raw, windows, rawWindows) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var steps = new List<OperationView>();
        for (var i = 0; i < rounds; i++)
        {
            var (window, whole) = Raw($"raw-{i}");
            raw.Add(whole);
            rawWindows.Add(window);
            var asked = TimeProvider.System.GetUtcNow();
            var ended = await _portal.SucceedAsync(_portal.Snapshots.TakeAsync(_portal.Owner, _ours.Id, new TakeSnapshotRequest($"round {i}"), CancellationToken.None));
            steps.Add(ended);
            var snapshot = (await _portal.Snapshots.GetAsync(_portal.Owner, ended.SnapshotId!.Value, CancellationToken.None)).Value!;
            ours.Add((snapshot.CompletedAt - asked)!.Value.TotalMilliseconds);
            windows.Add(snapshot.FreezeWindow!.Value.TotalMilliseconds);

            // Chains stay as short as they were, on both sides.
            await _portal.SucceedAsync(_portal.Snapshots.DeleteAsync(_portal.Owner, snapshot.Id, null, CancellationToken.None));
            await _portal.IdleAsync();
            Merge();
        }

        report.Add("take, agent connected, request to outcome", ours, raw);
        report.Add("freeze window", windows, rawWindows);
        report.AddSteps("take", steps);
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _ours.Id, new PowerRequest(PowerAction.Stop), CancellationToken.None));
        _raw.Do(static d => d.Destroy());
    }

    private (double Window, double Whole) Raw(string name)
    {
        var path = Path.Combine(_host.Folder, $"{name}-{Guid.NewGuid():N}.qcow2");
        using var domain = _host.Connection.LookupDomainByUuid(_raw.Id);
        domain.AgentSetResponseTimeout(5);
        var watch = Stopwatch.StartNew();
        domain.FsFreeze();
        using (domain.CreateSnapshot(
            $"<domainsnapshot><disks><disk name='vda' snapshot='external'><source file='{path}'/></disk></disks></domainsnapshot>",
            DomainSnapshotCreateFlags.DiskOnly | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata))
        {
        }

        domain.FsThaw();
        var whole = watch.Elapsed.TotalMilliseconds;
        return (whole, whole);
    }

    private void Merge()
    {
        using var domain = _host.Connection.LookupDomainByUuid(_raw.Id);
        domain.BlockCommit("vda", null, null, flags: DomainBlockCommitFlags.Active | DomainBlockCommitFlags.Shallow);
        var deadline = Stopwatch.StartNew();
        while (!_raw.Xml().Contains("ready='yes'", StringComparison.Ordinal) && deadline.Elapsed < TimeSpan.FromSeconds(30))
        {
        }

        domain.BlockJobAbort("vda", DomainBlockJobAbortFlags.Pivot);
    }
}
