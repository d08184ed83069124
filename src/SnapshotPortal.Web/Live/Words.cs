using System.Globalization;
using System.Text;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal says things: states, steps, sizes and times in the words of people.</summary>
public static class Words
{
    public static string Power(PowerState power) => power switch
    {
        PowerState.Running => CommonTexts.Running,
        PowerState.ShutOff => CommonTexts.Off,
        PowerState.Paused => CommonTexts.Paused,
        PowerState.ShuttingDown => WordTexts.ShuttingDown,
        PowerState.Crashed => WordTexts.Crashed,
        _ => WordTexts.Unknown,
    };

    public static string Phase(SnapshotPhase phase) => phase switch
    {
        SnapshotPhase.InProgress => WordTexts.InProgress,
        SnapshotPhase.Succeeded => WordTexts.Succeeded,
        SnapshotPhase.Failed => CommonTexts.Failed,
        SnapshotPhase.Deleting => WordTexts.Deleting,
        _ => phase.ToString(),
    };

    public static string State(OperationState state) => state switch
    {
        OperationState.Queued => WordTexts.Waiting,
        OperationState.Running => CommonTexts.Running,
        OperationState.Succeeded => WordTexts.Succeeded,
        OperationState.Failed => CommonTexts.Failed,
        OperationState.Cancelled => WordTexts.Cancelled,
        _ => state.ToString(),
    };

    public static string Kind(OperationKind kind) => kind switch
    {
        OperationKind.TakeSnapshot => CommonTexts.TakeSnapshot,
        OperationKind.RestoreSnapshot => CommonTexts.Restore,
        OperationKind.CloneVm => CommonTexts.NewVM,
        OperationKind.DeleteSnapshot => CommonTexts.DeleteSnapshot,
        OperationKind.CollectLayers => WordTexts.TidyUpDiskLayers,
        OperationKind.StartVm => CommonTexts.Start,
        OperationKind.ShutdownVm => CommonTexts.ShutDown,
        OperationKind.StopVm => CommonTexts.ForceOff,
        OperationKind.RebootVm => CommonTexts.Restart,
        OperationKind.DeleteVm => CommonTexts.DeleteVM,
        OperationKind.FlattenVm => CommonTexts.Flatten,
        OperationKind.ResetVm => WordTexts.ResetToTheTemplate,
        OperationKind.ExportSnapshot => CommonTexts.Export,
        OperationKind.ExportVm => WordTexts.ExportThePresentState,
        OperationKind.GiveIdentity => CommonTexts.GuestIdentity,
        OperationKind.ImportVm => WordTexts.ImportImage,
        OperationKind.ConfigureVm => WordTexts.ChangeSettings,
        _ => kind.ToString(),
    };

    /// <summary>How a guest's identity stands.</summary>
    public static string Identity(IdentityState state) => state switch
    {
        IdentityState.Pending => WordTexts.ToCome,
        IdentityState.Unique => WordTexts.Unique,
        IdentityState.NotUnique => WordTexts.NotUnique,
        IdentityState.Unverified => WordTexts.NotProved,
        IdentityState.Impossible => WordTexts.CannotBeProved,
        _ => WordTexts.NotAskedFor,
    };

    /// <summary>A schedule's rhythm: "Every day at 02:00".</summary>
    public static string Rhythm(string cron) => Domain.Schedules.Rhythm.From(cron) switch
    {
        { Kind: RhythmKind.Hourly, At.Minute: 0 } => WordTexts.EveryHourOnTheHour,
        { Kind: RhythmKind.Hourly, At: var at } => WordTexts.FormatEveryHourMinuteMinPast(at.Minute),
        { Kind: RhythmKind.Daily, At: var at } => WordTexts.FormatEveryDayAtAt(at.ToString("HH:mm", CultureInfo.CurrentCulture)),
        { Kind: RhythmKind.Weekdays, At: var at } => WordTexts.FormatMondayToFridayAtAt(at.ToString("HH:mm", CultureInfo.CurrentCulture)),
        { Kind: RhythmKind.Weekly, At: var at, Day: var day } => WordTexts.FormatEveryWeekdayAt(CultureInfo.CurrentCulture.DateTimeFormat.GetDayName(day), at.ToString("HH:mm", CultureInfo.CurrentCulture)),
        _ => WordTexts.FormatByTheCronExpressionCron(cron),
    };

    /// <summary>What a schedule keeps: "the last 3, and the newest of 7 days and 4 weeks".</summary>
    public static string Keeps(Retention keep)
    {
        var named = new List<string>();
        if (keep.Hourly > 0)
        {
            named.Add(Counts.KeptHours(keep.Hourly));
        }

        if (keep.Daily > 0)
        {
            named.Add(Counts.KeptDays(keep.Daily));
        }

        if (keep.Weekly > 0)
        {
            named.Add(Counts.KeptWeeks(keep.Weekly));
        }

        if (keep.Monthly > 0)
        {
            named.Add(Counts.KeptMonths(keep.Monthly));
        }

        var newest = named switch
        {
            [] => null,
            [var one] => WordTexts.FormatTheNewestOfOne(one),
            [.. var first, var last] => WordTexts.FormatTheNewestOfOne(WordTexts.FormatListAnd(string.Join(", ", first), last)),
        };
        var latest = keep.Last switch
        {
            0 => null,
            1 => WordTexts.TheLastOne,
            var n => WordTexts.FormatTheLastN(n),
        };
        return (latest, newest) switch
        {
            ({ } some, { } others) => WordTexts.FormatKeepsBoth(some, others),
            _ => latest ?? newest ?? "",
        };
    }

