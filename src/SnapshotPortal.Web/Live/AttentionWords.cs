using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal says what needs a person, and where that is put right.</summary>
public static class AttentionWords
{
    /// <summary>What it is, in a few words.</summary>
    public static string Title(AttentionView item) => item.Kind switch
    {
        AttentionKind.MayBeFrozen => $"{item.Subject} may be frozen",
        AttentionKind.Missing => $"{item.Subject} is missing on its host",
        AttentionKind.Drift => $"{item.Subject} differs from its host",
        AttentionKind.OperationFailed when item.Subject.Length > 0 => $"{Words.Subject(item.Operation!)} on {item.Subject} failed",
        AttentionKind.OperationFailed => $"{Words.Subject(item.Operation!)} failed",
        AttentionKind.ScheduleFailed => $"The last scheduled snapshot of {item.Subject} failed",
        AttentionKind.Quota => $"{ClassWords.Line(item.Quota!).Name}: {ClassWords.Line(item.Quota!).Text}",
        AttentionKind.Ending when item.Ending is { Taught: true } ending => $"{item.Subject} in {ending.ClassName} ends",
        _ => $"{item.Subject} ends with {item.Ending!.ClassName}",
    };

    /// <summary>What it means and what is safe, in a sentence or two.</summary>
    public static string Sentence(AttentionView item, BrowserTime time) => item.Kind switch
    {
        AttentionKind.MayBeFrozen => "After a snapshot, nobody has confirmed that its file systems go on. The portal keeps thawing them; if programs in it hang, restart it.",
        AttentionKind.Missing => "Somebody removed it there. The files of its snapshots are kept. Ask an administrator to define it again; it comes back here by itself.",
        AttentionKind.Drift => $"{item.Drift} Its disks are left alone until an administrator has looked.",
        AttentionKind.OperationFailed => item.Operation!.ErrorMessage ?? "The portal gives no reason. Ask an administrator.",
        AttentionKind.ScheduleFailed => item.Schedule!.LastMessage ?? "",
        AttentionKind.Quota => Limit(item.Quota!),
        _ => Ending(item.Ending!, time),
    };

    /// <summary>The one place where it is put right, and what the way there is called.</summary>
    public static (string Label, string Address) Way(AttentionView item) => item.Kind switch
    {
        AttentionKind.MayBeFrozen => ("Open the VM", Tab(item, "overview")),
        AttentionKind.Missing => ("Show its snapshots", Tab(item, "snapshots")),
        AttentionKind.Drift => ("Show its disks", Tab(item, "overview")),
        AttentionKind.OperationFailed => Way(item, item.Operation!),
        AttentionKind.ScheduleFailed => ("Open the schedule", Tab(item, "settings")),
        AttentionKind.Quota => ("Show your limits", "/account"),
        AttentionKind.Ending when item.Ending is { Taught: true } ending => ("Extend or end it", $"/deployments/{ending.DeploymentId}"),
        _ => ("Export what you need", Tab(item, "storage")),
    };

    private static (string Label, string Address) Way(AttentionView item, OperationView operation) => operation.Kind switch
    {
        OperationKind.TakeSnapshot or OperationKind.RestoreSnapshot or OperationKind.DeleteSnapshot => ("Open its snapshots", Tab(item, "snapshots")),
        OperationKind.ExportSnapshot or OperationKind.ExportVm or OperationKind.FlattenVm => ("Open its storage", Tab(item, "storage")),
        OperationKind.CloneVm or OperationKind.ImportVm => ("Show the steps", "/activity"),
        OperationKind.GiveIdentity => ("Open its identity", Tab(item, "overview")),
        _ => ("Show the steps", Tab(item, "activity")),
    };

    private static string Tab(AttentionView item, string tab) => $"/vms/{item.VmId}?tab={tab}";

    private static string Limit(QuotaFill fill) => (fill.IsFull, fill.What) switch
    {
        (true, nameof(QuotaLimits.Snapshots)) => "No snapshot fits any more. Delete one that you do not need, or ask an administrator for more.",
        (true, nameof(QuotaLimits.UniqueBytes)) => "No snapshot and no new VM fits any more. Delete what you do not need, or ask an administrator for more.",
        (true, _) => "You have more than you may have. What you have stays; nothing is added until there is room.",
        _ => "Little is left. Delete what you do not need, or ask an administrator for more.",
    };

    private static string Ending(EndingView ending, BrowserTime time)
    {
        var (what, them) = ending.Taught ? ("Its machines are", "them") : ("It is", "it");
        return ending.ExpiresAt <= time.Now
            ? $"{what} shut down and locked since {time.Day(ending.ExpiresAt)}, and deleted on {time.Day(ending.DeletesAt)}."
            : $"{what} shut down and locked on {time.Day(ending.ExpiresAt)}, and deleted on {time.Day(ending.DeletesAt)}. Until then you can use {them} as before.";
    }
}
