using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>What the machine is called, and what it is for.</summary>
public partial class VmNaming
{
    private string _name = "";
    private string _description = "";
    private (string Name, string Description)? _shown;
    private string? _nameFailure;
    private string? _descriptionFailure;
    private bool _asking;
    private Actor? _actor;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    private string? WhyNotRename => VmRules.WhyNotRename(Vm, _actor);

    /// <summary>A machine that was taken over may have any name, as long as it keeps it.</summary>
    private string? NameError => _name == Vm.Name ? null : Sentences.Say(Names.CheckVmName(_name));

    private string? DescriptionError => Sentences.Say(Names.CheckDescription(_description));

    protected override async Task OnInitializedAsync() => _actor = await CurrentActor.GetAsync();

    protected override void OnParametersSet()
    {
        // What is being typed stays; a change that somebody made elsewhere is shown.
        if (_shown?.Name != Vm.Name)
        {
            _name = Vm.Name;
        }

        if (_shown?.Description != Vm.Description)
        {
            _description = Vm.Description;
        }

        _shown = (Vm.Name, Vm.Description);
    }

    private async Task RenameAsync()
    {
        if (_asking || WhyNotRename is not null || NameError is not null || _name == Vm.Name || _actor is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Machines.ConfigureAsync(actor, Vm.Id, new ConfigureVmRequest(_name, IdempotencyKey: Guid.NewGuid().ToString("N")), CancellationToken.None);
            _nameFailure = Sentences.Say(answer.Failure?.Message);
            if (answer.IsSuccess)
            {
                Mine.Note(answer.Value);
            }
        }
        finally
        {
            _asking = false;
        }
    }

    private async Task DescribeAsync()
    {
        if (_asking || DescriptionError is not null || _actor is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Machines.ChangeAsync(actor, Vm.Id, new ChangeVmRequest(null) { DeadlineStays = true, Description = _description }, CancellationToken.None);
            _descriptionFailure = Sentences.Say(answer.Failure?.Message);
        }
        finally
        {
            _asking = false;
        }
    }
}
