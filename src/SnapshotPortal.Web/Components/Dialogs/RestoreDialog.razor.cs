using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Says what a restore does, and asks for it.</summary>
public partial class RestoreDialog
{
    private readonly string _idempotencyKey = Guid.NewGuid().ToString("N");
    private bool _keep = true;
    private bool _memory = true;
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public VmView Vm { get; set; } = default!;

    [Parameter]
    public SnapshotView Snapshot { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private string Guest => Vm.Power switch
    {
        PowerState.ShutOff when Snapshot.HasMemory && _memory => $"{Vm.Name} is off. Its disks, its hardware settings and its memory become those of the snapshot, and it runs.",
        PowerState.ShutOff => $"{Vm.Name} is off and stays off. Its disks and its hardware settings become those of the snapshot.",
        _ when Snapshot.HasMemory && _memory => $"{Vm.Name} is running. It is forced off, put back, and goes on from the saved memory. What runs in it now ends; save your work in it first.",
        _ when Vm.AgentConnected => $"{Vm.Name} is running. Its file systems are frozen for a moment, then it is forced off, put back, and started again. What runs in it ends; save your work in it first.",
        _ => $"{Vm.Name} is running. It is forced off, put back, and started again. What runs in it ends; save your work in it first.",
    };

    private async Task RestoreAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        // The machine may have been started since this dialog opened: the policy must fit both.
        var request = new RestoreSnapshotRequest(TargetReadinessPolicy.StopTarget, _keep, $"{_idempotencyKey}{(_keep ? "" : "-drop")}{(_memory ? "" : "-disks")}", DisksOnly: !_memory);
        var answer = await Snapshots.RestoreAsync(actor, Snapshot.Id, request, CancellationToken.None);
        _failure = answer.Failure?.Message;
        if (answer.IsSuccess)
        {
            Mine.Note(answer.Value);
            Dialog.Close(answer.Value);
        }
    }
}
