using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Scheduling;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Classes;

/// <inheritdoc cref="IClassSchedules"/>
internal sealed class ClassScheduleRequests(IPortalDbFactory factory, Changes changes, TimeProvider time) : IClassSchedules
{
    public async Task<Outcome<ClassScheduleView>> GetAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await FindAsync(db, actor, classId, cancellationToken) switch
        {
            { Failure: { } failure } => failure,
            { Value: { } schedule } => await ViewAsync(db, schedule, cancellationToken),
            _ => Missing,
        };
    }

    public Task<Outcome<ClassScheduleView>> SetAsync(Actor actor, Guid classId, SetScheduleRequest request, CancellationToken cancellationToken)
        => changes.CommitAsync<ClassScheduleView>(
            AuditDraft.By(actor, AuditActs.ScheduleSet, AuditSubject.Class, classId),
            async (db, drafts) =>
            {
                var found = await FindAsync(db, actor, classId, cancellationToken);
                if ((found.Failure ?? ScheduleRequests.Check(request.Rule, time.GetUtcNow(), out _)) is { } failure)
                {
                    return failure;
                }

                if (found.Value is not { } schedule)
                {
                    schedule = new ClassSchedule { ClassId = classId, Rule = request.Rule, Enabled = request.Enabled };
                    db.ClassSchedules.Add(schedule);
                }

                (schedule.Rule, schedule.Enabled) = (request.Rule, request.Enabled);
                await ApplyAsync(db, drafts, classId, schedule, cancellationToken);
                return await ViewAsync(db, schedule, cancellationToken);
            },
            cancellationToken);

    public Task<Outcome<ClassScheduleView>> RemoveAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
        => changes.CommitAsync<ClassScheduleView>(
            AuditDraft.By(actor, AuditActs.ScheduleRemoved, AuditSubject.Class, classId),
            async (db, drafts) =>
            {
                switch (await FindAsync(db, actor, classId, cancellationToken))
                {
                    case { Failure: { } failure }:
                        return failure;
                    case { Value: { } schedule }:
                        var was = await ViewAsync(db, schedule, cancellationToken);
                        db.ClassSchedules.Remove(schedule);
                        await ApplyAsync(db, drafts, classId, schedule: null, cancellationToken);
                        return was;
                    default:
                        return Missing;
                }
            },
            cancellationToken);

    public async Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, Guid classId, ScheduleRule rule, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var now = time.GetUtcNow();
        return ((await FindAsync(db, actor, classId, cancellationToken)).Failure ?? ScheduleRequests.Check(rule, now, out _)) is { } failure
            ? failure
            : new SchedulePreviewView(ScheduleRequests.NextRuns(rule, enabled: true, now), []);
    }

    private static Failure Missing { get; } = new(FailureKind.NotFound, FailureCodes.ScheduleMissing, "This class has no schedule. Set one first.");

    /// <summary>The class's schedule, or none; a failure for whoever does not teach the class.</summary>
    private static async Task<(Failure? Failure, ClassSchedule? Value)> FindAsync(IPortalDb db, Actor actor, Guid classId, CancellationToken cancellationToken)
        => await ClassAccess.IsTaughtByAsync(db, actor, classId, cancellationToken)
            ? (null, await db.ClassSchedules.FirstOrDefaultAsync(s => s.ClassId == classId, cancellationToken))
            : (Enqueuing.NotFound("class"), null);

    private async Task ApplyAsync(IPortalDb db, List<EventDraft> drafts, Guid classId, ClassSchedule? schedule, CancellationToken cancellationToken)
    {
        await ClassTimetables.ApplyAsync(db, drafts, classId, schedule, time.GetUtcNow(), cancellationToken);
        drafts.Add(EventDraft.OfClass(classId, "Schedule"));

        // What is told counts what was just written.
        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task<ClassScheduleView> ViewAsync(IPortalDb db, ClassSchedule schedule, CancellationToken cancellationToken)
    {
        var machines = await (
            from vm in db.Vms.AsNoTracking()
            where vm.ClassId == schedule.ClassId && vm.Presence == VmPresence.Present
            join row in db.Schedules.AsNoTracking() on vm.Id equals row.VmId
            orderby vm.Name
            select new { vm.Id, vm.Name, Row = row }).ToListAsync(cancellationToken);
        var following = machines.FindAll(static m => m.Row.ClassId is not null);
        return new ClassScheduleView(
            schedule.ClassId,
            schedule.Rule,
            schedule.Enabled,
            ScheduleRequests.NextRuns(schedule.Rule, schedule.Enabled, time.GetUtcNow()),
            following.Count,
            machines.Count - following.Count,
            [
                .. following.Where(static m => m.Row.LastOutcome == ScheduleOutcome.Failed)
                    .Select(static m => new FailingScheduleView(m.Id, m.Name, m.Row.LastRunAt!.Value, m.Row.LastMessage ?? "")),
            ]);
    }
}