    /// <summary>Why a rule keeps a snapshot.</summary>
    public static string Reason(RetentionReason reason) => reason switch
    {
        RetentionReason.Last => WordTexts.ReasonLast,
        RetentionReason.Hourly => WordTexts.ReasonHour,
        RetentionReason.Daily => WordTexts.ReasonDay,
        RetentionReason.Weekly => WordTexts.ReasonWeek,
        RetentionReason.Monthly => WordTexts.ReasonMonth,
        RetentionReason.Current => WordTexts.YouAreHere,
        RetentionReason.InUse => WordTexts.InUseNow,
        _ => reason.ToString(),
    };

    /// <summary>The indication as a word on a chip.</summary>
    public static string Indication(IndicationKind kind) => kind switch
    {
        IndicationKind.Online => WordTexts.Online,
        IndicationKind.GuestAgent => CommonTexts.GuestAgent,
        IndicationKind.NoGuestAgent => WordTexts.NoGuestAgent,
        IndicationKind.QuiesceFailed => WordTexts.FreezeFailed,
        IndicationKind.QuiesceTimeout => WordTexts.ThawedEarly,
        IndicationKind.Paused => CommonTexts.Paused,
        IndicationKind.PartialSnapshot => WordTexts.Partial,
        IndicationKind.WithMemory => WordTexts.WithMemory,
        _ => kind.ToString(),
    };

    /// <summary>The indication tells of less than a person may expect of a snapshot.</summary>
    public static bool IsCaution(IndicationKind kind)
        => kind is IndicationKind.NoGuestAgent or IndicationKind.QuiesceFailed or IndicationKind.QuiesceTimeout or IndicationKind.PartialSnapshot;

    /// <summary>The step's name for people: while it runs, or once it is over.</summary>
    public static string Step(string name, bool running) => (name, running) switch
    {
        ("Inspect", true) => WordTexts.CheckingTheMachine,
        ("Inspect", false) => WordTexts.MachineChecked,
        ("Plan", true) => WordTexts.Planning,
        ("Plan", false) => WordTexts.Planned,
        ("Freeze", true) => WordTexts.FreezingFileSystems,
        ("Freeze", false) => WordTexts.Frozen,
        ("Capture", true) => WordTexts.Capturing,
        ("Capture", false) => WordTexts.Captured,
        ("Thaw", true) => WordTexts.ThawingFileSystems,
        ("Thaw", false) => WordTexts.Thawed,
        ("Record", true) => WordTexts.Recording,
        ("Record", false) => WordTexts.Recorded,
        ("KeepPresent", true) => WordTexts.KeepingThePresentState,
        ("KeepPresent", false) => WordTexts.PresentStateKept,
        ("Stop", true) => WordTexts.Stopping,
        ("Stop", false) => WordTexts.Stopped,
        ("PrepareOverlays", true) => WordTexts.PreparingDisks,
        ("PrepareOverlays", false) => WordTexts.DisksPrepared,
        ("Redefine", true) => WordTexts.SwitchingOver,
        ("Redefine", false) => WordTexts.SwitchedOver,
        ("Start", true) => WordTexts.Starting,
        ("Start", false) => WordTexts.Started,
        ("PlanNames", true) => WordTexts.PlanningNames,
        ("PlanNames", false) => WordTexts.NamesPlanned,
        ("MakeDisks", true) => WordTexts.MakingDisks,
        ("MakeDisks", false) => WordTexts.DisksMade,
        ("Define", true) => WordTexts.MakingTheMachine,
        ("Define", false) => WordTexts.MachineMade,
        ("AwaitAgent", true) => WordTexts.WaitingForTheGuest,
        ("AwaitAgent", false) => WordTexts.GuestAnswered,
        ("Identity", true) => WordTexts.GivingItItsOwnIdentity,
        ("Identity", false) => WordTexts.IdentityGiven,
        ("Script", true) => WordTexts.RunningTheScript,
        ("Script", false) => WordTexts.ScriptEnded,
        ("Verify", true) => WordTexts.ComparingIdentities,
        ("Verify", false) => WordTexts.IdentitiesCompared,
        ("Check", true) => WordTexts.CheckingTheImage,
        ("Check", false) => WordTexts.ImageChecked,
        ("Release", true) => WordTexts.ReleasingLayers,
        ("Release", false) => WordTexts.LayersReleased,
        ("Merge", true) => WordTexts.MergingLayers,
        ("Merge", false) => WordTexts.LayersMerged,
        ("Remove", true) => WordTexts.RemovingLayers,
        ("Remove", false) => WordTexts.LayersRemoved,
        ("Commit", true) => WordTexts.MergingLayers,
        ("Commit", false) => WordTexts.LayersMerged,
        ("Pull", true) => WordTexts.CopyingSharedData,
        ("Pull", false) => WordTexts.SharedDataCopied,
        ("Copy", true) => WordTexts.Copying,
        ("Copy", false) => CommonTexts.Copied,
        ("Undo", true) => WordTexts.Undoing,
        ("Undo", false) => WordTexts.Undone,
        ("Resume", true) => WordTexts.LoadingTheMemory,
        ("Resume", false) => WordTexts.MemoryLoaded,
        ("RestoreFirmware", true) => WordTexts.RestoringFirmwareSettings,
        ("RestoreFirmware", false) => WordTexts.FirmwareSettingsRestored,
        ("WriteFirmware", true) => WordTexts.CopyingFirmwareSettings,
        ("WriteFirmware", false) => WordTexts.FirmwareSettingsCopied,
        ("SetBootOrder", true) => WordTexts.SettingTheBootOrder,
        ("SetBootOrder", false) => WordTexts.BootOrderSet,
        ("SetAutostart", true) => WordTexts.SettingTheStartWithTheHost,
        ("SetAutostart", false) => WordTexts.StartWithTheHostSet,
        ("Rename", true) => WordTexts.Renaming,
        ("Rename", false) => WordTexts.Renamed,
        ("Undefine", true) => WordTexts.RemovingTheMachine,
        ("Undefine", false) => WordTexts.MachineRemoved,
        ("Shutdown", true) => WordTexts.AskingTheGuestToShutDown,
        ("Shutdown", false) => WordTexts.GuestAskedToShutDown,
        ("Reboot", true) => WordTexts.AskingTheGuestToRestart,
        ("Reboot", false) => WordTexts.GuestAskedToRestart,
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
            return Sentences.Say(operation.WaitingFor) ?? WordTexts.WaitingForItsTurn;
        }

