using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>How much is running, at a glance; with its steps in a drawer.</summary>
public sealed partial class ActivityIndicator
{
    // With more changed at once, one list costs less than asking one by one.
    private const int OneByOne = 4;

    private List<OperationView> _active = [];
    private bool _open;
    private bool _focus;
    private ElementReference _drawer;

    [Inject]
    private IOperations Operations { get; set; } = default!;

    private string Label => _active.Count switch
    {
        0 => "Nothing is running",
        var count => $"{Words.Count(count, "operation")} running",
    };

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => _active = [.. await Operations.ListAsync(actor, new OperationQuery(ActiveOnly: true), cancellationToken)];

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        var changed = batch.Events.Where(static e => e.OperationId is not null).Select(static e => e.OperationId!.Value).Distinct().ToList();
        if (changed.Count > OneByOne)
        {
            await LoadAsync(actor, cancellationToken);
            return true;
        }

        foreach (var id in changed)
        {
            var answer = await Operations.GetAsync(actor, id, cancellationToken);
            var index = _active.FindIndex(o => o.Id == id);
            if (answer is { IsSuccess: true, Value.IsActive: true })
            {
                if (index >= 0)
                {
                    _active[index] = answer.Value;
                }
                else if (!actor.IsAdministrator || answer.Value.RequestedBy == actor.Name)
                {
                    _active.Insert(0, answer.Value);
                }
            }
            else if (index >= 0)
            {
                _active.RemoveAt(index);
            }
        }

        return changed.Count > 0;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _drawer.FocusAsync();
        }
    }

    private void Toggle()
    {
        _open = !_open;
        _focus = _open;
    }

    private void Close() => _open = false;

    private void OnKey(KeyboardEventArgs e)
    {
        if (e.Key == "Escape")
        {
            Close();
        }
    }
}
