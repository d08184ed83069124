using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Changes what a snapshot is called.</summary>
public partial class EditSnapshotDialog
{
    private string _name = "";
    private string _description = "";
    private bool _asking;
    private Failure? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter, EditorRequired]
    public SnapshotView Snapshot { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    protected override void OnInitialized() => (_name, _description) = (Snapshot.Name, Snapshot.Description);

    private string? Invalid(string field) => _failure?.Field == field ? "true" : null;

    private async Task SaveAsync()
    {
        if (_asking || string.IsNullOrWhiteSpace(_name) || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            // What was not touched is not sent: somebody else may have changed it meanwhile.
            var request = new ChangeSnapshotRequest(_name == Snapshot.Name ? null : _name, _description == Snapshot.Description ? null : _description);
            var answer = await Snapshots.ChangeAsync(actor, Snapshot.Id, request, CancellationToken.None);
            _failure = answer.Failure;
            if (answer.IsSuccess)
            {
                Dialog.Close(answer.Value);
            }
        }
        finally
        {
            _asking = false;
        }
    }
}
