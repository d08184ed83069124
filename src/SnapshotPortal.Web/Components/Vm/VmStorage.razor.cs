using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>The bytes behind a machine: who needs them, what would come back, and the copies that were made.</summary>
public sealed partial class VmStorage
{
    private StorageView? _map;
    private IReadOnlyList<ExportView> _exports = [];
    private string? _missing;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IStorage Storage { get; set; } = default!;

    [Inject]
    private IExports Exports { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private string? WhyNot => VmRules.WhyNotUsable(Vm);

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var map = await Storage.MapAsync(actor, Vm.Id, cancellationToken);
        _map = map.Value;
        _missing = Sentences.Say(map.Failure?.Message);
        await ReadExportsAsync(actor, cancellationToken);
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (InspectionEvents.Any(batch, Vm.Id))
        {
            await LoadAsync(actor, cancellationToken);
            return true;
        }

        // The progress of an export moves; the map does not.
        if (!batch.Events.Any(e => e.VmId == Vm.Id))
        {
            return false;
        }

        await ReadExportsAsync(actor, cancellationToken);
        return true;
    }

    private static string Width(long part, long whole)
        => string.Create(CultureInfo.InvariantCulture, $"width:{(whole == 0 ? 0 : 100.0 * part / whole):0.##}%");

    private static string Depth(StorageView map) => map.Depth switch
    {
        <= 1 => VmTexts.ItsDisksStandAloneNothingLies,
        > ChainLimits.WarnAbove => VmTexts.FormatDepthFilesLieBehindItsLongest(map.Depth, ChainLimits.RefuseAbove),
        _ => VmTexts.FormatDepthFilesLieBehindItsLongestDisk(map.Depth, ChainLimits.WarnAbove, ChainLimits.RefuseAbove),
    };

    private string Name(Guid snapshotId)
        => _map?.Layers.SelectMany(static l => l.HeldBy).FirstOrDefault(s => s.Id == snapshotId)?.Name ?? VmTexts.ASnapshot;

    private async Task ReadExportsAsync(Actor actor, CancellationToken cancellationToken)
        => _exports = (await Exports.ListAsync(actor, Vm.Id, cancellationToken)).Value ?? [];

    private async Task FlattenAsync() => await Dialogs.AskAsync(CommonTexts.Flatten, new DialogParameters<FlattenDialog> { { static d => d.Vm, Vm } });

    private async Task ExportAsync() => await Dialogs.AskAsync(CommonTexts.Export, new DialogParameters<ExportDialog> { { static d => d.Vm, Vm } });
}
