using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

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
        ({ }, _) => DialogTexts.FormatVmGoesOnAsItIs(Vm.Name),
        (_, PowerState.Running) when Vm.AgentConnected => DialogTexts.FormatVmGoesOnRunningItsFile(Vm.Name),
        (_, PowerState.Running) => DialogTexts.FormatVmGoesOnRunningTheCopy(Vm.Name),
        _ => DialogTexts.FormatVmStaysAsItIsWhat(Vm.Name),
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
            _failure = Sentences.Say(answer.Failure?.Message);
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
