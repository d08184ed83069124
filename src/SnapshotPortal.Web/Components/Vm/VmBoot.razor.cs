using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>Whether the machine starts with its host, and what it boots from, as the host says now.</summary>
public sealed partial class VmBoot
{
    private BootSettings? _boot;
    private List<Row> _rows = [];
    private bool _starts;
    private string? _why;
    private string? _failure;
    private bool _asking;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    private string? WhyNot => VmRules.WhyNotConfigure(Vm);

    private string? WhyNotStarts => Vm.Class is null || _starts ? null : VmTexts.MachinesOfAClassAreStartedByPeople;

    private bool IsOn => Vm.Power.IsOn();

    private bool NothingChosen => _rows.Count > 0 && _rows.TrueForAll(static r => !r.Chosen);

    private bool IsChanged => StartsChanged || OrderChanged;

    private bool StartsChanged => _boot is { } boot && boot.StartsWithHost != _starts;

    private bool OrderChanged => _boot is { } boot && !boot.Devices.Where(static d => d.Place is not null).Select(static d => d.Id).SequenceEqual(Chosen, StringComparer.Ordinal);

    private IEnumerable<string> Chosen => _rows.Where(static r => r.Chosen).Select(static r => r.Id);

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        var answer = await Machines.BootAsync(actor, Vm.Id, cancellationToken);
        _why = Sentences.Say(answer.Failure?.Message);

        // What is being chosen stays, unless the host says something else than before.
        if (!answer.IsSuccess || !Same(_boot, answer.Value))
        {
            _boot = answer.Value;
            _starts = _boot?.StartsWithHost ?? false;
            _rows = [.. (_boot?.Devices ?? []).Select(static d => new Row(d.Id, d.Kind, d.Place is not null))];
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (!InspectionEvents.Any(batch, Vm.Id))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private static bool Same(BootSettings? before, BootSettings now)
        => before is not null && before.StartsWithHost == now.StartsWithHost && before.HasOwnKernel == now.HasOwnKernel && before.Devices.SequenceEqual(now.Devices);

    private static string Name(Row row) => row.Kind switch
    {
        BootDeviceKind.CdRom => VmTexts.FormatDiscDrive(row.Id),
        BootDeviceKind.Floppy => VmTexts.FormatFloppyDrive(row.Id),
        BootDeviceKind.Network => VmTexts.FormatNetworkCard(row.Id),
        _ => VmTexts.FormatDiskNamed(row.Id),
    };

    private void Toggle(int at) => _rows[at] = _rows[at] with { Chosen = !_rows[at].Chosen };

    private void Move(int at, int by) => (_rows[at], _rows[at + by]) = (_rows[at + by], _rows[at]);

    private async Task SaveAsync()
    {
        if (_asking || NothingChosen || WhyNot is not null || !IsChanged || Actor is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var request = new ConfigureVmRequest(
                StartsWithHost: StartsChanged ? _starts : null,
                BootOrder: OrderChanged ? [.. Chosen] : null,
                IdempotencyKey: Guid.NewGuid().ToString("N"));
            var answer = await Machines.ConfigureAsync(actor, Vm.Id, request, CancellationToken.None);
            _failure = Sentences.Say(answer.Failure?.Message);
            if (answer.IsSuccess)
            {
                Mine.Note(answer.Value);
            }
        }
        finally
        {
            _asking = false;
        }
    }

    /// <param name="Id">Which.</param>
    /// <param name="Kind">What it is.</param>
    /// <param name="Chosen">It is booted from.</param>
    private sealed record Row(string Id, BootDeviceKind Kind, bool Chosen);
}
