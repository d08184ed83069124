using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Home;

/// <summary>One machine: how it is, and the one button.</summary>
public partial class VmCard
{
    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Parameter]
    public bool ShowOwner { get; set; }

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private string Address => $"/vms/{Vm.Id}";

    private bool HasScreen => Vm is { HostReachable: true, Presence: VmPresence.Present, Power: PowerState.Running or PowerState.Paused };

    /// <summary>Why a snapshot is of no use now, as far as the page can tell; the request decides.</summary>
    private string? CannotTake => VmRules.WhyNotUsable(Vm);

    private async Task TakeAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var present = await Snapshots.ListAsync(actor, Vm.Id, CancellationToken.None);
        if (!present.IsSuccess)
        {
            Snackbar.Add(Sentences.Say(present.Failure.Message), Severity.Error);
            return;
        }

        var name = FreeNames.Snapshot(Time, present.Value.Select(static s => s.Name));
        var request = new TakeSnapshotRequest(name, IdempotencyKey: Guid.NewGuid().ToString("N"));
        Mine.Accept(await Snapshots.TakeAsync(actor, Vm.Id, request, CancellationToken.None), Snackbar);
    }
}
