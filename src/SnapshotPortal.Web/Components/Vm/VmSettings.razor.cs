using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>What the portal does with the machine by itself, and what cannot be undone.</summary>
public partial class VmSettings
{
    private string _typed = "";
    private string? _failure;
    private bool _asking;
    private string? _forbidden;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Why => _forbidden ?? VmRules.WhyNotUsable(Vm with { Drift = null, Presence = Vm.Presence == Domain.Vms.VmPresence.Missing ? Domain.Vms.VmPresence.Present : Vm.Presence });

    protected override async Task OnParametersSetAsync() => _forbidden = VmRules.WhyNotDelete(Vm, await CurrentActor.GetAsync());

    private async Task DeleteAsync()
    {
        if (_asking || _typed != Vm.Name || _forbidden is not null || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Machines.DeleteAsync(actor, Vm.Id, Guid.NewGuid().ToString("N"), CancellationToken.None);
            _failure = Sentences.Say(answer.Failure?.Message);
            if (answer.IsSuccess)
            {
                Mine.Note(answer.Value);
                Navigation.NavigateTo("/");
            }
        }
        finally
        {
            _asking = false;
        }
    }
}
