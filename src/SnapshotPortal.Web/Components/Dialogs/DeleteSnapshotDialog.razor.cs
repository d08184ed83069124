using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Says what goes with a snapshot and what stays, and asks for the deletion.</summary>
public partial class DeleteSnapshotDialog
{
    private readonly string _idempotencyKey = Guid.NewGuid().ToString("N");
    private SnapshotReleaseView? _release;
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public SnapshotView Snapshot { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private IStorage Storage { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        // The numbers help to decide, and nobody has to wait for them.
        if (Snapshot.Phase != SnapshotPhase.Failed && await CurrentActor.GetAsync() is { } actor)
        {
            _release = (await Storage.ReleaseAsync(actor, Snapshot.Id, CancellationToken.None)).Value;
        }
    }

    private async Task DeleteAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Snapshots.DeleteAsync(actor, Snapshot.Id, _idempotencyKey, CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Mine.Note(answer.Value);
            Dialog.Close(answer.Value);
        }
    }
}
