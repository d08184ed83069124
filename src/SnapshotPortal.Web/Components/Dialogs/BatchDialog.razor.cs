using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Says what an act on many machines does, and asks for it.</summary>
public partial class BatchDialog
{
    private string _name = "";
    private string _typed = "";

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public DeploymentView View { get; set; } = default!;

    [Parameter]
    public BatchKind Kind { get; set; }

    /// <summary>The machines that the act fits.</summary>
    [Parameter]
    public IReadOnlyList<DeploymentItemView> Items { get; set; } = [];

    private string Vms => Items.Count == 1 ? "The VM" : $"{Items.Count} VMs";

    private int Running => Items.Count(static i => i.Vm is { Power: not PowerState.ShutOff });

    private string? NameError => _name.Length == 0 ? null : Names.CheckSnapshotName(_name);

    private bool MayConfirm => Items.Count > 0 && NameError is null && (Kind != BatchKind.Delete || _typed == View.Deployment.Name);

    private string Ended => Running == 0 ? "None of them runs." : $"{Words.Count(Running, "running VM")} will be forced off, put back and started again: students lose what they have open.";

    private string Sentence => Kind switch
    {
        BatchKind.ShutDown => $"{Vms} are asked to shut down, as if by their power button. Programs in them can save what is open.",
        BatchKind.ForceOff => $"{Vms} stop at once, as if their plugs were pulled. What guests have not written to their disks yet is lost.",
        BatchKind.Snapshot => "A snapshot of each is taken, which its student sees and can go back to. Without a name it is called after the time.",
        BatchKind.Reset => $"Each becomes as {View.Deployment.TemplateTitle}, version {View.Deployment.TemplateNumber}, was published. {Ended} The present state of each is kept as a snapshot first, so each can be undone.",
        BatchKind.Update => $"Each becomes as {View.Deployment.TemplateTitle}, version {View.Deployment.NewestNumber}, was published, and VMs that are made later get that version, too. {Ended} The present state of each is kept as a snapshot first, so each can be undone.",
        BatchKind.Collect => "The state of each at that moment is kept in a protected snapshot, which its student cannot delete. They go on working meanwhile.",
        BatchKind.Delete => $"{Vms} are deleted with all their disks and {Words.Count(Items.Sum(static i => i.Vm?.SnapshotCount ?? 0), "snapshot")}, at once. There is no undo. Collected states go with them; export what you want to keep.",
        _ => "",
    };

    private string Verb => Kind switch
    {
        BatchKind.ShutDown => "Shut down",
        BatchKind.ForceOff => "Force off",
        BatchKind.Snapshot => "Take snapshots",
        BatchKind.Reset => "Reset",
        BatchKind.Update => $"Move to version {View.Deployment.NewestNumber}",
        BatchKind.Collect => "Collect",
        BatchKind.Delete => $"Delete {Words.Count(Items.Count, "VM")}",
        _ => ClassWords.Act(Kind),
    };

    private void Confirm()
    {
        if (MayConfirm)
        {
            Dialog.Close(new BatchRequest(Kind, [.. Items.Select(static i => i.Id)], string.IsNullOrWhiteSpace(_name) ? null : _name.Trim()));
        }
    }
}
