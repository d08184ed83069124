using System.Globalization;
using System.Text;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal says things: states, steps, sizes and times in the words of people.</summary>
public static class Words
{
    public static string Power(PowerState power) => power switch
    {
        PowerState.Running => "Running",
        PowerState.ShutOff => "Off",
        PowerState.Paused => "Paused",
        PowerState.ShuttingDown => "Shutting down",
        PowerState.Crashed => "Crashed",
        _ => "Unknown",
    };

    public static string Phase(SnapshotPhase phase) => phase switch
    {
        SnapshotPhase.InProgress => "In progress",
        SnapshotPhase.Succeeded => "Succeeded",
        SnapshotPhase.Failed => "Failed",
        SnapshotPhase.Deleting => "Deleting",
        _ => phase.ToString(),
    };

    public static string State(OperationState state) => state switch
    {
        OperationState.Queued => "Waiting",
        OperationState.Running => "Running",
        OperationState.Succeeded => "Succeeded",
        OperationState.Failed => "Failed",
        OperationState.Cancelled => "Cancelled",
        _ => state.ToString(),
    };

    public static string Kind(OperationKind kind) => kind switch
    {
        OperationKind.TakeSnapshot => "Take snapshot",
        OperationKind.RestoreSnapshot => "Restore",
        OperationKind.CloneVm => "New VM",
        OperationKind.DeleteSnapshot => "Delete snapshot",
        OperationKind.CollectLayers => "Tidy up disk layers",
        OperationKind.StartVm => "Start",
        OperationKind.ShutdownVm => "Shut down",
        OperationKind.StopVm => "Force off",
        OperationKind.RebootVm => "Restart",
        OperationKind.DeleteVm => "Delete VM",
        OperationKind.FlattenVm => "Flatten",
        OperationKind.ResetVm => "Reset to the template",
        OperationKind.ExportSnapshot => "Export",
        OperationKind.ExportVm => "Export the present state",
        OperationKind.GiveIdentity => "Guest identity",
        OperationKind.ImportVm => "Import image",
        _ => kind.ToString(),
    };

    /// <summary>How a guest's identity stands.</summary>
    public static string Identity(IdentityState state) => state switch
    {
        IdentityState.Pending => "To come",
        IdentityState.Unique => "Unique",
        IdentityState.NotUnique => "Not unique",
        IdentityState.Unverified => "Not proved",
        IdentityState.Impossible => "Cannot be proved",
        _ => "Not asked for",
    };

    /// <summary>A schedule's rhythm: "Every day at 02:00".</summary>
    public static string Rhythm(string cron) => Domain.Schedules.Rhythm.From(cron) switch
    {
        { Kind: RhythmKind.Hourly, At.Minute: 0 } => "Every hour, on the hour",
        { Kind: RhythmKind.Hourly, At: var at } => string.Create(CultureInfo.InvariantCulture, $"Every hour, {at.Minute} min past"),
        { Kind: RhythmKind.Daily, At: var at } => string.Create(CultureInfo.InvariantCulture, $"Every day at {at:HH:mm}"),
        { Kind: RhythmKind.Weekdays, At: var at } => string.Create(CultureInfo.InvariantCulture, $"Monday to Friday at {at:HH:mm}"),
        { Kind: RhythmKind.Weekly, At: var at, Day: var day } => string.Create(CultureInfo.InvariantCulture, $"Every {day} at {at:HH:mm}"),
        _ => $"By the cron expression {cron}",
    };

    /// <summary>What a schedule keeps: "the last 3, and the newest of 7 days and 4 weeks".</summary>
    public static string Keeps(Retention keep)
    {
        var periods = new (int Count, string Noun)[] { (keep.Hourly, "hour"), (keep.Daily, "day"), (keep.Weekly, "week"), (keep.Monthly, "month") };
        var named = periods.Where(static p => p.Count > 0).Select(static p => Count(p.Count, p.Noun)).ToList();
        var newest = named switch
        {
            [] => null,
            [var one] => $"the newest of {one}",
            [.. var first, var last] => $"the newest of {string.Join(", ", first)} and {last}",
        };
        var latest = keep.Last switch
        {
            0 => null,
            1 => "the last one",
            var n => string.Create(CultureInfo.InvariantCulture, $"the last {n}"),
        };
        return string.Join(", and ", new[] { latest, newest }.OfType<string>());
    }

