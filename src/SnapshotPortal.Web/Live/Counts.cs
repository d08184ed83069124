using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>Counts with their nouns, and what is said of so many: "1 snapshot", "3 snapshots". Both languages have these two forms, and zero takes the second.</summary>
public static class Counts
{
    public static string Snapshots(int count) => count == 1 ? WordTexts.FormatSnapshotsOne(count) : WordTexts.FormatSnapshotsMany(count);

    public static string Vms(int count) => count == 1 ? WordTexts.FormatVmsOne(count) : WordTexts.FormatVmsMany(count);

    public static string RunningVms(int count) => count == 1 ? WordTexts.FormatRunningVmsOne(count) : WordTexts.FormatRunningVmsMany(count);

    public static string Students(int count) => count == 1 ? WordTexts.FormatStudentsOne(count) : WordTexts.FormatStudentsMany(count);

    public static string Lines(int count) => count == 1 ? WordTexts.FormatLinesOne(count) : WordTexts.FormatLinesMany(count);

    public static string Steps(int count) => count == 1 ? WordTexts.FormatStepsOne(count) : WordTexts.FormatStepsMany(count);

    public static string Disks(int count) => count == 1 ? WordTexts.FormatDisksOne(count) : WordTexts.FormatDisksMany(count);

    public static string Files(int count) => count == 1 ? WordTexts.FormatFilesOne(count) : WordTexts.FormatFilesMany(count);

    public static string Passkeys(int count) => count == 1 ? WordTexts.FormatPasskeysOne(count) : WordTexts.FormatPasskeysMany(count);

    public static string KeptHours(int count) => count == 1 ? WordTexts.FormatKeptHoursOne(count) : WordTexts.FormatKeptHoursMany(count);

    public static string KeptDays(int count) => count == 1 ? WordTexts.FormatKeptDaysOne(count) : WordTexts.FormatKeptDaysMany(count);

    public static string KeptWeeks(int count) => count == 1 ? WordTexts.FormatKeptWeeksOne(count) : WordTexts.FormatKeptWeeksMany(count);

    public static string KeptMonths(int count) => count == 1 ? WordTexts.FormatKeptMonthsOne(count) : WordTexts.FormatKeptMonthsMany(count);

    public static string AskedToShutDown(int vms) => vms == 1 ? DialogTexts.VmsAreAskedToShutDownOne : DialogTexts.FormatVmsAreAskedToShutDownMany(vms);

    public static string StoppedAtOnce(int vms) => vms == 1 ? DialogTexts.VmsStopAtOnceOne : DialogTexts.FormatVmsStopAtOnceMany(vms);

    public static string DeletedAtOnce(int vms, int snapshots)
        => vms == 1 ? DialogTexts.FormatVmsAreDeletedAtOnceOne(Snapshots(snapshots)) : DialogTexts.FormatVmsAreDeletedAtOnceMany(vms, Snapshots(snapshots));

    public static string ForcedOff(int vms) => vms == 1 ? DialogTexts.FormatRunningForcedOffOne(RunningVms(vms)) : DialogTexts.FormatRunningForcedOffMany(RunningVms(vms));

    public static string RunningOnTheHost(int vms) => vms == 1 ? PageTexts.FormatCountRunOnTheHostOne(vms) : PageTexts.FormatCountRunOnTheHostMany(vms);

    public static string StudentsToAdd(int count) => count == 1 ? DialogTexts.FormatStudentsWillBeAddedOne(Students(count)) : DialogTexts.FormatStudentsWillBeAddedMany(Students(count));

    public static string CopiedInvitations(int count, int lifespanDays)
        => count == 1 ? ClassTexts.FormatInvitationsAreInTheClipboardOne(count, lifespanDays) : ClassTexts.FormatInvitationsAreInTheClipboardMany(count, lifespanDays);
}
