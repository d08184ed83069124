using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>Operations, newest first, live.</summary>
public sealed partial class OperationList
{
    private const int MostShown = 100;
    private const int OneByOne = 6;

    private List<OperationView>? _operations;
    private OperationQuery? _asked;

    /// <summary>Only those of one machine.</summary>
    [Parameter]
    public Guid? VmId { get; set; }

    [Parameter]
    public bool ActiveOnly { get; set; }

    [Parameter]
    public bool Everybodys { get; set; }

    [Inject]
    private IOperations Operations { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private OperationQuery Query => new(VmId, ActiveOnly, Everybodys, MostShown);

    // One listener for all the rows, whose times are part of them.
    protected override void OnInitialized() => Time.Changed += OnTimeChanged;

    protected override async Task OnParametersSetAsync()
    {
        if (_asked is not null && _asked != Query)
        {
            await ReloadAsync();
        }
    }

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var query = _asked = Query;
        var operations = await Operations.ListAsync(actor, query, cancellationToken);
        if (_asked == query)
        {
            _operations = [.. operations];
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        var changed = batch.Events
            .Where(e => e.OperationId is not null && (VmId is null || e.VmId == VmId))
            .Select(static e => e.OperationId!.Value)
            .Distinct()
            .ToList();
        if (changed.Count == 0)
        {
            return false;
        }

        // The list knows which of them belong here; what is on show already is cheaper to ask for by itself.
        if (_operations is null || changed.Count > OneByOne || changed.Exists(id => !_operations.Exists(o => o.Id == id)))
        {
            await LoadAsync(actor, cancellationToken);
            return true;
        }

        foreach (var id in changed)
        {
            var answer = await Operations.GetAsync(actor, id, cancellationToken);
            var index = _operations.FindIndex(o => o.Id == id);
            if (!answer.IsSuccess || (ActiveOnly && !answer.Value.IsActive))
            {
                _operations.RemoveAt(index);
            }
            else
            {
                _operations[index] = answer.Value;
            }
        }

        return true;
    }

    protected override void Leave() => Time.Changed -= OnTimeChanged;

    private void OnTimeChanged(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);
}
