using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>One operation: what, who, how it stands, and where its time went.</summary>
public partial class OperationRow
{
    private bool _open;

    [Parameter, EditorRequired]
    public OperationView Operation { get; set; } = default!;

    [Parameter]
    public bool WithVm { get; set; }

    [Inject]
    private IOperations Operations { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private TimeSpan? Took => Operation.CompletedAt - Operation.RequestedAt;

    private async Task CancelAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Operations.CancelAsync(actor, Operation.Id, CancellationToken.None);
        if (answer.IsSuccess)
        {
            Operation = answer.Value;
        }
        else
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error);
        }
    }
}
