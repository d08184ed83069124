using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Asks for a new machine from a snapshot.</summary>
public partial class CloneDialog
{
    private string _name = "";
    private string _description = "";
    private bool _start = true;
    private bool _typed;
    private bool _asking;
    private Failure? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public VmView Vm { get; set; } = default!;

    [Parameter]
    public SnapshotView Snapshot { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    private string? NameError => _name.Length == 0 && _failure is null
        ? null
        : Names.CheckVmName(_name) ?? (_failure is { Field: "name" } failure ? failure.Message : null);

    private string? DescriptionError => Names.CheckDescription(_description) ?? (_failure is { Field: "description" } failure ? failure.Message : null);

    protected override async Task OnInitializedAsync()
    {
        _name = FreeNames.Vm(Vm.Name, [Vm.Name]);
        if (await CurrentActor.GetAsync() is { } actor)
        {
            var mine = await Machines.ListAsync(actor, new VmQuery(Everybodys: actor.IsAdministrator, Take: 500), CancellationToken.None);
            if (!_typed)
            {
                _name = FreeNames.Vm(Vm.Name, mine.Items.Select(static vm => vm.Name).Append(Vm.Name));
            }
        }
    }

    private void OnNameInput(ChangeEventArgs e)
    {
        _typed = true;
        _name = e.Value?.ToString() ?? "";
        _failure = null;
    }

    private async Task CloneAsync()
    {
        if (_asking || Names.CheckVmName(_name) is not null || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var description = string.IsNullOrWhiteSpace(_description) ? null : _description.Trim();
            var answer = await Snapshots.CloneAsync(actor, Snapshot.Id, new CloneVmRequest(_name, description, _start, Guid.NewGuid().ToString("N")), CancellationToken.None);
            _failure = answer.Failure;
            if (answer.IsSuccess)
            {
                Mine.Note(answer.Value);
                Dialog.Close(answer.Value);
            }
        }
        finally
        {
            _asking = false;
        }
    }
}
