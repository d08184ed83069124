using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Deployments;

/// <summary>One student's machine in the grid. Drawn again only when something about it is different.</summary>
public partial class DeploymentTile
{
    private (DeploymentItemView Item, bool Selected, bool MayMake)? _drawn;
    private bool _changed = true;

    [Parameter, EditorRequired]
    public DeploymentItemView Item { get; set; } = default!;

    [Parameter]
    public bool Selected { get; set; }

    /// <summary>Machines are still made for this deployment.</summary>
    [Parameter]
    public bool MayMake { get; set; }

    /// <summary>It was clicked; true with the shift key.</summary>
    [Parameter]
    public EventCallback<bool> OnPick { get; set; }

    /// <summary>It is to be made (again).</summary>
    [Parameter]
    public EventCallback OnMakeAgain { get; set; }

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private OperationView? Operation => Item.Vm?.ActiveOperation;

    private bool HasScreen => Item.Vm is { HostReachable: true, Presence: VmPresence.Present, Power: PowerState.Running or PowerState.Paused };

    protected override void OnParametersSet()
    {
        var now = (Item, Selected, MayMake);
        _changed = _drawn != now;
        _drawn = now;
    }

    protected override bool ShouldRender() => _changed;
}
