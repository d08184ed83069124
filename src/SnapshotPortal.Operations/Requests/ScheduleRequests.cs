using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Scheduling;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <inheritdoc cref="ISchedules"/>
internal sealed class ScheduleRequests(IPortalDbFactory factory, Changes changes, TimeProvider time) : ISchedules
{
    private const int RunsToShow = 3;

    public async Task<Outcome<ScheduleView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await FindAsync(db, actor, vmId, cancellationToken) switch
        {
            (null, _) => Enqueuing.NotFound("virtual machine"),
            ({ } vm, null) => Missing(vm),
            (_, { } schedule) => await ViewAsync(db, schedule, cancellationToken),
        };
    }

    public Task<Outcome<ScheduleView>> SetAsync(Actor actor, Guid vmId, SetScheduleRequest request, CancellationToken cancellationToken)
        => changes.CommitAsync<ScheduleView>(
            AuditDraft.By(actor, AuditActs.ScheduleSet, AuditSubject.Vm, vmId),
            async (db, drafts) =>
            {
                if (await FindAsync(db, actor, vmId, cancellationToken) is not ({ Presence: not VmPresence.Deleting } vm, var schedule))
                {
                    return Enqueuing.NotFound("virtual machine");
                }

                var now = time.GetUtcNow();
                if (Check(request.Rule, now, out var timetable) is { } wrong)
                {
                    return wrong;
                }

                if (schedule is null)
                {
                    schedule = new SnapshotSchedule { VmId = vmId, Rule = request.Rule };
                    db.Schedules.Add(schedule);
                }

                schedule.ClassId = null;
                schedule.Rule = request.Rule;
                schedule.SetEnabled(request.Enabled, timetable!.Next(now));
                drafts.Add(EventDraft.Of(vm));
                return View(schedule, className: null);
            },
            cancellationToken);

    public Task<Outcome<ScheduleView>> RemoveAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => changes.CommitAsync<ScheduleView>(
            AuditDraft.By(actor, AuditActs.ScheduleRemoved, AuditSubject.Vm, vmId),
            async (db, drafts) =>
            {
                switch (await FindAsync(db, actor, vmId, cancellationToken))
                {
                    case (null, _):
                        return Enqueuing.NotFound("virtual machine");
                    case ({ } vm, null):
                        return Missing(vm);
                    case ({ } vm, { ClassId: null } schedule):
                        db.Schedules.Remove(schedule);
                        drafts.Add(EventDraft.Of(vm));
                        return View(schedule, className: null);
                    case ({ } vm, { } given):
                        var group = await ClassNameAsync(db, given, cancellationToken);
                        return new Failure(FailureKind.Conflict, FailureCodes.ScheduleOfClass, $"“{vm.Name}” follows the schedule of the class “{group}”, which only its teachers can remove. Pause it, or change it: then the machine has a schedule of its own.");
                }
            },
            cancellationToken);

    public async Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, Guid vmId, ScheduleRule rule, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        var now = time.GetUtcNow();
        if (Check(rule, now, out var timetable) is { } wrong)
        {
            return wrong;
        }

        var rows = await db.Snapshots.AsNoTracking().Where(s => s.VmId == vmId).ToListAsync(cancellationToken);
        var inUse = await SnapshotTidying.InUseAsync(db, [.. rows.Select(static s => s.Id)], cancellationToken);
        var names = rows.ToDictionary(static s => s.Id, static s => s.Name);
        return new SchedulePreviewView(
            [.. timetable!.Following(now, RunsToShow)],
            [
                .. ScheduledSnapshots.Judge(rows, rule.Keep, timetable.Zone, vm.CurrentSnapshotId, inUse)
                    .Select(v => new RetentionPreviewView(v.Candidate.Id, names[v.Candidate.Id], v.Candidate.At, v.Reasons)),
            ]);
    }

    private static async Task<(VirtualMachine? Vm, SnapshotSchedule? Schedule)> FindAsync(IPortalDb db, Actor actor, Guid vmId, CancellationToken cancellationToken)
        => await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is { } vm
            ? (vm, await db.Schedules.FirstOrDefaultAsync(s => s.VmId == vmId, cancellationToken))
            : (null, null);

    private static Failure Missing(VirtualMachine vm)
        => new(FailureKind.NotFound, FailureCodes.ScheduleMissing, $"“{vm.Name}” has no schedule. Set one first.");

    private static Task<string?> ClassNameAsync(IPortalDb db, SnapshotSchedule schedule, CancellationToken cancellationToken)
        => db.Classes.Where(c => c.Id == schedule.ClassId).Select(static c => c.Name).FirstOrDefaultAsync(cancellationToken);

    internal static Failure? Check(ScheduleRule rule, DateTimeOffset now, out Timetable? timetable)
        => !Timetable.TryRead(rule, now, out timetable, out var unusable)
            ? unusable
            : rule.Keep.Check() is { } wrong
                ? new Failure(FailureKind.Invalid, FailureCodes.RetentionInvalid, wrong, "keep")
                : null;

    private async Task<ScheduleView> ViewAsync(IPortalDb db, SnapshotSchedule schedule, CancellationToken cancellationToken)
        => View(schedule, schedule.ClassId is null ? null : await ClassNameAsync(db, schedule, cancellationToken));

    private ScheduleView View(SnapshotSchedule schedule, string? className)
        => new(schedule.VmId, schedule.Rule, ScheduleStateView.Of(schedule), NextRuns(schedule.Rule, schedule.Enabled, time.GetUtcNow()), className);

    /// <summary>The next runs of a rule; none while it is paused.</summary>
    internal static IReadOnlyList<DateTimeOffset> NextRuns(ScheduleRule rule, bool enabled, DateTimeOffset now)
        => enabled && Timetable.TryRead(rule, now, out var timetable, out _) ? [.. timetable.Following(now, RunsToShow)] : [];
}
