using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Board;

/// <summary>
/// Follows the live board: what changes is asked for by itself, what ended long enough ago leaves, and while something runs the
/// measured times go on by the second.
/// </summary>
public abstract class BoardComponent : LiveComponent
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private ITimer? _timer;
    private BoardQuery? _asked;

    /// <summary>What of the board to show.</summary>
    [Parameter]
    public BoardQuery Query { get; set; } = new();

    /// <summary>What is on it, newest first; <see langword="null"/> before it was read.</summary>
    protected List<BoardEntryView>? Entries { get; private set; }

    /// <summary>What there is to choose from, as it was last read.</summary>
    protected BoardView? Board { get; private set; }

    [Inject]
    protected BrowserTime Time { get; set; } = default!;

    [Inject]
    private IBoard Boards { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    /// <summary>How many are in a state.</summary>
    protected int Count(OperationState state) => Entries?.Count(e => e.Operation.State == state) ?? 0;

    /// <summary>What runs, waits and failed: "2 running, 1 waiting".</summary>
    protected string Summary => string.Join(", ", new[] { (OperationState.Running, "running"), (OperationState.Queued, "waiting"), (OperationState.Failed, "failed"), (OperationState.Succeeded, "done") }
        .Select(s => (Count: Count(s.Item1), Word: s.Item2))
        .Where(static s => s.Count > 0)
        .Select(static s => FormattableString.Invariant($"{s.Count} {s.Word}")));

    /// <summary>How long it has taken so far, from its request on, or took.</summary>
    protected string Took(OperationView operation) => operation.CompletedAt is { } end
        ? Words.Duration(end - operation.RequestedAt)
        : Words.Elapsed(Time.Now > operation.RequestedAt ? Time.Now - operation.RequestedAt : TimeSpan.Zero);

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
        var board = await Boards.ListAsync(actor, query, cancellationToken);
        if (_asked == query)
        {
            Board = board;
            Entries = [.. board.Entries];
            if (RendererInfo.IsInteractive)
            {
                _timer ??= Clock.CreateTimer(_ => _ = InvokeAsync(Tick), null, Second, Second);
            }
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        var changed = batch.Events.Where(static e => e.OperationId is not null).Select(static e => e.OperationId!.Value).ToHashSet();
        if (Entries is null || changed.Count == 0)
        {
            return false;
        }

        // One question, however many have changed: what belongs on the board comes back, what does not is taken off.
        var now = await Boards.ListAsync(actor, Query with { OperationIds = changed }, cancellationToken);
        Entries.RemoveAll(e => changed.Contains(e.Operation.Id));
        Entries.AddRange(now.Entries);
        Entries.Sort(static (a, b) => (b.Operation.RequestedAt, b.Operation.Id).CompareTo((a.Operation.RequestedAt, a.Operation.Id)));
        return true;
    }

    /// <summary>A second has gone by.</summary>
    /// <returns>True where that changes what is shown.</returns>
    protected virtual bool OnSecond() => false;

    protected override void Leave() => _timer?.Dispose();

    private void Tick()
    {
        if (Gone.IsCancellationRequested || Entries is null)
        {
            return;
        }

        var before = Time.Now - BoardQuery.Recent;
        var changed = Entries.RemoveAll(e => e.Operation.CompletedAt < before) > 0 | OnSecond();
        if (changed || Entries.Exists(static e => e.Operation.IsActive))
        {
            StateHasChanged();
        }
    }
}
