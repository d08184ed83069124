using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>
/// Takes the snapshots that are due and notes how they ended. What is due stands in the database: runs that were missed
/// while the portal or the host was away are made up for once, however many there were.
/// </summary>
internal sealed class Scheduler(
    IPortalDbFactory factory,
    Changes changes,
    SnapshotRequests snapshots,
    SnapshotTidying tidying,
    IUserDirectory users,
    HostRegistry hosts,
    TimeProvider time,
    ILogger<Scheduler> logger) : RepeatedWork(time, logger)
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(1);

    // As long as a merge of layers may take.
    private static readonly TimeSpan _patience = TimeSpan.FromHours(1);

    protected override async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        await HandOutAsync(cancellationToken);
        await ServeAsync(cancellationToken);
        return _round;
    }

    /// <summary>Machines that came to a class after its schedule was set get it, too.</summary>
    private async Task HandOutAsync(CancellationToken cancellationToken)
    {
        List<Guid> classes;
        await using (var db = factory.Create())
        {
            classes = await ClassTimetables.BehindAsync(db, cancellationToken);
        }

        foreach (var id in classes)
        {
            await changes.CommitAsync(
                async (db, drafts) =>
                {
                    if (await db.ClassSchedules.FirstOrDefaultAsync(c => c.ClassId == id, cancellationToken) is { } schedule)
                    {
                        await ClassTimetables.ApplyAsync(db, drafts, id, schedule, Time.GetUtcNow(), cancellationToken);
                    }
                },
                cancellationToken);
        }
    }

    /// <summary>One round: first what has ended, then what is due.</summary>
    internal async Task ServeAsync(CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        List<SnapshotSchedule> waiting;
        await using (var db = factory.Create())
        {
            waiting = await db.Schedules.AsNoTracking()
                .Where(s => s.RunningSnapshotId != null || (s.Enabled && s.NextRunAt <= now))
                .OrderBy(static s => s.NextRunAt).ToListAsync(cancellationToken);
        }

        foreach (var schedule in waiting)
        {
            try
            {
                if (schedule.RunningSnapshotId is { } running && !await SettleAsync(schedule, running, cancellationToken) && schedule.IsDue(now))
                {
                    await SkipAsync(schedule, cancellationToken);
                }
                else if (schedule.RunningSnapshotId is null && schedule.IsDue(now))
                {
                    await FireAsync(schedule, cancellationToken);
                }
            }
#pragma warning disable CA1031 // One schedule that cannot be served must not hold up the others; the next round tries it again.
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                SchedulingLog.Surprised(Logger, e, schedule.VmId);
            }
        }
    }

    /// <summary>Notes how the run ended and applies the rule of what to keep. False while it goes on.</summary>
    private async Task<bool> SettleAsync(SnapshotSchedule schedule, Guid snapshotId, CancellationToken cancellationToken)
    {
        Operation? operation;
        await using (var db = factory.Create())
        {
            operation = await db.Operations.AsNoTracking()
                .FirstOrDefaultAsync(o => o.VmId == schedule.VmId && o.SnapshotId == snapshotId && o.Kind == OperationKind.TakeSnapshot, cancellationToken);
        }

        if (operation is { IsActive: true })
        {
            return false;
        }

        // First the removals, then the note: a crash in between repeats what does no harm to repeat.
        if (Timetable.TryRead(schedule.Rule, Time.GetUtcNow(), out var timetable, out _))
        {
            await tidying.ApplyAsync(schedule, timetable.Zone, cancellationToken);
        }

        await ChangeAsync(
            schedule.VmId,
            (row, _) =>
            {
                if (row.RunningSnapshotId != snapshotId)
                {
                    return false;
                }

                if (operation is { State: OperationState.Succeeded })
                {
                    row.End(ScheduleOutcome.Succeeded);
                }
                else
                {
                    var code = operation?.ErrorCode ?? FailureCodes.Internal;
                    var message = operation?.ErrorMessage ?? "Nothing is known of how it ended.";
                    row.End(ScheduleOutcome.Failed, code, message);
                    SchedulingLog.Failed(Logger, row.VmId, code, message);
                }

                return true;
            },
            cancellationToken);
        return true;
    }

    private Task SkipAsync(SnapshotSchedule schedule, CancellationToken cancellationToken) => ChangeAsync(
        schedule.VmId,
        (row, now) =>
        {
            if (row.RunningSnapshotId != schedule.RunningSnapshotId || !row.IsDue(now))
            {
                return false;
            }

            SchedulingLog.Skipped(Logger, row.VmId, row.NextRunAt!.Value);
            row.Skip(now, Next(row, now), "The snapshot before it was still being taken.");
            return true;
        },
        cancellationToken);

    private async Task FireAsync(SnapshotSchedule schedule, CancellationToken cancellationToken)
    {
        var now = Time.GetUtcNow();
        VirtualMachine vm;
        bool hostIsLost;
        HashSet<string> names;
        await using (var db = factory.Create())
        {
            vm = await db.Vms.AsNoTracking().SingleAsync(v => v.Id == schedule.VmId, cancellationToken);
            hostIsLost = await db.Hosts.AnyAsync(h => h.Id == vm.HostId && h.State == HostState.Unreachable, cancellationToken);

            // Tidying up makes way for people. A schedule that made it stop every few minutes would never let it come to an end.
            if (now - schedule.NextRunAt < _patience && await db.Operations.AnyAsync(
                o => o.VmId == vm.Id && o.Kind == OperationKind.CollectLayers && (o.State == OperationState.Queued || o.State == OperationState.Running), cancellationToken))
            {
                return;
            }

            names = (await db.Snapshots.Where(s => s.VmId == vm.Id).Select(static s => s.Name).ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
        }

        if (hosts.Find(vm.HostId) is not { IsConnected: true })
        {
            if (hostIsLost)
            {
                await OweAsync(schedule, cancellationToken);
            }

            // Otherwise the portal has just begun, and the host is about to be there.
            return;
        }

        if (!Timetable.TryRead(schedule.Rule, now, out var timetable, out var unusable))
        {
            await FailAsync(schedule, unusable with { Message = $"{unusable.Message} The schedule rests until it is set anew." }, null, cancellationToken);
            return;
        }

        var next = timetable.Next(now);
        if (!(await users.NamesAsync([vm.OwnerId], cancellationToken)).ContainsKey(vm.OwnerId))
        {
            await FailAsync(schedule, new Failure(FailureKind.Conflict, FailureCodes.UserUnknown, "The account of the machine's owner is gone. Ask an administrator to give the machine to somebody."), next, cancellationToken);
            return;
        }

        var request = new TakeSnapshotRequest(ScheduledNames.Free(schedule.Rule, timetable.Zone, now, names));
        var outcome = await snapshots.TakeScheduledAsync(
            new Actor(vm.OwnerId, SnapshotTidying.Schedule, IsAdministrator: false),
            vm.Id,
            request,
            async (db, drafts, snapshot) =>
            {
                // In the transaction that enqueues: a crash leaves both or neither.
                if (await db.Schedules.FirstOrDefaultAsync(s => s.Id == schedule.Id, cancellationToken) is not { RunningSnapshotId: null } row || row.Version != schedule.Version)
                {
                    return Changed;
                }

                row.Begin(snapshot.Id, now, next);
                drafts.Add(EventDraft.Of(await db.Vms.SingleAsync(v => v.Id == row.VmId, cancellationToken)));
                return null;
            },
            cancellationToken);
        if (outcome.IsSuccess)
        {
            SchedulingLog.Began(Logger, vm.Id, outcome.Value.SnapshotId!.Value, schedule.NextRunAt!.Value, next);
        }
        else if (outcome.Failure != Changed && outcome.Failure.Code != FailureCodes.NameTaken)
        {
            await FailAsync(schedule, outcome.Failure, next, cancellationToken);
        }
    }

    /// <summary>Somebody changed the schedule, or took the name, in this moment: the next round looks again.</summary>
    private static Failure Changed { get; } = new(FailureKind.Conflict, FailureCodes.VmBusy, "The schedule was changed in this moment.");

    /// <summary>Says once that the host is away; the run stays due and is made up for when the host is back.</summary>
    private Task OweAsync(SnapshotSchedule schedule, CancellationToken cancellationToken)
        => schedule is { LastOutcome: ScheduleOutcome.Failed, LastCode: FailureCodes.HostUnreachable } && schedule.LastRunAt >= schedule.NextRunAt
            ? Task.CompletedTask
            : FailAsync(
                schedule,
                new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host did not answer when the snapshot was due. It is taken as soon as the host is back."),
                schedule.NextRunAt,
                cancellationToken);

    private async Task FailAsync(SnapshotSchedule schedule, Failure failure, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        SchedulingLog.Failed(Logger, schedule.VmId, failure.Code, failure.Message);
        await ChangeAsync(
            schedule.VmId,
            (row, now) =>
            {
                if (row.Version != schedule.Version)
                {
                    return false;
                }

                row.Fail(now, next, failure.Code, failure.Message);
                return true;
            },
            cancellationToken);
    }

    private Task ChangeAsync(Guid vmId, Func<SnapshotSchedule, DateTimeOffset, bool> change, CancellationToken cancellationToken) => changes.CommitAsync(
        async (db, drafts) =>
        {
            if (await db.Schedules.FirstOrDefaultAsync(s => s.VmId == vmId, cancellationToken) is { } row
                && change(row, Time.GetUtcNow())
                && await db.Vms.FirstOrDefaultAsync(v => v.Id == vmId, cancellationToken) is { } vm)
            {
                drafts.Add(EventDraft.Of(vm));
            }
        },
        cancellationToken);

    private static DateTimeOffset? Next(SnapshotSchedule schedule, DateTimeOffset now)
        => Timetable.TryRead(schedule.Rule, now, out var timetable, out _) ? timetable.Next(now) : null;
}
