using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Scheduling;

/// <summary>Removes snapshots that the portal made and that its rules keep no longer, by the same operations as a person's.</summary>
internal sealed class SnapshotTidying(IPortalDbFactory factory, SnapshotRequests snapshots, ILogger<SnapshotTidying> logger)
{
    /// <summary>Who removes what the schedule's rule does not keep.</summary>
    public const string Schedule = "Schedule";

    /// <summary>Who removes everything else.</summary>
    public const string Portal = "the portal";

    /// <summary>Removes what the rule of the machine's schedule keeps no longer, and failed snapshots that a later run has replaced.</summary>
    public Task ApplyAsync(SnapshotSchedule schedule, TimeZoneInfo zone, CancellationToken cancellationToken)
        => RemoveAsync(
            schedule.VmId,
            Schedule,
            (vm, rows, inUse) =>
            [
                .. ScheduledSnapshots.Superseded(rows),
                .. ScheduledSnapshots.Judge(rows, schedule.Rule.Keep, zone, vm.CurrentSnapshotId, inUse)
                    .Where(static v => !v.IsKept).Select(static v => v.Candidate.Id),
            ],
            cancellationToken);

    /// <summary>Removes those of a machine's snapshots that <paramref name="choose"/> names.</summary>
    /// <param name="vmId">The machine.</param>
    /// <param name="asker">Who is told to have asked.</param>
    /// <param name="choose">Gets the machine, its snapshots and those that operations work with.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RemoveAsync(
        Guid vmId,
        string asker,
        Func<VirtualMachine, IReadOnlyList<Snapshot>, IReadOnlySet<Guid>, IReadOnlyList<Guid>> choose,
        CancellationToken cancellationToken)
    {
        VirtualMachine? vm;
        List<Snapshot> rows;
        IReadOnlySet<Guid> inUse;
        await using (var db = factory.Create())
        {
            // Of a machine whose disks are in doubt nothing is removed.
            vm = await db.Vms.AsNoTracking().FirstOrDefaultAsync(v => v.Id == vmId && v.Presence == VmPresence.Present && v.Drift == null, cancellationToken);
            if (vm is null)
            {
                return;
            }

            rows = await db.Snapshots.AsNoTracking().Where(s => s.VmId == vmId).ToListAsync(cancellationToken);
            inUse = await InUseAsync(db, [.. rows.Select(static s => s.Id)], cancellationToken);
        }

        foreach (var id in choose(vm, rows, inUse))
        {
            var outcome = await snapshots.TidyAsync(new Actor(vm.OwnerId, asker, IsAdministrator: false), id, cancellationToken);
            if (outcome.IsSuccess)
            {
                SchedulingLog.Removed(logger, id, vmId, asker);
            }
            else
            {
                // Somebody protected it, removed it or began to work with it in this moment: then it is not ours to remove.
                SchedulingLog.NotRemoved(logger, id, vmId, outcome.Failure.Message);
            }
        }
    }

    /// <summary>Those of the snapshots that an operation which has not ended is about: a restore, a clone, an export.</summary>
    public static async Task<IReadOnlySet<Guid>> InUseAsync(IPortalDb db, IReadOnlyList<Guid> snapshotIds, CancellationToken cancellationToken)
        => (await db.Operations
            .Where(static o => o.State == OperationState.Queued || o.State == OperationState.Running)
            .Where(o => o.SnapshotId != null && snapshotIds.Contains(o.SnapshotId.Value))
            .Select(static o => o.SnapshotId!.Value).ToListAsync(cancellationToken)).ToHashSet();
}
