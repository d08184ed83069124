using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What a person may ask about and of schedules. Every call authorises by itself.</summary>
public interface ISchedules
{
    /// <summary>A machine's schedule. Fails with <see cref="FailureCodes.ScheduleMissing"/> where it has none.</summary>
    Task<Outcome<ScheduleView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>Gives the machine a schedule of its own, or replaces the one it has. Paused runs are not made up for.</summary>
    Task<Outcome<ScheduleView>> SetAsync(Actor actor, Guid vmId, SetScheduleRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the machine's own schedule away; the snapshots that it took stay. A machine of a class follows the class's again,
    /// and that one cannot be taken away here (<see cref="FailureCodes.ScheduleOfClass"/>).
    /// </summary>
    /// <returns>The schedule that was.</returns>
    Task<Outcome<ScheduleView>> RemoveAsync(Actor actor, Guid vmId, CancellationToken cancellationToken);

    /// <summary>What a rule would do; nothing changes.</summary>
    Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, Guid vmId, ScheduleRule rule, CancellationToken cancellationToken);
}

/// <summary>Sets a schedule.</summary>
/// <param name="Rule">When, in which zone, and what is kept; runs at most every 5 minutes.</param>
/// <param name="Enabled">False = it rests.</param>
public sealed record SetScheduleRequest(ScheduleRule Rule, bool Enabled = true);
