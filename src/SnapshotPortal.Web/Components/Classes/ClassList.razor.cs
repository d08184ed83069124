using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Classes;

/// <summary>The classes that the person teaches or is in.</summary>
public sealed partial class ClassList
{
    private IReadOnlyList<ClassView>? _classes;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public IReadOnlyList<ClassView>? Prerendered { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool MayMake => Actor is { IsTeacher: true } or { IsAdministrator: true };

    protected override void OnInitialized() => _classes = Prerendered;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => _classes = Prerendered = await Classes.ListAsync(actor, cancellationToken);

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Events.Any(static e => e is { ClassId: not null, Kind: EventKinds.ClassChanged or EventKinds.VmRemoved }))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private static IEnumerable<string> Facts(ClassView group)
    {
        if (ClassWords.Term(group.StartsOn, group.EndsOn) is { } term)
        {
            yield return term;
        }

        if (group.MyRole != ClassRole.Student)
        {
            yield return Counts.Students(group.Students);
            yield return Counts.Vms(group.Machines);
        }
    }

    private bool Teaches(ClassView group) => group.MyRole == ClassRole.Teacher || Actor is { IsAdministrator: true };

    private async Task MakeAsync()
    {
        if (await Dialogs.AskAsync(CommonTexts.NewClass, new DialogParameters<ClassDialog>()) is ClassDetailView made)
        {
            Navigation.NavigateTo($"/classes/{made.Class.Id}");
        }
    }
}
