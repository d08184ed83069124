using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>Whose the machine is; administrators make it somebody else's. Others see nothing of it.</summary>
public partial class VmOwner
{
    private IReadOnlyList<PersonView>? _people;
    private Guid? _chosen;
    private string? _failure;
    private bool _asking;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (await CurrentActor.GetAsync() is { IsAdministrator: true } actor)
        {
            _people = (await People.ListAsync(actor, CancellationToken.None)).Value;
        }
    }

    private async Task GiveAsync()
    {
        if (_asking || _chosen is not { } owner || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Machines.GiveAsync(actor, Vm.Id, owner, CancellationToken.None);
            _failure = Sentences.Say(answer.Failure?.Message);
            _chosen = answer.IsSuccess ? null : _chosen;
        }
        finally
        {
            _asking = false;
        }
    }
}
