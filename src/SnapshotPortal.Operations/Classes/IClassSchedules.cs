using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Classes;

/// <summary>What teachers may ask about and of the schedule of their class. Every call authorises by itself.</summary>
public interface IClassSchedules
{
    /// <summary>The class's schedule. Fails with <see cref="FailureCodes.ScheduleMissing"/> where it has none.</summary>
    Task<Outcome<ClassScheduleView>> GetAsync(Actor actor, Guid classId, CancellationToken cancellationToken);

    /// <summary>
    /// Gives the class a schedule, or replaces the one it has: all its machines follow it, those that come later, too, except those
    /// that have a schedule of their own.
    /// </summary>
    Task<Outcome<ClassScheduleView>> SetAsync(Actor actor, Guid classId, SetScheduleRequest request, CancellationToken cancellationToken);

    /// <summary>Takes the class's schedule away, and with it the machines'; the snapshots that were taken stay.</summary>
    /// <returns>The schedule that was.</returns>
    Task<Outcome<ClassScheduleView>> RemoveAsync(Actor actor, Guid classId, CancellationToken cancellationToken);

    /// <summary>When a rule would run; nothing changes.</summary>
    Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, Guid classId, ScheduleRule rule, CancellationToken cancellationToken);
}
