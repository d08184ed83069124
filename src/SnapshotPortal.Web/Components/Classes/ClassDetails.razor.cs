using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Classes;

/// <summary>A class as its teachers see it.</summary>
public sealed partial class ClassDetails
{
    private ClassDetailView? _detail;
    private QuotaStateView? _quota;
    private bool _missing;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public ClassDetailView? Prerendered { get; set; }

    [Parameter, EditorRequired]
    public Guid ClassId { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private IQuotas Quotas { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override void OnInitialized() => _detail = Prerendered?.Class.Id == ClassId ? Prerendered : null;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        _detail = Prerendered = (await Classes.GetAsync(actor, ClassId, cancellationToken)).Value;
        _missing = _detail is null;
        _quota = _missing ? null : (await Quotas.GetOfClassAsync(actor, ClassId, cancellationToken)).Value;
        if (_missing && HttpContext is { Response.HasStarted: false })
        {
            HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Events.Any(e => e.ClassId == ClassId && InspectionEvents.IsMoreThanAStep(e)))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private void Replace(ClassDetailView detail) => _detail = detail;

    private async Task EditAsync()
    {
        if (await Dialogs.AskAsync(CommonTexts.Edit, new DialogParameters<ClassDialog> { { static d => d.Detail, _detail } }) is ClassDetailView changed)
        {
            _detail = changed;
        }
    }

    private async Task DeleteAsync()
    {
        if (Actor is not { } actor
            || !await Dialogs.ConfirmAsync(ClassTexts.FormatDeleteClassName(_detail!.Class.Name), ClassTexts.TheClassItsListOfMembers, ClassTexts.DeleteClass))
        {
            return;
        }

        var answer = await Classes.DeleteAsync(actor, ClassId, Gone);
        if (answer.IsSuccess)
        {
            Snackbar.Add(ClassTexts.FormatAnswerNameIsDeleted(answer.Value.Name), Severity.Success);
            Navigation.NavigateTo("/classes");
        }
        else
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error, static options => options.VisibleStateDuration = 12_000);
        }
    }
}
