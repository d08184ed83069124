using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Records;

/// <summary>Says that records may have become stale.</summary>
internal sealed class RecordSignal : Signal;

/// <summary>
/// Writes stale records to the hosts, soon and again until it is done. Never between the request and the outcome of an
/// operation, which must not wait for it, and never over a record that is newer than the database.
/// </summary>
internal sealed class RecordWriter(
    IHypervisorEngine engine,
    HostRegistry hosts,
    RecordReading records,
    RecordSignal stale,
    DriftTrigger drift,
    IPortalDbFactory factory,
    Changes changes,
    TimeProvider time,
    ILogger<RecordWriter> logger) : RepeatedWork(time, logger, stale)
{
    private static readonly TimeSpan _round = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Guid, Failing> _failing = [];
    private readonly Dictionary<Guid, DateTimeOffset> _staleSince = [];

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
        => await WriteAsync(cancellationToken) ? _round : _busy;

    /// <summary>One round.</summary>
    /// <returns>False if something is left to be written soon.</returns>
    internal async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        List<VirtualMachine> due;
        HashSet<Guid> busy;
        HashSet<Guid> busyHosts;
        await using (var db = factory.Create())
        {
            due = await db.Vms.AsNoTracking()
                .Where(static v => v.RecordWritten != v.RecordRevision && v.Presence == VmPresence.Present && v.Drift == null)
                .ToListAsync(cancellationToken);
            if (due.Count == 0)
            {
                return true;
            }

            var active = await db.Operations.Where(static o => o.State == OperationState.Queued || o.State == OperationState.Running).Select(static o => new { o.VmId, o.HostId }).ToListAsync(cancellationToken);
            busy = [.. active.Select(static o => o.VmId)];
            busyHosts = [.. active.Select(static o => o.HostId)];
        }

        var now = Time.GetUtcNow();
        foreach (var written in _staleSince.Keys.Except(due.Select(static v => v.Id)).ToList())
        {
            _staleSince.Remove(written);
        }

        var complete = true;
        foreach (var vm in due)
        {
            // A class of thirty is made first; but whoever works without a pause must not keep a record from being written.
            var since = _staleSince[vm.Id] = _staleSince.GetValueOrDefault(vm.Id, now);
            if (busy.Contains(vm.Id) || (busyHosts.Contains(vm.HostId) && now - since < _patience) || (_failing.TryGetValue(vm.Id, out var failing) && failing.NotBefore > now))
            {
                complete = false;
            }
            else if (hosts.Find(vm.HostId) is { IsConnected: true } host)
            {
                complete &= await TryWriteAsync(host.Reference, vm, cancellationToken);
            }
        }

        return complete;
    }

    private async Task<bool> TryWriteAsync(HostRef host, VirtualMachine vm, CancellationToken cancellationToken)
    {
        try
        {
            var there = (await engine.ExamineAsync(host, vm.Id, [], cancellationToken)).Record;
            if (RecordAge.IsNewer(there, vm))
            {
                // The drift watch says so to people, and keeps everybody's hands off the machine.
                drift.Ask(vm.Id);
                return true;
            }

            string element;
            await using (var db = factory.Create())
            {
                element = RecordElement.Write(await records.ReadAsync(db, vm, cancellationToken));
            }

            await engine.WriteRecordAsync(host, vm.Id, element, cancellationToken);
        }
        catch (EngineException e) when (e.Code is FailureCodes.VmMissing or FailureCodes.HostUnreachable)
        {
            // The monitor sees that too. It is written once the machine or the host is back.
            Postpone(vm.Id);
            return false;
        }
        catch (EngineException e)
        {
            OperationLog.RecordNotWritten(Logger, vm.Id, e.Message);
            Postpone(vm.Id);
            return false;
        }

        _failing.Remove(vm.Id);

        // A change that came in between has raised the revision above what was written: then it stays stale.
        await changes.CommitAsync(
            (db, _) => db.Vms.Where(v => v.Id == vm.Id).ExecuteUpdateAsync(s => s.SetProperty(static v => v.RecordWritten, vm.RecordRevision), cancellationToken),
            cancellationToken);
        return true;
    }

    private void Postpone(Guid vmId)
    {
        var attempts = _failing.GetValueOrDefault(vmId).Attempts + 1;
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(attempts, 9)));
        _failing[vmId] = new Failing(attempts, Time.GetUtcNow() + (pause < _longestPause ? pause : _longestPause));
    }

    private readonly record struct Failing(int Attempts, DateTimeOffset NotBefore);
}
