using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Quotas;

/// <summary>What the person may have and has, as bars.</summary>
public sealed partial class OwnQuota
{
    private QuotaStateView? _state;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public QuotaStateView? Prerendered { get; set; }

    /// <summary>Also where nothing is limited.</summary>
    [Parameter]
    public bool ShowAlways { get; set; }

    [Inject]
    private IQuotas Quotas { get; set; } = default!;

    private bool IsLimited => _state is { } state && ClassWords.Lines(state.Limits, state.Usage).Count > 0;

    protected override void OnInitialized() => _state = Prerendered;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => _state = Prerendered = await Quotas.GetOwnAsync(actor, cancellationToken);

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        // Steps and percentages change no usage.
        if (!batch.Events.Any(static e => e.VmId is not null && InspectionEvents.IsMoreThanAStep(e)))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }
}
