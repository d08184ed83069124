namespace SnapshotPortal.Domain.Schedules;

/// <summary>When snapshots are taken and which of them stay. It knows no machine: whoever owns a rule gives it to machines.</summary>
/// <param name="Cron">A cron expression with five fields.</param>
/// <param name="TimeZone">The IANA name of the zone in which it is read.</param>
/// <param name="Keep">Which of the snapshots stay.</param>
public sealed record ScheduleRule(string Cron, string TimeZone, Retention Keep);

/// <summary>How a run of a schedule ended.</summary>
public enum ScheduleOutcome
{
    Succeeded,
    Failed,

    /// <summary>It was left out, because the run before it was still going on.</summary>
    Skipped,
}

/// <summary>A rule at work on one machine, and how far it has come.</summary>
public sealed class SnapshotSchedule
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The machine; it has one schedule at the most.</summary>
    public required Guid VmId { get; init; }

    /// <summary>The class that gave it to the machine; <see langword="null"/> = it is the machine's own.</summary>
    public Guid? ClassId { get; set; }

    /// <summary>When it runs and what it keeps.</summary>
    public required ScheduleRule Rule
    {
        get => new(Cron, TimeZone, Keep);
        set => (Cron, TimeZone, Keep) = value;
    }

    /// <summary>The parts of <see cref="Rule"/>, as they are stored.</summary>
    public string Cron { get; private set; } = "";

    /// <inheritdoc cref="Cron"/>
    public string TimeZone { get; private set; } = "";

    /// <inheritdoc cref="Cron"/>
    public Retention Keep { get; private set; } = new();

    /// <summary>False while it is paused.</summary>
    public bool Enabled { get; private set; }

    /// <summary>When it is due; in the past while a run is owed, <see langword="null"/> while there is none to come.</summary>
    public DateTimeOffset? NextRunAt { get; private set; }

    /// <summary>The snapshot of the run that goes on now.</summary>
    public Guid? RunningSnapshotId { get; private set; }

    /// <summary>When it last ran, or should have.</summary>
    public DateTimeOffset? LastRunAt { get; private set; }

    /// <summary>How that ended; <see langword="null"/> before the first run.</summary>
    public ScheduleOutcome? LastOutcome { get; private set; }

    /// <summary>The stable code of the failure, where it failed.</summary>
    public string? LastCode { get; private set; }

    /// <summary>Why it failed or was left out, in a sentence.</summary>
    public string? LastMessage { get; private set; }

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>A run is due at <paramref name="now"/>.</summary>
    public bool IsDue(DateTimeOffset now) => Enabled && NextRunAt <= now;

    /// <summary>Lets it run from now on, next at <paramref name="next"/>, or lets it rest.</summary>
    public void SetEnabled(bool enabled, DateTimeOffset? next)
    {
        if (enabled)
        {
            Resume(next);
        }
        else
        {
            Pause();
        }
    }

    /// <summary>Lets it run from now on, next at <paramref name="next"/>. What it has missed while paused stays missed.</summary>
    public void Resume(DateTimeOffset? next)
    {
        Enabled = true;
        NextRunAt = next;
    }

    /// <summary>Lets it rest.</summary>
    public void Pause()
    {
        Enabled = false;
        NextRunAt = null;
    }

    /// <summary>A run has begun with <paramref name="snapshotId"/>; the one after it is at <paramref name="next"/>.</summary>
    /// <exception cref="IllegalTransitionException">The run before it has not ended.</exception>
    public void Begin(Guid snapshotId, DateTimeOffset now, DateTimeOffset? next)
    {
        if (RunningSnapshotId is not null)
        {
            throw new IllegalTransitionException("A schedule begins a run only when the one before it has ended.");
        }

        RunningSnapshotId = snapshotId;
        LastRunAt = now;
        NextRunAt = next;
    }

    /// <summary>The run that went on has ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="code">The failure's stable code.</param>
    /// <param name="message">Why it failed.</param>
    public void End(ScheduleOutcome outcome, string? code = null, string? message = null)
    {
        RunningSnapshotId = null;
        Tell(outcome, code, message);
    }

    /// <summary>The run that was due is left out because the one before it goes on.</summary>
    public void Skip(DateTimeOffset now, DateTimeOffset? next, string message)
    {
        LastRunAt = now;
        NextRunAt = next;
        Tell(ScheduleOutcome.Skipped, null, message);
    }

    /// <summary>The run that was due could not begin; the next try is at <paramref name="next"/>.</summary>
    public void Fail(DateTimeOffset now, DateTimeOffset? next, string code, string message)
    {
        LastRunAt = now;
        NextRunAt = next;
        Tell(ScheduleOutcome.Failed, code, message);
    }

    private void Tell(ScheduleOutcome outcome, string? code, string? message)
    {
        LastOutcome = outcome;
        LastCode = code;
        LastMessage = message;
    }
}
