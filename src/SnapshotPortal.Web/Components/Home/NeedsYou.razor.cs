using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Attention;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Controls;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Home;

/// <summary>What is owed to the person, each with the way to put it right. Nothing is shown where nothing is.</summary>
public sealed partial class NeedsYou
{
    private const int MostShown = 4;

    private IReadOnlyList<AttentionView> _items = [];
    private bool _all;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public IReadOnlyList<AttentionView>? Prerendered { get; set; }

    [Inject]
    private IAttention Attention { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    protected override void OnInitialized() => _items = Prerendered ?? [];

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => _items = Prerendered = await Attention.ListAsync(actor, cancellationToken);

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        // The latter: something was dismissed, perhaps in another tab.
        if (!batch.Events.Any(static e => InspectionEvents.IsMoreThanAStep(e) || e.Kind == EventKinds.AttentionChanged))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private static string Urgency(AttentionView item) => item switch
    {
        { Kind: AttentionKind.OperationFailed or AttentionKind.Missing or AttentionKind.Drift } or { Quota.IsFull: true } => "red",
        { Kind: AttentionKind.Ending } => "plain",
        _ => "amber",
    };

    private static Drawing Drawing(AttentionView item) => item.Kind switch
    {
        AttentionKind.MayBeFrozen => Glyphs.Snow,
        AttentionKind.OperationFailed => Glyphs.Cross,
        AttentionKind.ScheduleFailed => Glyphs.Clock,
        AttentionKind.Quota => Glyphs.Disk,
        AttentionKind.Ending => Glyphs.Calendar,
        _ => Glyphs.Warning,
    };

    private async Task DismissAsync(OperationView operation)
    {
        if (Actor is not { } actor)
        {
            return;
        }

        var answer = await Attention.DismissAsync(actor, operation.Id, CancellationToken.None);
        if (answer.IsSuccess)
        {
            await ReloadAsync();
        }
        else
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error);
        }
    }
}
