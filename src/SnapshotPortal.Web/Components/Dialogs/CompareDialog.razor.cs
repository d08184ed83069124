using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>In what a snapshot differs from another one of its machine, or from the machine as it is now.</summary>
public partial class CompareDialog
{
    private IReadOnlyList<SnapshotView> _others = [];
    private ComparisonView? _answer;
    private string? _failure;
    private string _with = "";

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public SnapshotView Snapshot { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (await CurrentActor.GetAsync() is { } actor && await Snapshots.ListAsync(actor, Snapshot.VmId, CancellationToken.None) is { IsSuccess: true } all)
        {
            _others = [.. all.Value.Where(s => s.Id != Snapshot.Id && s.Phase == SnapshotPhase.Succeeded)];
        }

        await CompareAsync();
    }

    private static string Name(ComparedStateView state) => state.Name ?? CommonTexts.Now;

    private Task ChooseAsync(ChangeEventArgs e)
    {
        _with = e.Value?.ToString() ?? "";
        (_answer, _failure) = (null, null);
        return CompareAsync();
    }

    private async Task CompareAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var asked = _with;
        var answer = await Snapshots.CompareAsync(actor, Snapshot.Id, Guid.TryParse(asked, out var other) ? other : null, CancellationToken.None);
        if (asked == _with)
        {
            (_answer, _failure) = (answer.Value, Sentences.Say(answer.Failure?.Message));
        }
    }
}
