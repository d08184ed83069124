using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>Gives the schedule of a class to its machines. A machine with a schedule of its own keeps that one.</summary>
internal static class ClassTimetables
{
    /// <summary>The classes with a schedule that some of their machines have not got yet: those machines are new, or have given up their own.</summary>
    public static Task<List<Guid>> BehindAsync(IPortalDb db, CancellationToken cancellationToken)
        => db.ClassSchedules
            .Where(c => db.Vms.Any(v => v.ClassId == c.ClassId && v.Presence == VmPresence.Present && !db.Schedules.Any(s => s.VmId == v.Id)))
            .Select(static c => c.ClassId).ToListAsync(cancellationToken);

    /// <summary>Makes the machines of a class follow its schedule as it is now; without one, they lose the one they had from it.</summary>
    public static async Task ApplyAsync(IPortalDb db, List<EventDraft> drafts, Guid classId, ClassSchedule? schedule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var next = schedule is { Enabled: true } && Timetable.TryRead(schedule.Rule, now, out var timetable, out _) ? timetable.Next(now) : null;
        var machines = await db.Vms.Where(v => v.ClassId == classId && v.Presence == VmPresence.Present).ToListAsync(cancellationToken);
        var ids = machines.ConvertAll(static v => v.Id);
        var rows = await db.Schedules.Where(s => ids.Contains(s.VmId)).ToDictionaryAsync(static s => s.VmId, cancellationToken);
        foreach (var vm in machines)
        {
            if (Apply(db, vm, rows.GetValueOrDefault(vm.Id), schedule, next))
            {
                drafts.Add(EventDraft.Of(vm));
            }
        }
    }

    private static bool Apply(IPortalDb db, VirtualMachine vm, SnapshotSchedule? row, ClassSchedule? schedule, DateTimeOffset? next)
    {
        switch (row, schedule)
        {
            case (null, null) or ({ ClassId: null }, _):
                return false;
            case ({ } given, null):
                db.Schedules.Remove(given);
                return true;
            case ({ } given, { } wanted) when given.Rule == wanted.Rule && given.Enabled == wanted.Enabled:
                return false;
            default:
                if (row is null)
                {
                    row = new SnapshotSchedule { VmId = vm.Id, ClassId = schedule.ClassId, Rule = schedule.Rule };
                    db.Schedules.Add(row);
                }

                row.Rule = schedule.Rule;
                row.SetEnabled(schedule.Enabled, next);
                return true;
        }
    }
}
