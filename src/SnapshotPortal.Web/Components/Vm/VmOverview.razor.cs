using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>What the machine is made of, and what a snapshot of it would hold.</summary>
public sealed partial class VmOverview
{
    private VmInspectionView? _inspection;
    private string? _failure;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    private bool HasScreen => Vm is { HostReachable: true, Presence: VmPresence.Present, Power: PowerState.Running or PowerState.Paused };

    private string Origin => Vm.Origin switch
    {
        VmOrigin.Adopted => VmTexts.ExistedOnTheHostAndWas,
        VmOrigin.Cloned => VmTexts.MadeFromASnapshot,
        _ => VmTexts.ImportedFromAnImage,
    };

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var answer = await Machines.InspectAsync(actor, Vm.Id, cancellationToken);
        _inspection = answer.Value;
        _failure = Sentences.Say(answer.Failure?.Message);
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        // Steps and percentages change nothing here; what ends, and what the machine itself says, may.
        if (!InspectionEvents.Any(batch, Vm.Id))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }
}
