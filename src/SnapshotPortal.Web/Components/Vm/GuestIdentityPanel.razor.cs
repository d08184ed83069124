using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>Who the machine's guest is, and whether anybody else is too.</summary>
public sealed partial class GuestIdentityPanel
{
    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private GuestIdentityView? Identity => Vm.Identity;

    private bool CanAsk => Vm is { Power: PowerState.Running, HostReachable: true, Presence: VmPresence.Present, Origin: VmOrigin.Cloned, ActiveOperation: not { Kind: OperationKind.GiveIdentity } };

    private async Task AskAsync(bool change)
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            Mine.Accept(await Machines.GiveIdentityAsync(actor, Vm.Id, new GiveIdentityRequest(change, Guid.NewGuid().ToString("N")), CancellationToken.None), Snackbar);
        }
    }
}
