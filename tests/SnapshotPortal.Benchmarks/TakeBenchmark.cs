using System.Diagnostics;
using System.Text.RegularExpressions;
using LibVirt;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Benchmarks;

/// <summary>
/// Snapshots of a running guest with its agent, with its memory, and without an agent: through the portal (from the request to
/// the committed outcome) and raw (freeze, snapshot, thaw). And their deletion, with the merge that follows. Two guests of the
/// same make, so that each keeps a chain of its own.
/// </summary>
internal sealed partial class TakeBenchmark : IAsyncDisposable
{
    private readonly PortalUnderTest _portal;
    private readonly GuestHost _host;
    private readonly Guest _ours;
    private readonly Guest _raw;
    private readonly Guest _oursSilent;
    private readonly Guest _rawSilent;

    private TakeBenchmark(GuestHost host, PortalUnderTest portal, Guest ours, Guest raw, Guest oursSilent, Guest rawSilent)
    {
        _host = host;
        _portal = portal;
        _ours = ours;
        _raw = raw;
        _oursSilent = oursSilent;
        _rawSilent = rawSilent;
    }

    public static async Task<TakeBenchmark> PrepareAsync(GuestHost host, PortalUnderTest portal)
    {
        var ours = await host.Guest(host.Define(host.NewName("ours"))).BootedAsync();
        var raw = await host.Guest(host.Define(host.NewName("raw"))).BootedAsync();
        await portal.AdoptAsync(ours.Id);

        var oursSilent = host.Guest(host.Define(host.NewName("silent"), change: static xml => Channel().Replace(xml, "")));
        var rawSilent = host.Guest(host.Define(host.NewName("raw-silent"), change: static xml => Channel().Replace(xml, "")));
        await QuietAsync(oursSilent);
        await QuietAsync(rawSilent);
        await portal.AdoptAsync(oursSilent.Id);
        return new TakeBenchmark(host, portal, ours, raw, oursSilent, rawSilent);
    }

    public async Task RunAsync(int rounds, Report report)
    {
        await WithAgentAsync(rounds, report);
        await WithMemoryAsync(Math.Max(3, rounds / 3), report);
        await WithoutAgentAsync(rounds, report);
    }

    /// <summary>A guest without an agent cannot say that it has booted: its processor rests then.</summary>
    private static Task QuietAsync(Guest guest)
    {
        var (since, used) = (Stopwatch.StartNew(), CpuTime(guest));
        return Eventually.TrueAsync(
            () =>
            {
                if (since.Elapsed < TimeSpan.FromSeconds(2))
                {
                    return Task.FromResult(false);
                }

                var before = used;
                used = CpuTime(guest);
                since.Restart();
                return Task.FromResult(used - before < TimeSpan.FromMilliseconds(200));
            },
            "the guest has booted",
            TimeSpan.FromSeconds(120));
    }

    private static TimeSpan CpuTime(Guest guest)
    {
        var used = TimeSpan.Zero;
        guest.Do(d => used = d.GetInfo().CpuTime);
        return used;
    }

    private async Task WithAgentAsync(int rounds, Report report)
    {
        var (ours, raw, windows) = (new List<double>(), new List<double>(), new List<double>());
        var (deletions, merges) = (new List<double>(), new List<double>());
        var steps = new List<OperationView>();
        for (var i = -Report.WarmUps; i < rounds; i++)
        {
            var rawTime = Raw();
            var asked = TimeProvider.System.GetUtcNow();
            var ended = await _portal.SucceedAsync(_portal.Snapshots.TakeAsync(_portal.Owner, _ours.Id, new TakeSnapshotRequest($"round {i}"), CancellationToken.None));
            var snapshot = (await _portal.Snapshots.GetAsync(_portal.Owner, ended.SnapshotId!.Value, CancellationToken.None)).Value!;
            var whole = (snapshot.CompletedAt - asked)!.Value.TotalMilliseconds;

            // Chains stay as short as they were, on both sides.
            var deletion = await DeleteAsync(snapshot.Id, _ours);
            var merge = Merge(_raw);
            if (i == -Report.WarmUps)
            {
                report.AddFirst("snapshot", whole);
            }
            else if (i >= 0)
            {
                steps.Add(ended);
                ours.Add(whole);
                raw.Add(rawTime);
                windows.Add(snapshot.FreezeWindow!.Value.TotalMilliseconds);
                deletions.Add(deletion);
                merges.Add(merge);
            }
        }

        report.Add("take, agent connected, request to outcome", ours, raw);
        report.Add("freeze window", windows, raw);
        report.Add("delete and merge, machine running; raw: active commit and pivot", deletions, merges);
        report.AddSteps("take", steps);
    }

