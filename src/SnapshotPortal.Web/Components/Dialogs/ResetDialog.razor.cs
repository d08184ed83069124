using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Says what putting a machine back to its template does, and asks for it.</summary>
public partial class ResetDialog
{
    private readonly string _idempotencyKey = Guid.NewGuid().ToString("N");
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public VmView Vm { get; set; } = default!;

    /// <summary>To the newest version instead of the machine's own.</summary>
    [Parameter]
    public bool ToNewest { get; set; }

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    private VmTemplateView Template => Vm.Template!;

    private string Title => ToNewest ? DialogTexts.FormatMoveVmToVersionNewestNumber(Vm.Name, Template.NewestNumber) : DialogTexts.FormatResetVm(Vm.Name);

    private string Guest => Vm.Power == PowerState.ShutOff
        ? DialogTexts.ItIsOffAndStaysOff
        : DialogTexts.ItIsRunningItIsForced;

    private async Task ResetAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Machines.ResetAsync(actor, Vm.Id, new ResetVmRequest(ToNewest, _idempotencyKey), CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Mine.Note(answer.Value);
            Dialog.Close(answer.Value);
        }
    }
}
