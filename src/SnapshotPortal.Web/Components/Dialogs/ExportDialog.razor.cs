using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Asks for an export of a snapshot or of a machine's present state.</summary>
public partial class ExportDialog
{
    private int _hours = 24;
    private string _pool = "";
    private bool _isAdministrator;
    private bool _asking;
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public VmView Vm { get; set; } = default!;

    /// <summary><see langword="null"/> = the present state.</summary>
    [Parameter]
    public SnapshotView? Snapshot { get; set; }

    [Inject]
    private IExports Exports { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    private string Happens => (Snapshot, Vm.Power) switch
    {
        ({ }, _) => $"{Vm.Name} goes on as it is. What else you ask of it waits until the copy is done; you can cancel it under Activity.",
        (_, PowerState.Running) when Vm.AgentConnected => $"{Vm.Name} goes on running; its file systems are frozen for a moment. What else you ask of it waits until the copy is done; you can cancel it under Activity.",
        (_, PowerState.Running) => $"{Vm.Name} goes on running. The copy is as after a power cut at that instant. What else you ask of it waits until the copy is done; you can cancel it under Activity.",
        _ => $"{Vm.Name} stays as it is. What else you ask of it waits until the copy is done; you can cancel it under Activity.",
    };

    protected override async Task OnInitializedAsync() => _isAdministrator = await CurrentActor.GetAsync() is { IsAdministrator: true };

    private async Task ExportAsync()
    {
        if (_asking || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var request = new ExportRequest(TimeSpan.FromHours(_hours), string.IsNullOrWhiteSpace(_pool) ? null : _pool.Trim(), Guid.NewGuid().ToString("N"));
            var answer = Snapshot is { } snapshot
                ? await Exports.ExportSnapshotAsync(actor, snapshot.Id, request, CancellationToken.None)
                : await Exports.ExportVmAsync(actor, Vm.Id, request, CancellationToken.None);
            _failure = answer.Failure?.Message;
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
