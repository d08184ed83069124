using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Access;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Execution;

/// <summary>
/// The hosted worker of the durable queue: claims what may run, runs it under a lease, and takes over what a dead instance
/// left behind.
/// </summary>
internal sealed class OperationWorker(
    IEnumerable<IOperationHandler> handlers,
    HostRegistry hosts,
    Changes changes,
    IPortalDbFactory factory,
    OperationSignals signals,
    BatchSignal batches,
    Claims claims,
    DriftTrigger drift,
    IFaultPoint faults,
    IOptions<PortalOptions> options,
    TimeProvider time,
    ILogger<OperationWorker> logger) : BackgroundService
{
    private const string HostIsAway = "The host does not answer; it begins as soon as the host is back.";

    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _recoveryPatience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<OperationKind, IOperationHandler> _handlers =
        handlers.SelectMany(static h => h.Kinds.Select(k => (Kind: k, Handler: h))).ToDictionary(static x => x.Kind, static x => x.Handler);

    private readonly ConcurrentDictionary<Guid, Task> _running = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var nextUpkeep = time.GetUtcNow();
        var first = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (time.GetUtcNow() >= nextUpkeep)
                {
                    await UpkeepAsync(first, stoppingToken);
                    if (first)
                    {
                        // Not before: what bears this instance's name until here is a dead one's.
                        first = false;
                        claims.Open((operation, look) => Begin(operation, recover: false, stoppingToken, look));
                    }

                    nextUpkeep = time.GetUtcNow() + (Claims.Lease / 3);
                }

                await ClaimAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // The queue must outlive any one failure (a full disk, a locked database): it is logged, and the next round tries again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                OperationLog.QueueFailed(logger, e);
            }

            try
            {
                await signals.WaitAsync(_idle, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }

        claims.Close();

        // What runs is let finish; what does not within the host's shutdown time is recovered at the next start.
        await Task.WhenAll(_running.Values);
    }

    /// <summary>
    /// Renews the leases of what runs here, and takes over what nobody runs any more. What no step had begun of goes back to
    /// the queue: nothing was done, so nothing has to be put in order.
    /// </summary>
    private async Task UpkeepAsync(bool atStart, CancellationToken cancellationToken)
    {
        await using (var db = factory.Create())
        {
            if (!await db.Operations.AnyAsync(static o => o.State == OperationState.Running, cancellationToken))
            {
                return;
            }
        }

        await changes.CommitAsync(
            async (db, drafts) =>
            {
                var now = time.GetUtcNow();
                var running = await db.Operations.Where(static o => o.State == OperationState.Running).ToListAsync(cancellationToken);
                var taken = new List<Operation>();
                foreach (var operation in running)
                {
                    // What is claimed here has begun before this change could: however old its claim, it is not left behind.
                    if (_running.ContainsKey(operation.Id))
                    {
                        operation.RenewLease(now, Claims.Lease);
                        if (operation.CancelRequestedAt is not null)
                        {
                            // Asked of another instance.
                            signals.Cancel(operation.Id);
                        }
                    }
                    else if ((atStart && string.Equals(operation.LeaseOwner, claims.Owner, StringComparison.Ordinal)) || operation.LeaseUntil < now)
                    {
                        if (operation.CurrentStep is null)
                        {
                            operation.Requeue();
                            drafts.Add(EventDraft.Of(operation));
                            continue;
                        }

                        operation.TakeLease(claims.Owner, now, Claims.Lease);
                        taken.Add(operation);
                    }
                }

                return taken;
            },
            cancellationToken,
            abandoned => abandoned.ForEach(operation =>
            {
                OperationLog.Recovering(logger, operation.Id, operation.Kind, operation.CurrentStep);
                Begin(operation, recover: true, cancellationToken);
            }));
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        await using (var db = factory.Create())
        {
            if (!await db.Operations.AnyAsync(static o => o.State == OperationState.Queued, cancellationToken))
            {
                return;
            }
        }

        await changes.CommitAsync(
            (db, drafts) => ClaimAsync(db, drafts, cancellationToken),
            cancellationToken,
            claimed => claimed.ForEach(operation => Begin(operation, recover: false, cancellationToken)));
    }

    private async Task<List<Operation>> ClaimAsync(IPortalDb db, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var queued = await db.Operations.Where(static o => o.State == OperationState.Queued)
            .OrderBy(static o => o.RequestedAt).ThenBy(static o => o.Id).Take(500).ToListAsync(cancellationToken);
        var running = await db.Operations.AsNoTracking().Where(static o => o.State == OperationState.Running)
            .Select(static o => new { o.VmId, o.HostId, o.BatchId, o.Kind }).ToListAsync(cancellationToken);
        var busyVms = running.Select(static r => r.VmId).ToHashSet();
        var batchesOnHost = running.Where(static r => r.BatchId is not null).CountBy(static r => r.HostId).ToDictionary();
        var onHost = running.Where(static r => IsHostsWork(r.Kind)).CountBy(static r => r.HostId).ToDictionary();
        var claimed = new List<Operation>();

        // Who waits for one machine comes before a class of thirty, but on one machine nobody overtakes.
        var next = queued.DistinctBy(static o => o.VmId).ToHashSet();
        foreach (var operation in queued.OrderBy(static o => o.BatchId is not null))
        {
            if (operation.CancelRequestedAt is not null)
            {
                await EndAsync(db, operation, CancelledFailure(operation), drafts, cancellationToken);
            }
            else if (operation.Deadline <= now)
            {
                var failure = new Failure(FailureKind.Unavailable, FailureCodes.DeadlineExceeded, $"It waited past its deadline and was not begun. {operation.WaitingFor} Nothing was changed. Try again.".Replace("  ", " ", StringComparison.Ordinal));
                await EndAsync(db, operation, failure, drafts, cancellationToken);
            }
            else if (busyVms.Contains(operation.VmId) || !next.Contains(operation))
            {
                Wait(operation, "Another operation on this machine runs first.", drafts);
            }
            else if (hosts.Find(operation.HostId) is not { IsConnected: true })
            {
                // Nothing overtakes on one machine.
                busyVms.Add(operation.VmId);
                Wait(operation, HostIsAway, drafts);
            }
            else if (IsHostsWork(operation.Kind)
                && (onHost.GetValueOrDefault(operation.HostId) >= options.Value.OperationsPerHost
                    || (operation.BatchId is not null && batchesOnHost.GetValueOrDefault(operation.HostId) >= Math.Max(1, options.Value.OperationsPerHost - 1))))
            {
                busyVms.Add(operation.VmId);
                Wait(operation, "The host is busy with other operations.", drafts);
            }
            else if (await StandingRule.CheckAsync(db, operation, cancellationToken) is { } ended)
            {
                await EndAsync(db, operation, ended, drafts, cancellationToken);
            }
            else if (operation.TryClaim(claims.Owner, now, Claims.Lease))
            {
                busyVms.Add(operation.VmId);
                onHost[operation.HostId] = onHost.GetValueOrDefault(operation.HostId) + (IsHostsWork(operation.Kind) ? 1 : 0);
                if (operation.BatchId is not null)
                {
                    batchesOnHost[operation.HostId] = batchesOnHost.GetValueOrDefault(operation.HostId) + 1;
                }

                claimed.Add(operation);
                drafts.Add(EventDraft.Of(operation));
            }
        }

        return claimed;
    }

    /// <summary>Waiting for a guest to boot costs the host nothing, and must not keep a class of clones from being made.</summary>
    private static bool IsHostsWork(OperationKind kind) => kind != OperationKind.GiveIdentity;

    private static void Wait(Operation operation, string reason, List<EventDraft> drafts)
    {
        if (!string.Equals(operation.WaitingFor, reason, StringComparison.Ordinal))
        {
            operation.WaitingFor = reason;
            drafts.Add(EventDraft.Of(operation));
        }
    }

    private void Begin(Operation operation, bool recover, CancellationToken stoppingToken, EarlyLook? look = null)
    {
        var cancel = new CancellationTokenSource();
        signals.Register(operation.Id, cancel);
        var run = Task.Run(() => RunAsync(operation, look, recover, cancel, stoppingToken), CancellationToken.None);
        _running[operation.Id] = run;
        _ = run.ContinueWith(
            _ =>
            {
                _running.TryRemove(operation.Id, out Task? _);
                signals.Wake();
                if (operation.BatchId is not null)
                {
                    batches.Wake();
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private async Task RunAsync(Operation operation, EarlyLook? look, bool recover, CancellationTokenSource cancel, CancellationToken stoppingToken)
    {
        using var cancelled = cancel;
        using var journal = new OperationJournal(operation, changes, factory, faults, time);
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Positive(operation.Deadline - time.GetUtcNow()), time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel.Token);
        try
        {
            var host = hosts.Find(operation.HostId)?.Reference
                ?? throw new EngineException(FailureCodes.HypervisorError, "The host of this machine is not in the portal's configuration any more. Add it again under SnapshotPortal:Hosts.");
            var run = new OperationRun(operation, host, journal, changes, time) { Look = look };
            if (recover || !await TryExecuteAsync(run, stop.Token, stoppingToken))
            {
                await RecoverAsync(run, stoppingToken);
            }

            OperationLog.Succeeded(logger, operation.Id, operation.Kind, operation.VmId, time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            // A recovery goes on at the next start.
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await FailAsync(operation, journal, await StopReasonAsync(operation, journal, deadline.IsCancellationRequested));
        }
        catch (EngineException e)
        {
            await FailAsync(operation, journal, new Failure(FailureKind.Unavailable, e.Code, e.Message));
        }
#pragma warning disable CA1031 // An operation ends with an outcome whatever happens; the log has the details.
        catch (Exception e)
#pragma warning restore CA1031
        {
            OperationLog.Surprised(logger, e, operation.Id, operation.Kind, journal.CurrentStep);
            await FailAsync(operation, journal, new Failure(
                FailureKind.Unavailable,
                FailureCodes.Internal,
                $"The portal met an error that it did not expect. An administrator finds it in the log under operation {operation.Id}."));
        }
        finally
        {
            signals.Unregister(operation.Id);
        }
    }

    /// <summary>
    /// Does the work. False if the host was lost in the middle of it: then nobody knows whether the last call was carried
    /// out, and only a recovery can tell, as after a crash. The same where the database failed: what was done stands on the host
    /// and is not written down. Before its first step nothing was done: then it waits for the host and begins anew.
    /// </summary>
    private async Task<bool> TryExecuteAsync(OperationRun run, CancellationToken cancellationToken, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await _handlers[run.Operation.Kind].ExecuteAsync(run, cancellationToken);
                return true;
            }
            catch (EngineException e) when (string.Equals(e.Code, FailureCodes.HostUnreachable, StringComparison.Ordinal))
            {
                OperationLog.RecoveryWaits(logger, run.Operation.Id, e.Message);
                if (run.Journal.HasBegun)
                {
                    await run.Journal.ReportWaitingAsync("The host was lost in the middle of this. It is put in order as soon as the host is back.", CancellationToken.None);
                    return false;
                }
            }
            catch (Exception e) when (run.Journal.HasBegun && IsOfTheDatabase(e))
            {
                OperationLog.Surprised(logger, e, run.Operation.Id, run.Operation.Kind, run.Journal.CurrentStep);
                return false;
            }

            await run.Journal.ReportWaitingAsync(HostIsAway, cancellationToken);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stoppingToken);
            await Task.Delay(_idle, time, either.Token);
            await HostAsync(run, either.Token);
            await using var db = factory.Create();
            if (await StandingRule.CheckAsync(db, run.Operation, either.Token) is { } ended)
            {
                throw new EngineException(ended.Code, ended.Message);
            }
        }
    }

    private async Task HostAsync(OperationRun run, CancellationToken cancellationToken)
    {
        while (hosts.Find(run.Operation.HostId) is not { IsConnected: true })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    private async Task RecoverAsync(OperationRun run, CancellationToken stoppingToken)
    {
        while (true)
        {
            // Without its host nothing can be put in order; the lease is kept and nothing else runs on the machine.
            await HostAsync(run, stoppingToken);
            using var patience = new CancellationTokenSource(_recoveryPatience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
            try
            {
                await _handlers[run.Operation.Kind].RecoverAsync(run, either.Token);
                return;
            }
            catch (EngineException e) when (string.Equals(e.Code, FailureCodes.HostUnreachable, StringComparison.Ordinal))
            {
                OperationLog.RecoveryWaits(logger, run.Operation.Id, e.Message);
                await Task.Delay(_idle, time, stoppingToken);
            }
            catch (Exception e) when (e is not EngineException { Code: FailureCodes.Interrupted or FailureCodes.Drift } && !stoppingToken.IsCancellationRequested)
            {
                // Half-known is worse than stopped: nothing more is done to the machine's disks until they are known again.
                OperationLog.Surprised(logger, e, run.Operation.Id, run.Operation.Kind, run.Journal.CurrentStep);
                throw new EngineException(FailureCodes.Drift, $"After an interruption it could not be found out what had been done: {e.Message}", e);
            }
        }
    }

    private async Task<Failure> StopReasonAsync(Operation operation, OperationJournal journal, bool pastDeadline)
    {
        if (pastDeadline && operation.Kind == OperationKind.ShutdownVm)
        {
            return new Failure(FailureKind.Unavailable, FailureCodes.DeadlineExceeded, "The guest was asked to shut down and has not done so in time. It may still do so. If it hangs, force it off.");
        }

        if (pastDeadline && operation.Kind == OperationKind.FlattenVm)
        {
            return new Failure(FailureKind.Unavailable, FailureCodes.DeadlineExceeded, "It was not done before its deadline. The machine is as before and its disks are complete; what was copied already is not copied twice. Flatten again.");
        }

        if (pastDeadline)
        {
            return new Failure(
                FailureKind.Unavailable,
                FailureCodes.DeadlineExceeded,
                $"It was not done before its deadline, {operation.Deadline:u}; it stopped at the step {journal.CurrentStep ?? "before the first"}. What had begun was undone and the machine is as before. Try again, or allow more time.");
        }

        await using var db = factory.Create();
        return CancelledFailure(await db.Operations.AsNoTracking().SingleAsync(o => o.Id == operation.Id));
    }

    private static Failure CancelledFailure(Operation operation) => new(
        FailureKind.Conflict,
        FailureCodes.Cancelled,
        $"Cancelled by {operation.CancelRequestedBy ?? "the portal"}. The machine is as before.");

    private async Task FailAsync(Operation operation, OperationJournal journal, Failure failure)
    {
        OperationLog.Failed(logger, operation.Id, operation.Kind, operation.VmId, journal.CurrentStep, failure.Code, failure.Message);
        await journal.CommitAsync(
            async (db, tracked, drafts) =>
            {
                drafts.Clear();
                await EndAsync(db, tracked, failure, drafts, CancellationToken.None);
                var left = failure.Code is FailureCodes.Drift or FailureCodes.Internal ? JournalState.Kept : JournalState.Undone;
                await db.Journal.Where(j => j.OperationId == tracked.Id && j.State == JournalState.Open)
                    .ExecuteUpdateAsync(s => s.SetProperty(static j => j.State, left));
            },
            CancellationToken.None);
        drift.Ask(operation.VmId);
    }

    private async Task EndAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (string.Equals(failure.Code, FailureCodes.Cancelled, StringComparison.Ordinal))
        {
            operation.Cancel(now, failure.Message);
        }
        else
        {
            operation.Fail(now, failure.Code, failure.Message);
        }

        if (string.Equals(failure.Code, FailureCodes.Drift, StringComparison.Ordinal)
            && await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId, cancellationToken) is { } vm)
        {
            vm.Drift = failure.Message;
            drafts.Add(EventDraft.Of(vm));
        }

        var phase = await _handlers[operation.Kind].OnFailedAsync(db, operation, failure, drafts, cancellationToken);
        drafts.Insert(0, EventDraft.Of(operation, phase));
    }

    /// <summary>EF Core hands on a provider's failures within its own.</summary>
    private static bool IsOfTheDatabase(Exception e) => e is DbException || (e is not EngineException && e.InnerException is { } inner && IsOfTheDatabase(inner));

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.FromTicks(1);
}
