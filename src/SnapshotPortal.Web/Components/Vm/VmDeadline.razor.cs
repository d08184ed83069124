using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Controls;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>How long a snapshot of the machine may take.</summary>
public partial class VmDeadline
{
    private readonly DeadlineInput _input = new();
    private TimeSpan? _shown;
    private string? _failure;
    private bool _asking;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    protected override void OnParametersSet()
    {
        // What is being typed stays; a change that somebody made elsewhere is shown.
        if (Vm.FailureDeadline == _shown)
        {
            return;
        }

        _shown = Vm.FailureDeadline;
        _input.Show(_shown);
    }

    /// <summary>A refusal is of what was typed before.</summary>
    private void Forget() => _failure = null;

    private async Task SaveAsync()
    {
        if (_asking || _input.Error is not null || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Machines.ChangeAsync(actor, Vm.Id, new ChangeVmRequest(_input.Value), CancellationToken.None);
            _failure = Sentences.Say(answer.Failure?.Message);
        }
        finally
        {
            _asking = false;
        }
    }
}
