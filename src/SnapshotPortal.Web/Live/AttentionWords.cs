using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal says what needs a person, and where that is put right.</summary>
public static class AttentionWords
{
    /// <summary>What it is, in a few words.</summary>
    public static string Title(AttentionView item) => item.Kind switch
    {
        AttentionKind.MayBeFrozen => WordTexts.FormatSubjectMayBeFrozen(item.Subject),
        AttentionKind.Missing => WordTexts.FormatSubjectIsMissingOnItsHost(item.Subject),
        AttentionKind.Drift => WordTexts.FormatSubjectDiffersFromItsHost(item.Subject),
        AttentionKind.OperationFailed when item.Subject.Length > 0 => WordTexts.FormatOperationOnSubjectFailed(Words.Subject(item.Operation!), item.Subject),
        AttentionKind.OperationFailed => WordTexts.FormatOperationFailed(Words.Subject(item.Operation!)),
        AttentionKind.ScheduleFailed => WordTexts.FormatTheLastScheduledSnapshotOfSubject(item.Subject),
        AttentionKind.Quota => $"{ClassWords.Line(item.Quota!).Name}: {ClassWords.Line(item.Quota!).Text}",
        AttentionKind.Ending when item.Ending is { Taught: true } ending => WordTexts.FormatSubjectInClassNameEnds(item.Subject, ending.ClassName),
        _ => WordTexts.FormatSubjectEndsWithClassName(item.Subject, item.Ending!.ClassName),
    };

    /// <summary>What it means and what is safe, in a sentence or two.</summary>
    public static string Sentence(AttentionView item, BrowserTime time) => item.Kind switch
    {
        AttentionKind.MayBeFrozen => WordTexts.AfterASnapshotNobodyHasConfirmed,
        AttentionKind.Missing => WordTexts.SomebodyRemovedItThereTheFiles,
        AttentionKind.Drift => WordTexts.FormatDriftItsDisksAreLeftAlone(Sentences.Say(item.Drift)),
        AttentionKind.OperationFailed => Sentences.Say(item.Operation!.ErrorMessage) ?? CommonTexts.ThePortalGivesNoReasonAsk,
        AttentionKind.ScheduleFailed => Sentences.Say(item.Schedule!.LastMessage) ?? "",
        AttentionKind.Quota => Limit(item.Quota!),
        _ => Ending(item.Ending!, time),
    };

    /// <summary>The one place where it is put right, and what the way there is called.</summary>
    public static (string Label, string Address) Way(AttentionView item) => item.Kind switch
    {
        AttentionKind.MayBeFrozen => (WordTexts.OpenTheVM, Tab(item, "overview")),
        AttentionKind.Missing => (WordTexts.ShowItsSnapshots, Tab(item, "snapshots")),
        AttentionKind.Drift => (WordTexts.ShowItsDisks, Tab(item, "overview")),
        AttentionKind.OperationFailed => Way(item, item.Operation!),
        AttentionKind.ScheduleFailed => (WordTexts.OpenTheSchedule, Tab(item, "settings")),
        AttentionKind.Quota => (WordTexts.ShowYourLimits, "/account"),
        AttentionKind.Ending when item.Ending is { Taught: true } ending => (WordTexts.ExtendOrEndIt, $"/deployments/{ending.DeploymentId}"),
        _ => (WordTexts.ExportWhatYouNeed, Tab(item, "storage")),
    };

    private static (string Label, string Address) Way(AttentionView item, OperationView operation) => operation.Kind switch
    {
        OperationKind.TakeSnapshot or OperationKind.RestoreSnapshot or OperationKind.DeleteSnapshot => (WordTexts.OpenItsSnapshots, Tab(item, "snapshots")),
        OperationKind.ExportSnapshot or OperationKind.ExportVm or OperationKind.FlattenVm => (WordTexts.OpenItsStorage, Tab(item, "storage")),
        OperationKind.CloneVm or OperationKind.ImportVm => (WordTexts.ShowTheSteps, "/activity"),
        OperationKind.ConfigureVm => (WordTexts.OpenItsSettings, Tab(item, "settings")),
        OperationKind.GiveIdentity => (WordTexts.OpenItsIdentity, Tab(item, "overview")),
        _ => (WordTexts.ShowTheSteps, Tab(item, "activity")),
    };

    private static string Tab(AttentionView item, string tab) => $"/vms/{item.VmId}?tab={tab}";

    private static string Limit(QuotaFill fill) => (fill.IsFull, fill.What) switch
    {
        (true, nameof(QuotaLimits.Snapshots)) => WordTexts.NoSnapshotFitsAnyMoreDelete,
        (true, nameof(QuotaLimits.UniqueBytes)) => WordTexts.NoSnapshotAndNoNewVM,
        (true, _) => WordTexts.YouHaveMoreThanYouMay,
        _ => WordTexts.LittleIsLeftDeleteWhatYou,
    };

    private static string Ending(EndingView ending, BrowserTime time)
    {
        var (ends, deletes) = (time.Day(ending.ExpiresAt), time.Day(ending.DeletesAt));
        return (ending.ExpiresAt <= time.Now, ending.Taught) switch
        {
            (true, true) => WordTexts.FormatMachinesEnded(ends, deletes),
            (true, false) => WordTexts.FormatMachineEnded(ends, deletes),
            (false, true) => WordTexts.FormatMachinesEnd(ends, deletes),
            (false, false) => WordTexts.FormatMachineEnds(ends, deletes),
        };
    }
}