        var doing = operation.CurrentStep is { } step ? Step(step, running: true) : Kind(operation.Kind);
        return operation.Percent is { } percent
            ? string.Create(CultureInfo.CurrentCulture, $"{doing} {Math.Floor(percent)} %")
            : doing;
    }

    /// <summary>What is done with which snapshot: <c>Restore “Before upgrade”</c>.</summary>
    public static string Subject(OperationView operation) => (operation.Kind, operation.SnapshotName) switch
    {
        (_, null) => Kind(operation.Kind),
        (OperationKind.CloneVm, { } snapshot) => WordTexts.FormatNewVMFromSnapshot(snapshot),
        (_, { } snapshot) => WordTexts.FormatKindOfSnapshot(Kind(operation.Kind), snapshot),
    };

    /// <summary>A step that has not begun yet.</summary>
    public static string StepToCome(string name) => name switch
    {
        "Inspect" => WordTexts.CheckTheMachine,
        "Freeze" => WordTexts.FreezeTheFileSystems,
        "Capture" => WordTexts.CaptureTheDisks,
        "Thaw" => WordTexts.ThawTheFileSystems,
        "Record" => WordTexts.RecordWhatIsSo,
        "PrepareOverlays" => WordTexts.PrepareDisks,
        "Redefine" => WordTexts.SwitchOver,
        "MakeDisks" => WordTexts.MakeDisks,
        "Define" => WordTexts.MakeTheMachine,
        _ => Spaced(name),
    };

    /// <summary>Bytes with a decimal unit and three significant digits at the most: "128 MB".</summary>
    public static string Size(long bytes) => ByteWords.DecimalOf(CultureInfo.CurrentCulture, bytes);

    /// <summary>Memory with a binary unit, as machines are given it: "2 GiB".</summary>
    public static string Memory(long bytes)
        => bytes >= 1L << 30
            ? string.Create(CultureInfo.CurrentCulture, $"{bytes / (double)(1L << 30):0.##} GiB")
            : string.Create(CultureInfo.CurrentCulture, $"{bytes / (double)(1L << 20):0.#} MiB");

    /// <summary>A measured time: "71 ms", "1.4 s", "2 min 5 s".</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 1 } => "<1 ms",
        { TotalMilliseconds: < 999.5 } => string.Create(CultureInfo.CurrentCulture, $"{duration.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 59.95 } => string.Create(CultureInfo.CurrentCulture, $"{duration.TotalSeconds:0.0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds} s"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min"),
    };

    /// <summary>A time that goes on, in whole seconds: "7 s", "2 min 5 s".</summary>
    public static string Elapsed(TimeSpan time)
        => time.TotalSeconds < 60 ? string.Create(CultureInfo.CurrentCulture, $"{(int)time.TotalSeconds} s") : Duration(time);

    /// <summary>A time that somebody set: "90 s", "5 min", "2.5 h".</summary>
    public static string SetTime(TimeSpan time) => time switch
    {
        { TotalMinutes: < 2 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalSeconds:0.###} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalMinutes:0.##} min"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{time.TotalHours:0.##} h"),
    };

    public static string DurationMs(double milliseconds) => Duration(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>A name in the language's quotation marks.</summary>
    public static string Quoted(string name) => WordTexts.FormatQuoted(name);

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
