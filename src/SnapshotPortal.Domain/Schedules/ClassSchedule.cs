namespace SnapshotPortal.Domain.Schedules;

/// <summary>The rule that a class gives to its machines, to those that come later, too.</summary>
public sealed class ClassSchedule
{
    /// <summary>The class; it has one schedule at the most.</summary>
    public required Guid ClassId { get; init; }

    /// <summary>When its machines' snapshots are taken and which of them stay.</summary>
    public required ScheduleRule Rule { get; set; }

    /// <summary>False while it is paused.</summary>
    public required bool Enabled { get; set; }

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }
}
