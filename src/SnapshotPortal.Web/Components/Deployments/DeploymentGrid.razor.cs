using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Deployments;

/// <summary>The machines of a deployment, one tile for each student, live; and what is done with them.</summary>
public sealed partial class DeploymentGrid
{
    // A class that starts at once changes hundreds of times a second; people cannot read faster than this.
    private static readonly TimeSpan ReadAtMostEvery = TimeSpan.FromMilliseconds(400);

    private readonly HashSet<Guid> _chosen = [];
    private DeploymentView? _view;
    private Dictionary<Guid, string> _names = [];
    private Guid? _anchor;
    private TileFilter _filter;
    private string _search = "";
    private string? _failure;
    private bool _missing;
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public DeploymentView? Prerendered { get; set; }

    [Parameter, EditorRequired]
    public Guid DeploymentId { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private IDeployments Deployments { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private bool HasNewer => _view is { Deployment: var d } && d.NewestNumber > d.TemplateNumber;

    private IEnumerable<DeploymentItemView> Shown => _view!.Items.Where(i => DeploymentRules.Fits(i, _filter)
        && (i.StudentName.Contains(_search, StringComparison.OrdinalIgnoreCase) || i.VmName.Contains(_search, StringComparison.OrdinalIgnoreCase)));

    private List<DeploymentItemView> Chosen => [.. _view!.Items.Where(i => _chosen.Contains(i.Id))];

    private bool AllShownChosen => Shown.Any() && Shown.All(i => _chosen.Contains(i.Id));

    protected override void OnInitialized()
    {
        if (Prerendered?.Deployment.Id == DeploymentId)
        {
            Show(Prerendered);
        }
    }

    private string End(DeploymentSummaryView deployment)
    {
        if (deployment.ExpiresAt is not { } at)
        {
            return CommonTexts.NoEnd;
        }

        var ends = deployment.ExpiredAt is null ? CommonTexts.FormatEndsOn(Time.Day(at)) : CommonTexts.FormatEndedOn(Time.Day(at));
        return deployment.DeletesAt is { } deletes ? DeploymentTexts.FormatEndsDeleted(ends, Time.Day(deletes)) : DeploymentTexts.FormatEndsDeletedNever(ends);
    }

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        Show((await Deployments.GetAsync(actor, DeploymentId, cancellationToken)).Value);
        _missing = _view is null;
        if (_missing && HttpContext is { Response.HasStarted: false })
        {
            HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (_view is not { } view || !batch.Events.Any(e => e.ClassId == view.ClassId || e is { ClassId: null, VmId: null }))
        {
            return false;
        }

        // What happens during the pause comes as one batch after it.
        if (_readAt + ReadAtMostEvery - Clock.GetUtcNow() is { Ticks: > 0 } pause)
        {
            await Task.Delay(pause, Clock, cancellationToken);
        }

        _readAt = Clock.GetUtcNow();
        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private static string FilterName(TileFilter filter) => filter switch
    {
        TileFilter.Running => CommonTexts.Running,
        TileFilter.Off => CommonTexts.Off,
        TileFilter.Busy => DeploymentTexts.Busy,
        TileFilter.Failed => CommonTexts.Failed,
        _ => CommonTexts.All,
    };

    private void Show(DeploymentView? view)
    {
        _view = Prerendered = view;
        _names = view?.Items.ToDictionary(static i => i.Id, static i => i.StudentName) ?? [];
        _chosen.IntersectWith(view?.Deployment.EndedAt is null ? _names.Keys : []);
    }

    private void Pick(DeploymentItemView item, bool shift)
    {
        var choose = !_chosen.Contains(item.Id);
        var shown = Shown.Select(static i => i.Id).ToList();
        var from = shift && _anchor is { } anchor ? shown.IndexOf(anchor) : -1;
        var to = shown.IndexOf(item.Id);
        var range = from < 0 || to < 0 ? [item.Id] : shown[Math.Min(from, to)..(Math.Max(from, to) + 1)];
        foreach (var id in range)
        {
            _ = choose ? _chosen.Add(id) : _chosen.Remove(id);
        }

        _anchor = item.Id;
    }

    private void ChooseAllShown()
    {
        var shown = Shown.Select(static i => i.Id).ToList();
        if (AllShownChosen)
        {
            _chosen.ExceptWith(shown);
        }
        else
        {
            _chosen.UnionWith(shown);
        }
    }

    private async Task AskAsync(BatchKind kind)
    {
        var items = Chosen.FindAll(i => kind == BatchKind.Deploy ? i.State is DeploymentItemState.Failed or DeploymentItemState.Gone : i.State == DeploymentItemState.Ready);
        if (kind is BatchKind.Start or BatchKind.Deploy)
        {
            await ActAsync(new BatchRequest(kind, [.. items.Select(static i => i.Id)]));
            return;
        }

        var parameters = new DialogParameters<BatchDialog>
        {
            { static d => d.View, _view! },
            { static d => d.Kind, kind },
            { static d => d.Items, items },
        };
        if (await Dialogs.AskAsync(ClassWords.Act(kind), parameters) is BatchRequest request)
        {
            await ActAsync(request);
        }
    }

    private Task MakeAgainAsync(DeploymentItemView item) => ActAsync(new BatchRequest(BatchKind.Deploy, [item.Id]));

    private async Task AgainAsync(BatchView batch)
    {
        var ids = batch.Items.Where(static i => i.State is BatchItemState.Failed or BatchItemState.Cancelled).Select(static i => i.DeploymentItemId).ToList();

        // What was made and only would not start is there: what is left to do with it is to start it.
        List<Guid> made = batch.Kind == BatchKind.Deploy ? [.. _view!.Items.Where(i => i.State == DeploymentItemState.Ready && ids.Contains(i.Id)).Select(static i => i.Id)] : [];
        ids.RemoveAll(made.Contains);
        if (ids.Count > 0)
        {
            await ActAsync(new BatchRequest(batch.Kind, ids));
        }

        if (made.Count > 0 && _failure is null)
        {
            await ActAsync(new BatchRequest(BatchKind.Start, made));
        }
    }

    private async Task ActAsync(BatchRequest request)
    {
        if (Actor is { } actor)
        {
            var answer = await Deployments.ActAsync(actor, DeploymentId, request with { IdempotencyKey = Guid.NewGuid().ToString("N") }, Gone);
            await AcceptAsync(actor, answer.Failure);
        }
    }

    private async Task CancelAsync(BatchView batch)
    {
        if (Actor is { } actor)
        {
            var answer = await Deployments.CancelAsync(actor, batch.Id, Gone);
            await AcceptAsync(actor, answer.Failure);
        }
    }

    private async Task LockAsync()
    {
        var deployment = _view!.Deployment;
        if (!deployment.Locked && !await Dialogs.ConfirmAsync(
            DeploymentTexts.FormatLockDeploymentName(deployment.Name),
            DeploymentTexts.StudentsCannotStartTheirVMsUntil,
            DeploymentTexts.Lock))
        {
            return;
        }

        if (Actor is { } actor)
        {
            var fields = new DeploymentFields(deployment.Name, !deployment.Locked, _view.StudentsMayDelete, deployment.ExpiresAt, _view.Grace);
            var answer = await Deployments.ChangeAsync(actor, DeploymentId, fields, Gone);
            await AcceptAsync(actor, answer.Failure);
        }
    }

    private async Task EditAsync()
    {
        if (await Dialogs.AskAsync(DeploymentTexts.EndAndRules, new DialogParameters<DeploymentDialog> { { static d => d.View, _view! } }) is DeploymentView changed)
        {
            Show(changed);
        }
    }

    private async Task AcceptAsync(Actor actor, Failure? failure)
    {
        _failure = Sentences.Say(failure?.Message);
        if (failure is null)
        {
            await LoadAsync(actor, Gone);
        }
    }
}
