using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Says what flattening does and costs, and asks for it.</summary>
public partial class FlattenDialog
{
    private readonly string _idempotencyKey = Guid.NewGuid().ToString("N");
    private StorageView? _map;
    private bool _foreign;
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IStorage Storage { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            var answer = await Storage.MapAsync(actor, Vm.Id, CancellationToken.None);
            _map = answer.Value;
            _failure = Sentences.Say(answer.Failure?.Message);

            // A disk that stood on another file before the portal had it: the host sees that file, the portal's map does not.
            var seen = (await Machines.InspectAsync(actor, Vm.Id, CancellationToken.None)).Value;
            _foreign = _map is { } map && seen is not null && seen.Disks.Any(d => d.Included && d.ChainDepth > map.Depth);
        }
    }

    /// <summary>The bytes below the present state, whoever else needs them.</summary>
    private long Behind(StorageView map) => map.Layers.Where(l => !l.IsPresent && l.Vms.Any(v => v.Id == Vm.Id)).Sum(static l => l.Allocation);

    private async Task FlattenAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Storage.FlattenAsync(actor, Vm.Id, _idempotencyKey, CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Mine.Note(answer.Value);
            Dialog.Close(answer.Value);
        }
    }
}
