using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>One snapshot on the time line and what can be done with it.</summary>
public partial class SnapshotNode
{
    private string? _whyNotPublish;

    [Parameter, EditorRequired]
    public SnapshotView Snapshot { get; set; } = default!;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    /// <summary>The present state does not descend from it.</summary>
    [Parameter]
    public bool IsBranch { get; set; }

    /// <summary>The names that the machine's snapshots have already.</summary>
    [Parameter]
    public IEnumerable<string> Taken { get; set; } = [];

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private bool IsCurrent => Snapshot.Phase == SnapshotPhase.Succeeded && (Snapshot.IsCurrent || Vm.CurrentSnapshotId == Snapshot.Id);

    private string? WhyNot => VmRules.WhyNotUsable(Vm);

    protected override async Task OnParametersSetAsync() => _whyNotPublish = VmRules.WhyNotPublish(Vm, await CurrentActor.GetAsync());

    private async Task RestoreAsync() => await Dialogs.AskAsync(CommonTexts.Restore, new DialogParameters<RestoreDialog>
    {
        { static d => d.Vm, Vm },
        { static d => d.Snapshot, Snapshot },
    });

    private async Task CloneAsync() => await Dialogs.AskAsync(CommonTexts.NewVM, new DialogParameters<CloneDialog>
    {
        { static d => d.Vm, Vm },
        { static d => d.Snapshot, Snapshot },
    });

    private async Task DeleteAsync() => await Dialogs.AskAsync(CommonTexts.DeleteSnapshot, new DialogParameters<DeleteSnapshotDialog>
    {
        { static d => d.Snapshot, Snapshot },
    });

    private async Task EditAsync() => await Dialogs.AskAsync(CommonTexts.Edit, new DialogParameters<EditSnapshotDialog>
    {
        { static d => d.Snapshot, Snapshot },
    });

    private async Task CompareAsync() => await Dialogs.AskAsync(VmTexts.Compare, new DialogParameters<CompareDialog>
    {
        { static d => d.Snapshot, Snapshot },
    });

    private async Task ExportAsync() => await Dialogs.AskAsync(CommonTexts.Export, new DialogParameters<ExportDialog>
    {
        { static d => d.Vm, Vm },
        { static d => d.Snapshot, Snapshot },
    });

    private async Task PublishAsync()
    {
        var parameters = new DialogParameters<PublishDialog> { { static d => d.Vm, Vm }, { static d => d.Snapshot, Snapshot } };
        if (await Dialogs.AskAsync(CommonTexts.Publish, parameters) is TemplateDetailView published)
        {
            Snackbar.Add(VmTexts.FormatTemplateTitleIsPublishedVersionNumber(published.Template.Title, published.Template.Newest.Number), Severity.Success, options =>
            {
                options.Action = CommonTexts.Open;
                options.OnClick = _ =>
                {
                    Navigation.NavigateTo($"/templates/{published.Template.Id}");
                    return Task.CompletedTask;
                };
                options.VisibleStateDuration = 15_000;
            });
        }
    }

    private async Task ProtectAsync()
    {
        if (await CurrentActor.GetAsync() is { } actor
            && await Snapshots.ProtectAsync(actor, Snapshot.Id, !Snapshot.Protected, CancellationToken.None) is { Failure: { } failure })
        {
            Snackbar.Add(Sentences.Say(failure.Message), Severity.Error);
        }
    }

    private async Task TryAgainAsync()
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            // The failed one keeps its name until it is deleted.
            var name = FreeNames.Again(Snapshot.Name, Taken);
            var request = new TakeSnapshotRequest(name, Snapshot.Description, IdempotencyKey: Guid.NewGuid().ToString("N"));
            Mine.Accept(await Snapshots.TakeAsync(actor, Vm.Id, request, CancellationToken.None), Snackbar);
        }
    }

    private async Task CopyIdAsync()
    {
        var copied = await Browser.InvokeAsync<bool>("portal.copy", Snapshot.Id.ToString());
        Snackbar.Add(copied ? VmTexts.TheSnapshotsIdIsInThe : VmTexts.FormatTheBrowserDoesNotLetThe(Snapshot.Id), copied ? Severity.Normal : Severity.Warning);
    }
}
