using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>A machine's schedule.</summary>
/// <param name="VmId">The machine.</param>
/// <param name="Cron">Five fields: minute, hour, day of the month, month, day of the week.</param>
/// <param name="TimeZone">The zone in which that is read, by its IANA name.</param>
/// <param name="KeepLast">How many of the newest stay.</param>
/// <param name="KeepHourly">For how many hours the newest stays.</param>
/// <param name="KeepDaily">For how many days the newest stays.</param>
/// <param name="KeepWeekly">For how many weeks the newest stays.</param>
/// <param name="KeepMonthly">For how many months the newest stays.</param>
/// <param name="State">How it stands.</param>
/// <param name="NextRuns">The next runs; none while it is paused.</param>
/// <param name="ClassName">The class that gave it to the machine; left out where it is the machine's own.</param>
public sealed record ScheduleResource(
    Guid VmId,
    string Cron,
    string TimeZone,
    int KeepLast,
    int KeepHourly,
    int KeepDaily,
    int KeepWeekly,
    int KeepMonthly,
    ScheduleStateResource State,
    IReadOnlyList<DateTimeOffset> NextRuns,
    string? ClassName)
{
    internal static ScheduleResource From(ScheduleView view) => new(
        view.VmId,
        view.Rule.Cron,
        view.Rule.TimeZone,
        view.Rule.Keep.Last,
        view.Rule.Keep.Hourly,
        view.Rule.Keep.Daily,
        view.Rule.Keep.Weekly,
        view.Rule.Keep.Monthly,
        ScheduleStateResource.From(view.State),
        view.NextRuns,
        view.ClassName);
}

/// <summary>The schedule of a class.</summary>
/// <param name="ClassId">The class.</param>
/// <param name="Cron">Five fields: minute, hour, day of the month, month, day of the week.</param>
/// <param name="TimeZone">The zone in which that is read, by its IANA name.</param>
/// <param name="KeepLast">How many of the newest stay on each machine.</param>
/// <param name="KeepHourly">For how many hours the newest stays.</param>
/// <param name="KeepDaily">For how many days the newest stays.</param>
/// <param name="KeepWeekly">For how many weeks the newest stays.</param>
/// <param name="KeepMonthly">For how many months the newest stays.</param>
/// <param name="Enabled">It runs; false while it is paused.</param>
/// <param name="NextRuns">The next runs; none while it is paused.</param>
/// <param name="Following">How many of the class's machines follow it.</param>
/// <param name="OnTheirOwn">How many have a schedule of their own instead.</param>
/// <param name="Failing">Those that follow it and whose last run failed, with the reason.</param>
public sealed record ClassScheduleResource(
    Guid ClassId,
    string Cron,
    string TimeZone,
    int KeepLast,
    int KeepHourly,
    int KeepDaily,
    int KeepWeekly,
    int KeepMonthly,
    bool Enabled,
    IReadOnlyList<DateTimeOffset> NextRuns,
    int Following,
    int OnTheirOwn,
    IReadOnlyList<FailingScheduleView> Failing)
{
    internal static ClassScheduleResource From(ClassScheduleView view) => new(
        view.ClassId,
        view.Rule.Cron,
        view.Rule.TimeZone,
        view.Rule.Keep.Last,
        view.Rule.Keep.Hourly,
        view.Rule.Keep.Daily,
        view.Rule.Keep.Weekly,
        view.Rule.Keep.Monthly,
        view.Enabled,
        view.NextRuns,
        view.Following,
        view.OnTheirOwn,
        view.Failing);
}

/// <summary>How a schedule stands.</summary>
/// <param name="Enabled">It runs; false while it is paused.</param>
/// <param name="Running">Its snapshot is being taken now.</param>
/// <param name="NextRunAt">When it is due; in the past while a run waits to be made up for.</param>
/// <param name="LastRunAt">When it last ran, or should have.</param>
/// <param name="LastOutcome">How that ended.</param>
/// <param name="LastFailure">Why it failed or was left out.</param>
public sealed record ScheduleStateResource(
    bool Enabled,
    bool Running,
    DateTimeOffset? NextRunAt,
    DateTimeOffset? LastRunAt,
    ScheduleOutcome? LastOutcome,
    ScheduleFailureResource? LastFailure)
{
    internal static ScheduleStateResource From(ScheduleStateView view) => new(
        view.Enabled,
        view.IsRunning,
        view.NextRunAt,
        view.LastRunAt,
        view.LastOutcome,
        view.LastMessage is { } message ? new ScheduleFailureResource(view.LastCode, message) : null);
}

/// <summary>Why a run failed (with its code) or was left out.</summary>
public sealed record ScheduleFailureResource(string? Code, string Detail);

/// <summary>Sets the schedule of a machine or a class.</summary>
public sealed record SetScheduleBody
{
    /// <summary>Five fields: minute, hour, day of the month, month, day of the week. At most every 5 minutes.</summary>
    public required string Cron { get; init; }

    /// <summary>The zone in which that is read, by its IANA name.</summary>
    public required string TimeZone { get; init; }

    /// <summary>How many of the newest stay. At least one of the five numbers is above 0; together they are 50 at the most.</summary>
    public int KeepLast { get; init; }

    /// <summary>For how many hours the newest stays.</summary>
    public int KeepHourly { get; init; }

    /// <summary>For how many days the newest stays.</summary>
    public int KeepDaily { get; init; }

    /// <summary>For how many weeks the newest stays.</summary>
    public int KeepWeekly { get; init; }

    /// <summary>For how many months the newest stays.</summary>
    public int KeepMonthly { get; init; }

    /// <summary>False = it rests.</summary>
    public bool Enabled { get; init; } = true;

    internal SetScheduleRequest ToRequest()
        => new(new ScheduleRule(Cron, TimeZone, new Retention(KeepLast, KeepHourly, KeepDaily, KeepWeekly, KeepMonthly)), Enabled);
}
