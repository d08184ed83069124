using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;

namespace SnapshotPortal.Operations.Usage;

/// <summary>
/// Looks at the counters of all running machines, with one question to each host, and at how busy the host itself is: every 5 s
/// where somebody looks at a machine of it, otherwise every 30 s, so that whoever comes finds the last minutes.
/// </summary>
internal sealed class UsageSampler(
    IHypervisorEngine engine,
    HostRegistry hosts,
    UsageHistory history,
    HostLoads loads,
    UsageWatchers watchers,
    UsageSignal signal,
    TimeProvider time,
    ILogger<UsageSampler> logger) : RepeatedWork(time, logger, signal)
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _unwatched = TimeSpan.FromSeconds(30);

    // Two looks that are closer together than this measure little but chance.
    private static readonly TimeSpan _tooSoon = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, Task> _looks = [];
    private readonly Dictionary<Guid, long> _lookedAt = [];
    private readonly ConcurrentDictionary<Guid, string> _told = new();

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await LookAroundAsync(cancellationToken);
        return _round;
    }

    /// <summary>One round over the hosts that are due.</summary>
    internal async Task LookAroundAsync(CancellationToken cancellationToken)
    {
        var begun = hosts.All.Where(static h => h.IsConnected).Select(static h => h.Reference).Where(IsDue).ToList();
        foreach (var host in begun)
        {
            _lookedAt[host.Id] = Time.GetTimestamp();
            _looks[host.Id] = LookAsync(host, cancellationToken);
        }

        // A host that does not answer holds the others back once, and is not asked again before it has answered.
        await Task.WhenAny(Task.WhenAll(begun.Select(h => _looks[h.Id])), Task.Delay(_round, Time, cancellationToken));
        foreach (var (hostId, look) in _looks.Where(static l => l.Value.IsCompleted).ToList())
        {
            _looks.Remove(hostId);
            await look;
        }
    }

    private bool IsDue(HostRef host)
    {
        if (_looks.ContainsKey(host.Id))
        {
            return false;
        }

        // A round may come a little early: half of one makes sure that none is left out for that.
        var pause = watchers.Of(host.Id).Count > 0 ? _tooSoon : _unwatched - (_round / 2);
        return !_lookedAt.TryGetValue(host.Id, out var last) || Time.GetElapsedTime(last) >= pause;
    }

    private async Task LookAsync(HostRef host, CancellationToken cancellationToken)
    {
        try
        {
            history.Note(host.Id, await engine.ReadCountersAsync(host, cancellationToken));
            watchers.Tell(host.Id);
            foreach (var vmId in history.TakeSilent(host.Id, watchers.Of(host.Id)))
            {
                await engine.LetGuestTellMemoryAsync(host, vmId, cancellationToken);
            }

            loads.Note(host.Id, await engine.ReadHostAsync(host, cancellationToken));
            _told.TryRemove(host.Id, out _);
        }
        catch (EngineException e)
        {
            // Said once: a host that cannot be measured stays so for thousands of rounds.
            if (_told.TryAdd(host.Id, e.Message))
            {
                OperationLog.UsageNotRead(Logger, host.Name, e.Message);
            }
        }
    }
}