    /// <summary>Why a rule keeps a snapshot.</summary>
    public static string Reason(RetentionReason reason) => reason switch
    {
        RetentionReason.Last => "last",
        RetentionReason.Hourly => "hour",
        RetentionReason.Daily => "day",
        RetentionReason.Weekly => "week",
        RetentionReason.Monthly => "month",
        RetentionReason.Current => "you are here",
        RetentionReason.InUse => "in use now",
        _ => reason.ToString(),
    };

    /// <summary>The indication as a word on a chip.</summary>
    public static string Indication(IndicationKind kind) => kind switch
    {
        IndicationKind.Online => "Online",
        IndicationKind.GuestAgent => "Guest agent",
        IndicationKind.NoGuestAgent => "No guest agent",
        IndicationKind.QuiesceFailed => "Freeze failed",
        IndicationKind.QuiesceTimeout => "Thawed early",
        IndicationKind.Paused => "Paused",
        IndicationKind.PartialSnapshot => "Partial",
        IndicationKind.WithMemory => "With memory",
        _ => kind.ToString(),
    };

    /// <summary>The indication tells of less than a person may expect of a snapshot.</summary>
    public static bool IsCaution(IndicationKind kind)
        => kind is IndicationKind.NoGuestAgent or IndicationKind.QuiesceFailed or IndicationKind.QuiesceTimeout or IndicationKind.PartialSnapshot;

    /// <summary>The step's name for people: while it runs, or once it is over.</summary>
    public static string Step(string name, bool running) => (name, running) switch
    {
        ("Inspect", true) => "Checking the machine",
        ("Inspect", false) => "Machine checked",
        ("Plan", true) => "Planning",
        ("Plan", false) => "Planned",
        ("Freeze", true) => "Freezing file systems",
        ("Freeze", false) => "Frozen",
        ("Capture", true) => "Capturing",
        ("Capture", false) => "Captured",
        ("Thaw", true) => "Thawing file systems",
        ("Thaw", false) => "Thawed",
        ("Record", true) => "Recording",
        ("Record", false) => "Recorded",
        ("KeepPresent", true) => "Keeping the present state",
        ("KeepPresent", false) => "Present state kept",
        ("Stop", true) => "Stopping",
        ("Stop", false) => "Stopped",
        ("PrepareOverlays", true) => "Preparing disks",
        ("PrepareOverlays", false) => "Disks prepared",
        ("Redefine", true) => "Switching over",
        ("Redefine", false) => "Switched over",
        ("Start", true) => "Starting",
        ("Start", false) => "Started",
        ("PlanNames", true) => "Planning names",
        ("PlanNames", false) => "Names planned",
        ("MakeDisks", true) => "Making disks",
        ("MakeDisks", false) => "Disks made",
        ("Define", true) => "Making the machine",
        ("Define", false) => "Machine made",
        ("AwaitAgent", true) => "Waiting for the guest",
        ("AwaitAgent", false) => "Guest answered",
        ("Identity", true) => "Giving it its own identity",
        ("Identity", false) => "Identity given",
        ("Script", true) => "Running the script",
        ("Script", false) => "Script ended",
        ("Verify", true) => "Comparing identities",
        ("Verify", false) => "Identities compared",
        ("Check", true) => "Checking the image",
        ("Check", false) => "Image checked",
        ("Release", true) => "Releasing layers",
        ("Release", false) => "Layers released",
        ("Merge", true) => "Merging layers",
        ("Merge", false) => "Layers merged",
        ("Remove", true) => "Removing layers",
        ("Remove", false) => "Layers removed",
        ("Commit", true) => "Merging layers",
        ("Commit", false) => "Layers merged",
        ("Pull", true) => "Copying shared data",
        ("Pull", false) => "Shared data copied",
        ("Copy", true) => "Copying",
        ("Copy", false) => "Copied",
        ("Undo", true) => "Undoing",
        ("Undo", false) => "Undone",
        ("Resume", true) => "Loading the memory",
        ("Resume", false) => "Memory loaded",
        ("RestoreFirmware", true) => "Restoring firmware settings",
        ("RestoreFirmware", false) => "Firmware settings restored",
        ("WriteFirmware", true) => "Copying firmware settings",
        ("WriteFirmware", false) => "Firmware settings copied",
        ("Undefine", true) => "Removing the machine",
        ("Undefine", false) => "Machine removed",
        ("Shutdown", true) => "Asking the guest to shut down",
        ("Shutdown", false) => "Guest asked to shut down",
        ("Reboot", true) => "Asking the guest to restart",
        ("Reboot", false) => "Guest asked to restart",
        _ => Spaced(name),
    };

