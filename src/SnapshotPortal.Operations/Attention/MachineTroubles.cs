using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Attention;

/// <summary>What is wrong with somebody's machines at present; it ends by itself as soon as it is put right.</summary>
internal static class MachineTroubles
{
    // Every freeze is a debt until its thaw is proved: usually for a tenth of a second, and that is nobody's business.
    internal static readonly TimeSpan DebtPatience = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<AttentionView>> ListAsync(IPortalDb db, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - DebtPatience;
        var own = Own(db, actor);
        var frozen = await (
            from debt in db.FreezeDebts
            join vm in own on debt.VmId equals vm.Id
            where debt.Since < before
            orderby debt.Since
            select new AttentionView(AttentionKind.MayBeFrozen, vm.Name, vm.Id, debt.Since)).ToListAsync(cancellationToken);
        var troubled = await own.Where(static v => v.Presence == VmPresence.Missing || v.Drift != null)
            .OrderBy(static v => v.Name).Select(static v => new { v.Id, v.Name, v.Presence, v.Drift }).ToListAsync(cancellationToken);
        return
        [
            .. frozen,
            .. troubled.Where(static v => v.Presence == VmPresence.Missing).Select(static v => new AttentionView(AttentionKind.Missing, v.Name, v.Id, null)),
            .. troubled.Where(static v => v.Presence != VmPresence.Missing).Select(static v => new AttentionView(AttentionKind.Drift, v.Name, v.Id, null) { Drift = v.Drift }),
        ];
    }

    public static async Task<IReadOnlyList<AttentionView>> SchedulesAsync(IPortalDb db, Actor actor, CancellationToken cancellationToken)
    {
        var rows = await (
            from schedule in db.Schedules.AsNoTracking()
            join vm in Own(db, actor) on schedule.VmId equals vm.Id
            where schedule.LastOutcome == ScheduleOutcome.Failed && schedule.Enabled
            orderby vm.Name
            select new { Schedule = schedule, vm.Name }).ToListAsync(cancellationToken);
        return [.. rows.Select(static r => new AttentionView(AttentionKind.ScheduleFailed, r.Name, r.Schedule.VmId, r.Schedule.LastRunAt) { Schedule = ScheduleStateView.Of(r.Schedule) })];
    }

    private static IQueryable<VirtualMachine> Own(IPortalDb db, Actor actor)
        => db.Vms.AsNoTracking().Where(v => v.OwnerId == actor.UserId && v.Presence != VmPresence.Deleting);
}
