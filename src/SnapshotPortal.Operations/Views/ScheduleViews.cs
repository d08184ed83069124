using SnapshotPortal.Domain.Schedules;

namespace SnapshotPortal.Operations.Views;

/// <summary>How a machine's schedule stands.</summary>
/// <param name="Enabled">It runs; false while it is paused.</param>
/// <param name="NextRunAt">When it is due; in the past while a run waits to be made up for.</param>
/// <param name="LastRunAt">When it last ran, or should have.</param>
/// <param name="LastOutcome">How that ended; <see langword="null"/> before the first run.</param>
/// <param name="LastCode">The stable code, where it failed.</param>
/// <param name="LastMessage">Why it failed or was left out.</param>
/// <param name="IsRunning">Its snapshot is being taken now.</param>
public sealed record ScheduleStateView(
    bool Enabled,
    DateTimeOffset? NextRunAt,
    DateTimeOffset? LastRunAt,
    ScheduleOutcome? LastOutcome,
    string? LastCode,
    string? LastMessage,
    bool IsRunning)
{
    internal static ScheduleStateView Of(SnapshotSchedule schedule) => new(
        schedule.Enabled,
        schedule.NextRunAt,
        schedule.LastRunAt,
        schedule.LastOutcome,
        schedule.LastCode,
        schedule.LastMessage,
        schedule.RunningSnapshotId is not null);
}

/// <summary>A machine's schedule.</summary>
/// <param name="VmId">The machine.</param>
/// <param name="Rule">When, in which zone, and what is kept.</param>
/// <param name="State">How it stands.</param>
/// <param name="NextRuns">The next runs; none while it is paused.</param>
/// <param name="ClassName">The class that gave it to the machine; <see langword="null"/> = it is the machine's own.</param>
public sealed record ScheduleView(Guid VmId, ScheduleRule Rule, ScheduleStateView State, IReadOnlyList<DateTimeOffset> NextRuns, string? ClassName = null);

/// <summary>The schedule of a class.</summary>
/// <param name="ClassId">The class.</param>
/// <param name="Rule">When, in which zone, and what is kept on each machine.</param>
/// <param name="Enabled">It runs; false while it is paused.</param>
/// <param name="NextRuns">The next runs; none while it is paused.</param>
/// <param name="Following">How many of the class's machines follow it.</param>
/// <param name="OnTheirOwn">How many have a schedule of their own instead.</param>
/// <param name="Failing">Those that follow it and whose last run failed, with the reason.</param>
public sealed record ClassScheduleView(
    Guid ClassId,
    ScheduleRule Rule,
    bool Enabled,
    IReadOnlyList<DateTimeOffset> NextRuns,
    int Following,
    int OnTheirOwn,
    IReadOnlyList<FailingScheduleView> Failing);

/// <summary>A machine whose last run failed.</summary>
public sealed record FailingScheduleView(Guid VmId, string VmName, DateTimeOffset At, string Message);

/// <summary>What a rule would do.</summary>
/// <param name="NextRuns">When it would run next.</param>
/// <param name="Snapshots">What would become of the snapshots that the machine's schedule took, newest first.</param>
public sealed record SchedulePreviewView(IReadOnlyList<DateTimeOffset> NextRuns, IReadOnlyList<RetentionPreviewView> Snapshots);

/// <summary>What a rule would do with one snapshot.</summary>
/// <param name="SnapshotId">The snapshot.</param>
/// <param name="Name">Its name.</param>
/// <param name="At">The instant it shows.</param>
/// <param name="Reasons">Why it stays; none = it goes.</param>
public sealed record RetentionPreviewView(Guid SnapshotId, string Name, DateTimeOffset At, IReadOnlyList<RetentionReason> Reasons);
