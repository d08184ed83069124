using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>
/// Follows what was asked for in this tab to its end and says how it went, on whatever page the person is by then: to the
/// eye in a snackbar with what can be done next, to a screen reader in a live region, and after long work in a notification of
/// the browser, to whoever asked for them.
/// </summary>
public sealed partial class RequestNotices
{
    /// <summary>Who waits longer looks elsewhere.</summary>
    internal static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private string _announcement = "";

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private IOperations Operations { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override void OnInitialized() => Mine.Noted += OnNoted;

    protected override void Leave() => Mine.Noted -= OnNoted;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        foreach (var id in Mine.Open.ToList())
        {
            await CheckAsync(actor, id, cancellationToken);
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        var before = _announcement;
        foreach (var last in batch.Events.Where(e => e.OperationId is { } id && Mine.Follows(id)).GroupBy(static e => e.OperationId!.Value).Select(static g => g.Last()).ToList())
        {
            await CheckAsync(actor, last.OperationId!.Value, cancellationToken);
        }

        return before != _announcement;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || await Browser.InvokeAsync<Guid[]?>("portal.followed", Gone) is not { } before)
        {
            return;
        }

        // The page was loaded again, perhaps because the portal was restarted: what ended meanwhile is told now.
        foreach (var id in before.Where(id => !Mine.Follows(id)))
        {
            Mine.Resume(id);
            if (Actor is { } actor)
            {
                await CheckAsync(actor, id, Gone);
            }
        }

        StateHasChanged();
    }

    // The operation may have ended before its request was noted here: ask once.
    private void OnNoted(object? sender, OperationNotedEventArgs e)
        => _ = InvokeAsync(async () =>
        {
            var operation = e.Operation;
            _ = TellBrowserAsync("portal.follow", Mine.Open);
            _announcement = LayoutTexts.FormatOperationOnVmNameState(Words.Subject(operation), operation.VmName, Words.State(operation.State));
            if (Actor is { } actor && !Gone.IsCancellationRequested)
            {
                await CheckAsync(actor, operation.Id, Gone);
            }

            StateHasChanged();
        });

    private async Task CheckAsync(Actor actor, Guid id, CancellationToken cancellationToken)
    {
        var answer = await Operations.GetAsync(actor, id, cancellationToken);
        if (!answer.IsSuccess)
        {
            Mine.Close(id);
            return;
        }

        var operation = answer.Value;
        if (operation.IsActive)
        {
            _announcement = LayoutTexts.FormatOperationOnVmNameOperation2(Words.Subject(operation), operation.VmName, Words.Doing(operation));
        }
        else if (Mine.Close(id))
        {
            await TellAsync(actor, operation, cancellationToken);
            _ = TellBrowserAsync("portal.follow", Mine.Open);
            if (operation.CompletedAt - operation.RequestedAt >= Long)
            {
                _ = TellBrowserAsync("portal.notify", operation.Id, _announcement, $"/vms/{operation.VmId}");
            }
        }
    }

    // Never awaited: a browser that is away for a moment must not keep the next event waiting.
    private async Task TellBrowserAsync(string what, params object?[] arguments)
    {
        try
        {
            await Browser.InvokeVoidAsync(what, Gone, arguments);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The browser has gone; when it comes back, the page is a new one.
        }
    }