    /// <summary>The steps an operation of this kind goes through as a rule; what it has not begun yet is shown as still to come.</summary>
    public static IReadOnlyList<string> UsualSteps(OperationKind kind) => kind switch
    {
        OperationKind.TakeSnapshot => ["Inspect", "Freeze", "Capture", "Thaw", "Record"],
        OperationKind.RestoreSnapshot or OperationKind.ResetVm => ["Inspect", "PrepareOverlays", "Redefine", "Record"],
        OperationKind.CloneVm => ["MakeDisks", "Define"],
        _ => [],
    };

    /// <summary>What the operation does at this moment, in a few words.</summary>
    public static string Doing(OperationView operation)
    {
        if (operation.State == OperationState.Queued)
        {
            return operation.WaitingFor ?? "Waiting for its turn";
        }

        var doing = operation.CurrentStep is { } step ? Step(step, running: true) : Kind(operation.Kind);
        return operation.Percent is { } percent
            ? string.Create(CultureInfo.InvariantCulture, $"{doing} {Math.Floor(percent)} %")
            : doing;
    }

    /// <summary>What is done with which snapshot: <c>Restore “Before upgrade”</c>.</summary>
    public static string Subject(OperationView operation) => (operation.Kind, operation.SnapshotName) switch
    {
        (_, null) => Kind(operation.Kind),
        (OperationKind.CloneVm, { } snapshot) => $"New VM from “{snapshot}”",
        (_, { } snapshot) => $"{Kind(operation.Kind)} “{snapshot}”",
    };

    /// <summary>A step that has not begun yet.</summary>
    public static string StepToCome(string name) => name switch
    {
        "Inspect" => "Check the machine",
        "PrepareOverlays" => "Prepare disks",
        "Redefine" => "Switch over",
        "MakeDisks" => "Make disks",
        "Define" => "Make the machine",
        _ => Spaced(name),
    };

    /// <summary>Bytes with a decimal unit and three significant digits at the most: "128 MB".</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var digits = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.#" : "0.##";
        return $"{value.ToString(digits, CultureInfo.InvariantCulture)} {units[unit]}";
    }

    /// <summary>Memory with a binary unit, as machines are given it: "2 GiB".</summary>
    public static string Memory(long bytes)
        => bytes >= 1L << 30
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.##} GiB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.#} MiB");

    /// <summary>A measured time: "71 ms", "1.4 s", "2 min 5 s".</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 1 } => "<1 ms",
        { TotalMilliseconds: < 999.5 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min"),
    };

    /// <summary>A time that goes on, in whole seconds: "7 s", "2 min 5 s".</summary>
    public static string Elapsed(TimeSpan time)
        => time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalSeconds} s") : Duration(time);

    /// <summary>A time that somebody set: "90 s", "5 min", "2.5 h".</summary>
    public static string SetTime(TimeSpan time) => time switch
    {
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.##} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} h"),
    };

    public static string DurationMs(double milliseconds) => Duration(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>A count with its noun: "1 snapshot", "3 snapshots".</summary>
    public static string Count(int count, string noun)
        => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    private static string Spaced(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
            {
                text.Append(' ').Append(char.ToLowerInvariant(name[i]));
            }
            else
            {
                text.Append(name[i]);
            }
        }

        return text.ToString();
    }
}
