using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Templates;

/// <summary>One template: what it is, its versions, and for its publisher who may use it.</summary>
public sealed partial class TemplateDetails
{
    private TemplateDetailView? _detail;
    private bool _missing;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public TemplateDetailView? Prerendered { get; set; }

    [Parameter, EditorRequired]
    public Guid TemplateId { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private ITemplates Templates { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    protected override void OnInitialized() => _detail = Prerendered?.Template.Id == TemplateId ? Prerendered : null;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        _detail = Prerendered = (await Templates.GetAsync(actor, TemplateId, cancellationToken)).Value;
        _missing = _detail is null;
        if (_missing && HttpContext is { Response.HasStarted: false })
        {
            HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        // Only its publisher sees how many machines there are of it.
        if (_detail is not { Template.IsMine: true } || !batch.Events.Any(static e => e.Kind is EventKinds.VmRemoved || (e.Kind is nameof(OperationKind.CloneVm) or nameof(OperationKind.ResetVm) && Vm.InspectionEvents.IsMoreThanAStep(e))))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private Task UseAsync() => Dialogs.UseTemplateAsync(Navigation, _detail!.Template);

    private async Task EditAsync()
    {
        if (await Dialogs.AskAsync(CommonTexts.Edit, new DialogParameters<EditTemplateDialog> { { static d => d.Detail, _detail! } }) is TemplateDetailView changed)
        {
            _detail = changed;
        }
    }

    private async Task UnpublishAsync()
    {
        if (await Dialogs.ConfirmAsync(
            TemplateTexts.FormatUnpublishTemplateTitle(_detail!.Template.Title),
            TemplateTexts.NobodyNewCanUseItAnd,
            TemplateTexts.Unpublish))
        {
            await SetPublishedAsync(false);
        }
    }

    private async Task SetPublishedAsync(bool published)
    {
        if (Actor is not { } actor)
        {
            return;
        }

        var answer = await Templates.SetPublishedAsync(actor, TemplateId, published, Gone);
        if (answer.IsSuccess)
        {
            _detail = answer.Value;
        }
        else
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error);
        }
    }
}
