using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Exports;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>The exports of a machine: how far they are, their files, and until when.</summary>
public partial class ExportList
{
    [Parameter, EditorRequired]
    public IReadOnlyList<ExportView> Exports { get; set; } = [];

    [Inject]
    private IExports Requests { get; set; } = default!;

    [Inject]
    private IOperations Operations { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    private static string State(ExportView export) => export.State switch
    {
        ExportState.InProgress => CommonTexts.BeingMade,
        ExportState.Ready => CommonTexts.Ready,
        ExportState.Failed => CommonTexts.Failed,
        _ => VmTexts.BeingRemoved,
    };

    private async Task DeleteAsync(ExportView export)
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            Tell((await Requests.DeleteAsync(actor, export.Id, CancellationToken.None)).Failure);
        }
    }

    private async Task CancelAsync(OperationView operation)
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            Tell((await Operations.CancelAsync(actor, operation.Id, CancellationToken.None)).Failure);
        }
    }

    private void Tell(Failure? failure)
    {
        if (failure is not null)
        {
            Snackbar.Add(Sentences.Say(failure.Message), Severity.Error);
        }
    }
}