    private async Task TellAsync(Actor actor, OperationView operation, CancellationToken cancellationToken)
    {
        if (operation.State == OperationState.Failed)
        {
            var message = Sentences.Say(operation.ErrorMessage) ?? CommonTexts.ThePortalGivesNoReasonAsk;
            Say(LayoutTexts.FormatOperationFailedMessage(Words.Subject(operation), message), Severity.Error, static options => options.VisibleStateDuration = 15_000);
            return;
        }

        if (operation.State == OperationState.Cancelled)
        {
            Say(LayoutTexts.FormatOperationOnVmNameWasCancelled(Words.Subject(operation), operation.VmName), Severity.Normal);
            return;
        }

        switch (operation.Kind)
        {
            case OperationKind.TakeSnapshot:
                Say(LayoutTexts.FormatOperationIsTaken(Snapshot(operation)), Severity.Success);
                break;
            case OperationKind.RestoreSnapshot:
                await TellRestoredAsync(actor, operation, LayoutTexts.FormatVmNameIsBackAtOperation(operation.VmName, Snapshot(operation)), cancellationToken);
                break;
            case OperationKind.ResetVm:
                await TellRestoredAsync(actor, operation, LayoutTexts.FormatVmNameIsAsItsTemplateAgain(operation.VmName), cancellationToken);
                break;
            case OperationKind.CloneVm or OperationKind.ImportVm:
                Say(LayoutTexts.FormatVmNameIsReady(operation.VmName), Severity.Success, options =>
                {
                    options.Action = CommonTexts.Open;
                    options.OnClick = _ =>
                    {
                        Navigation.NavigateTo($"/vms/{operation.VmId}");
                        return Task.CompletedTask;
                    };
                    options.VisibleStateDuration = 15_000;
                });
                break;
            case OperationKind.DeleteSnapshot:
                Say(LayoutTexts.FormatOperationIsDeleted(Snapshot(operation)), Severity.Success);
                break;
            case OperationKind.FlattenVm:
                Say(LayoutTexts.FormatVmNameStandsOnFilesOfIts(operation.VmName), Severity.Success);
                break;
            case OperationKind.ExportSnapshot or OperationKind.ExportVm:
                Say(LayoutTexts.FormatTheExportOfOperationIsReady((operation.SnapshotId is null ? operation.VmName : Snapshot(operation))), Severity.Success, options =>
                {
                    options.Action = LayoutTexts.Show;
                    options.OnClick = _ =>
                    {
                        Navigation.NavigateTo($"/vms/{operation.VmId}?tab=storage");
                        return Task.CompletedTask;
                    };
                    options.VisibleStateDuration = 15_000;
                });
                break;
            case OperationKind.ConfigureVm:
                Say(LayoutTexts.FormatTheSettingsOfVmNameAreChanged(operation.VmName), Severity.Success);
                break;
            case OperationKind.DeleteVm:
                Say(LayoutTexts.FormatVmNameIsDeleted(operation.VmName), Severity.Success);
                break;
            default:
                // Power shows at once in the machine's own state; a word for the ear is enough.
                _announcement = LayoutTexts.FormatKindOnVmNameDone(Words.Kind(operation.Kind), operation.VmName);
                break;
        }
    }

    private async Task TellRestoredAsync(Actor actor, OperationView operation, string text, CancellationToken cancellationToken)
    {
        var safety = await SafetyOfAsync(actor, operation, cancellationToken);
        Say(text, Severity.Success, options =>
        {
            options.VisibleStateDuration = 20_000;
            if (safety is not null)
            {
                options.Action = LayoutTexts.Undo;
                options.OnClick = _ => InvokeAsync(() => UndoAsync(actor, safety));
            }
        });
    }

    /// <summary>The newest safety snapshot that was taken while the restore ran: the state from before it.</summary>
    private async Task<SnapshotView?> SafetyOfAsync(Actor actor, OperationView operation, CancellationToken cancellationToken)
    {
        var all = await Snapshots.ListAsync(actor, operation.VmId, cancellationToken);
        return all.IsSuccess
            ? all.Value
                .Where(s => s.Origin == SnapshotOrigin.Safety && s.Phase == SnapshotPhase.Succeeded
                    && s.RequestedAt >= operation.RequestedAt && (operation.CompletedAt is not { } end || s.RequestedAt <= end))
                .MaxBy(static s => s.RequestedAt)
            : null;
    }

    private async Task UndoAsync(Actor actor, SnapshotView safety)
    {
        var request = new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, IdempotencyKey: Guid.NewGuid().ToString("N"));
        Mine.Accept(await Snapshots.RestoreAsync(actor, safety.Id, request, CancellationToken.None), Snackbar);
    }

    private static string Snapshot(OperationView operation) => operation.SnapshotName is { } name ? Words.Quoted(name) : LayoutTexts.TheSnapshot;

    private void Say(string text, Severity severity, Action<SnackbarOptions>? configure = null)
    {
        _announcement = text;
        Snackbar.Add(text, severity, configure);
    }
}
