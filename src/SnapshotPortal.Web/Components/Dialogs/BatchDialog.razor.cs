using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

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

    private int Running => Items.Count(static i => i.Vm is { Power: not PowerState.ShutOff });

    private string? NameError => _name.Length == 0 ? null : Sentences.Say(Names.CheckSnapshotName(_name));

    private bool MayConfirm => Items.Count > 0 && NameError is null && (Kind != BatchKind.Delete || _typed == View.Deployment.Name);

    private string Ended => Running == 0 ? DialogTexts.NoneOfThemRuns : Counts.ForcedOff(Running);

    private string Sentence => Kind switch
    {
        BatchKind.ShutDown => Counts.AskedToShutDown(Items.Count),
        BatchKind.ForceOff => Counts.StoppedAtOnce(Items.Count),
        BatchKind.Snapshot => DialogTexts.ASnapshotOfEachIsTaken,
        BatchKind.Reset => DialogTexts.FormatEachBecomesAsTemplateTitleVersionTemplateNumber(View.Deployment.TemplateTitle, View.Deployment.TemplateNumber, Ended),
        BatchKind.Update => DialogTexts.FormatEachBecomesAsTemplateTitleVersionNewestNumber(View.Deployment.TemplateTitle, View.Deployment.NewestNumber, Ended),
        BatchKind.Collect => DialogTexts.TheStateOfEachAtThat,
        BatchKind.Delete => Counts.DeletedAtOnce(Items.Count, Items.Sum(static i => i.Vm?.SnapshotCount ?? 0)),
        _ => "",
    };

    private string Verb => Kind switch
    {
        BatchKind.ShutDown => CommonTexts.ShutDown,
        BatchKind.ForceOff => CommonTexts.ForceOff,
        BatchKind.Snapshot => CommonTexts.TakeSnapshots,
        BatchKind.Reset => CommonTexts.Reset,
        BatchKind.Update => DialogTexts.FormatMoveToVersionNewestNumber(View.Deployment.NewestNumber),
        BatchKind.Collect => CommonTexts.Collect,
        BatchKind.Delete => DialogTexts.FormatDeleteVms(Counts.Vms(Items.Count)),
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
