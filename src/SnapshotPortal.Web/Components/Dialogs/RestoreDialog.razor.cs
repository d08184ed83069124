using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

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
        PowerState.ShutOff when Snapshot.HasMemory && _memory => DialogTexts.FormatVmIsOffItsDisksIts(Vm.Name),
        PowerState.ShutOff => DialogTexts.FormatVmIsOffAndStaysOff(Vm.Name),
        _ when Snapshot.HasMemory && _memory => DialogTexts.FormatVmIsRunningItIsForced(Vm.Name),
        _ when Vm.AgentConnected => DialogTexts.FormatVmIsRunningItsFileSystems(Vm.Name),
        _ => DialogTexts.FormatVmIsRunningItIsForcedOff(Vm.Name),
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
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Mine.Note(answer.Value);
            Dialog.Close(answer.Value);
        }
    }
}