    private async Task WithMemoryAsync(int rounds, Report report)
    {
        var (ours, raw) = (new List<double>(), new List<double>());
        for (var i = -1; i < rounds; i++)
        {
            var rawTime = RawWithMemory();
            var ended = await _portal.SucceedAsync(_portal.Snapshots.TakeAsync(_portal.Owner, _ours.Id, new TakeSnapshotRequest($"memory {i}", WithMemory: true), CancellationToken.None));
            if (i >= 0)
            {
                raw.Add(rawTime);
                ours.Add((ended.CompletedAt - ended.RequestedAt)!.Value.TotalMilliseconds);
            }

            await DeleteAsync(ended.SnapshotId!.Value, _ours);
            Merge(_raw);
        }

        report.Add("take with memory, machine running", ours, raw);
    }

    private async Task WithoutAgentAsync(int rounds, Report report)
    {
        var (ours, raw) = (new List<double>(), new List<double>());
        for (var i = -1; i < rounds; i++)
        {
            var rawTime = RawWithoutAgent();
            var ended = await _portal.SucceedAsync(_portal.Snapshots.TakeAsync(_portal.Owner, _oursSilent.Id, new TakeSnapshotRequest($"silent {i}"), CancellationToken.None));
            if (i >= 0)
            {
                raw.Add(rawTime);
                ours.Add((ended.CompletedAt - ended.RequestedAt)!.Value.TotalMilliseconds);
            }

            await DeleteAsync(ended.SnapshotId!.Value, _oursSilent);
            Merge(_rawSilent);
        }

        report.Add("take, no agent", ours, raw);
    }

    /// <summary>From the request until the layers are merged.</summary>
    private async Task<double> DeleteAsync(Guid snapshotId, Guest ours)
    {
        var asked = await _portal.SucceedAsync(_portal.Snapshots.DeleteAsync(_portal.Owner, snapshotId, null, CancellationToken.None));
        DateTimeOffset? merged = null;
        await Eventually.TrueAsync(
            async () =>
            {
                await using var db = await _portal.DbAsync();
                merged = await db.Operations.Where(o => o.VmId == ours.Id && o.Kind == OperationKind.CollectLayers && o.RequestedAt >= asked.RequestedAt)
                    .OrderByDescending(static o => o.RequestedAt).Select(static o => o.CompletedAt).FirstOrDefaultAsync();
                return merged is not null && !await db.Layers.AnyAsync(static l => l.State == LayerState.Released || l.State == LayerState.Merging || l.State == LayerState.Deleting);
            },
            "the layers are merged");
        await _portal.IdleAsync();
        return (merged! - asked.RequestedAt).Value.TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _ours.Id, new PowerRequest(PowerAction.Stop), CancellationToken.None));
        await _portal.SucceedAsync(_portal.Vms.PowerAsync(_portal.Owner, _oursSilent.Id, new PowerRequest(PowerAction.Stop), CancellationToken.None));
        _raw.Do(static d => d.Destroy());
        _rawSilent.Do(static d => d.Destroy());
    }

    [GeneratedRegex("<channel .*?</channel>", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Channel();

    /// <summary>The guest is frozen for all of it.</summary>
    private double Raw()
    {
        var path = Path.Combine(_host.Folder, $"raw-{Guid.NewGuid():N}.qcow2");
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
        return watch.Elapsed.TotalMilliseconds;
    }

    private double RawWithMemory()
    {
        var stem = Path.Combine(_host.Folder, $"memory-{Guid.NewGuid():N}");
        using var domain = _host.Connection.LookupDomainByUuid(_raw.Id);
        var watch = Stopwatch.StartNew();
        using (domain.CreateSnapshot(
            $"<domainsnapshot><memory snapshot='external' file='{stem}.memory'/><disks><disk name='vda' snapshot='external'><source file='{stem}.qcow2'/></disk></disks></domainsnapshot>",
            DomainSnapshotCreateFlags.Live | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata))
        {
        }

        return watch.Elapsed.TotalMilliseconds;
    }

    private double RawWithoutAgent()
    {
        var path = Path.Combine(_host.Folder, $"silent-{Guid.NewGuid():N}.qcow2");
        using var domain = _host.Connection.LookupDomainByUuid(_rawSilent.Id);
        var watch = Stopwatch.StartNew();
        using (domain.CreateSnapshot(
            $"<domainsnapshot><disks><disk name='vda' snapshot='external'><source file='{path}'/></disk></disks></domainsnapshot>",
            DomainSnapshotCreateFlags.DiskOnly | DomainSnapshotCreateFlags.Atomic | DomainSnapshotCreateFlags.NoMetadata))
        {
        }

        return watch.Elapsed.TotalMilliseconds;
    }

    private double Merge(Guest raw)
    {
        var watch = Stopwatch.StartNew();
        using var domain = _host.Connection.LookupDomainByUuid(raw.Id);
        domain.BlockCommit("vda", null, null, flags: DomainBlockCommitFlags.Active | DomainBlockCommitFlags.Shallow);
        var deadline = Stopwatch.StartNew();
        while (!raw.Xml().Contains("ready='yes'", StringComparison.Ordinal) && deadline.Elapsed < TimeSpan.FromSeconds(30))
        {
        }

        domain.BlockJobAbort("vda", DomainBlockJobAbortFlags.Pivot);
        return watch.Elapsed.TotalMilliseconds;
    }
}
