using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>The rest of what can be done with a machine.</summary>
public partial class VmMenu
{
    private bool _asking;
    private string? _whyNotStart;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Parameter]
    public bool WithOpen { get; set; }

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    // A machine whose layers differ from the database can still be switched on and off.
    private string? Why => VmRules.WhyNotUsable(Vm with { Drift = null });

    private string? WhyNotDisks => VmRules.WhyNotUsable(Vm);

    private bool May(PowerAction action) => Why is null && (action, Vm.Power) switch
    {
        (_, PowerState.Unknown) => false,
        (PowerAction.Start, PowerState.ShutOff or PowerState.Crashed) => true,
        (PowerAction.Start, _) => false,
        (PowerAction.Shutdown or PowerAction.Reboot, PowerState.Running) => true,
        (PowerAction.Stop, not PowerState.ShutOff) => true,
        _ => false,
    };

    protected override async Task OnParametersSetAsync() => _whyNotStart = VmRules.WhyNotStart(Vm, await CurrentActor.GetAsync());

    private Task ResetAsync(bool toNewest) => Dialogs.ResetVmAsync(Vm, toNewest);

    private async Task ExportAsync() => await Dialogs.AskAsync(CommonTexts.Export, new DialogParameters<ExportDialog> { { static d => d.Vm, Vm } });

    private async Task FlattenAsync() => await Dialogs.AskAsync(CommonTexts.Flatten, new DialogParameters<FlattenDialog> { { static d => d.Vm, Vm } });

    private async Task ForceOffAsync()
    {
        if (await Dialogs.ConfirmAsync(
            VmTexts.FormatForceVmOff(Vm.Name),
            VmTexts.ItStopsAtOnceAsIf,
            CommonTexts.ForceOff))
        {
            await PowerAsync(PowerAction.Stop);
        }
    }

    private async Task PowerAsync(PowerAction action)
    {
        if (_asking || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            Mine.Accept(await Machines.PowerAsync(actor, Vm.Id, new PowerRequest(action, Guid.NewGuid().ToString("N")), CancellationToken.None), Snackbar);
        }
        finally
        {
            _asking = false;
        }
    }
}
