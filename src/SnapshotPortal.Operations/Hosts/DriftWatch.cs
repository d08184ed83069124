using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Records;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>
/// Compares every machine with its host: when the host is connected, after every failed operation, and every few minutes. What
/// differs is marked, and the mark goes by itself once both agree again; nothing is guessed and nothing is changed.
/// </summary>
internal sealed class DriftWatch(
    DriftCheck check,
    DriftTrigger trigger,
    RecordSignal staleRecords,
    HostRegistry hosts,
    IPortalDbFactory factory,
    Changes changes,
    IOptions<PortalOptions> options,
    TimeProvider time,
    ILogger<DriftWatch> logger) : RepeatedWork(time, logger, trigger.Signal)
{
    // Marked machines are looked at in every round, so that whoever has mended one need not wait.
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(15);

    private readonly Dictionary<Guid, DateTimeOffset> _lookedAt = [];

    protected override TimeSpan PauseAfterFailure => _round;

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        return _round;
    }

    /// <summary>One round over the machines that are due.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var (asked, askedHosts) = trigger.Take();
        var now = Time.GetUtcNow();
        List<VirtualMachine> present;
        await using (var db = factory.Create())
        {
            present = await db.Vms.AsNoTracking().Where(static v => v.Presence == VmPresence.Present).ToListAsync(cancellationToken);
        }

        foreach (var gone in _lookedAt.Keys.Except(present.Select(static v => v.Id)).ToList())
        {
            _lookedAt.Remove(gone);
        }

        var due = present.Where(vm => vm.Drift is not null || asked.Contains(vm.Id) || askedHosts.Contains(vm.HostId)
            || !_lookedAt.TryGetValue(vm.Id, out var last) || now - last >= options.Value.DriftCheck);
        foreach (var onHost in due.GroupBy(static v => v.HostId))
        {
            if (hosts.Find(onHost.Key) is { IsConnected: true } host)
            {
                await LookAsync(host.Reference, [.. onHost], now, cancellationToken);
            }
        }
    }

    private async Task LookAsync(HostRef host, IReadOnlyCollection<VirtualMachine> machines, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset refreshed;
        try
        {
            refreshed = await check.RefreshAsync(host, cancellationToken);
        }
        catch (EngineException e)
        {
            foreach (var vm in machines)
            {
                NotChecked(vm, e, now);
            }

            return;
        }

        foreach (var vm in machines)
        {
            await LookAsync(host, vm, refreshed, now, cancellationToken);
        }
    }

    private async Task LookAsync(HostRef host, VirtualMachine vm, DateTimeOffset refreshed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (await check.LookAsync(host, vm.Id, refreshed, cancellationToken) is not { } finding)
            {
                // At work: looked at in the next round.
                _lookedAt.Remove(vm.Id);
                return;
            }

            await ApplyAsync(vm.Id, finding, cancellationToken);
            _lookedAt[vm.Id] = now;
        }
        catch (EngineException e)
        {
            NotChecked(vm, e, now);
        }
    }

    /// <summary>Not to be seen at present, so not to be judged: a mark stays.</summary>
    private void NotChecked(VirtualMachine vm, EngineException why, DateTimeOffset now)
    {
        OperationLog.DriftNotChecked(Logger, vm.Id, why.Message);
        _lookedAt[vm.Id] = now;
    }

    private Task ApplyAsync(Guid vmId, DriftFinding finding, CancellationToken cancellationToken)
    {
        var drift = finding.Differences.Count == 0 ? null : DriftComparison.Summary(finding.Differences);
        return changes.CommitAsync(
            async (db, drafts) =>
            {
                if (await db.Vms.FirstOrDefaultAsync(v => v.Id == vmId, cancellationToken) is not { } vm)
                {
                    return;
                }

                // Somebody defined the machine anew without its record, or with an old one.
                if (finding.RecordIsLost)
                {
                    vm.RecordWritten = finding.RecordRevision;
                    staleRecords.Wake();
                }

                if (string.Equals(vm.Drift, drift, StringComparison.Ordinal))
                {
                    return;
                }

                vm.Drift = drift;
                drafts.Add(EventDraft.Of(vm));
                if (drift is null)
                {
                    OperationLog.DriftResolved(Logger, vmId);
                }
                else
                {
                    OperationLog.DriftFound(Logger, vmId, drift);
                }
            },
            cancellationToken);
    }
}
