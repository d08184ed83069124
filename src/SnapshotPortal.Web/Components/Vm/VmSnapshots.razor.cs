using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>Takes snapshots of one machine and shows them on a time line, live.</summary>
public sealed partial class VmSnapshots
{
    private List<SnapshotView>? _snapshots;
    private HashSet<Guid> _way = [];
    private VmInspectionView? _inspection;
    private Failure? _inspectionFailure;
    private bool _inspecting;
    private bool _inspectAgain;

    // Empty until somebody types: then the proposal no longer follows the clock.
    private string? _typedName;
    private TakeChoices? _choices;
    private bool _asking;
    private string? _failure;
    private string _idempotencyKey = NewKey();

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    /// <summary>Who descends from what, instead of what came when.</summary>
    [Parameter]
    public bool AsTree { get; set; }

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private string Name => _typedName ?? FreeNames.Snapshot(Time, _snapshots?.Select(static s => s.Name) ?? []);

    private string? NameError => _typedName is null ? null : Sentences.Say(Names.CheckSnapshotName(_typedName));

    private string? WhyNot => VmRules.WhyNotUsable(Vm) ?? (_inspection is { CanTakeSnapshot: false, WhyNot: { } why } ? why : null);

    private IReadOnlyList<DiskView> LeftOut => [.. (_inspection?.Disks ?? []).Where(static d => !d.Included && d.Device == "disk")];

    private string? NeededNote => this switch
    {
        { _inspection.NeededBytes: not { } } => null,
        { _inspection: { NeededBytes: { } needed, TypicalDuration: { } typical } } => VmTexts.FormatNeededMustBeFreeForA(Words.Size(needed), Words.Duration(typical)),
        _ => VmTexts.FormatNeededBytesMustBeFreeForA(Words.Size(_inspection!.NeededBytes!.Value)),
    };

    private string Expectation => this switch
    {
        { _inspection: { AgentConnected: true, TypicalFreezeWindow: { } window } } when Vm.Power == PowerState.Running
            => VmTexts.FormatGuestAgentConnectedFileSystemsWill(Words.Duration(window)),
        { _inspection: { } inspection } => inspection.Expectation,
        { _inspectionFailure: { } failure } => failure.Message,
        _ => VmTexts.AskingTheHostWhatASnapshot,
    };

    private string NowText
    {
        get
        {
            var state = Words.Power(Vm.Power);
            return _snapshots?.Find(s => s.Id == Vm.CurrentSnapshotId) is { } from ? VmTexts.FormatStateChangedSinceFromName(state, from.Name) : state;
        }
    }

    protected override void OnInitialized() => Time.Changed += OnTick;

    protected override void Leave() => Time.Changed -= OnTick;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        await ReadSnapshotsAsync(actor, cancellationToken);
        BeginInspection(actor);
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (InspectionEvents.Any(batch, Vm.Id))
        {
            BeginInspection(actor);
        }

        if (!batch.Events.Any(e => e.VmId == Vm.Id))
        {
            return false;
        }

        await ReadSnapshotsAsync(actor, cancellationToken);
        return true;
    }

    protected override void OnParametersSet() => Way();

    private static string NewKey() => Guid.NewGuid().ToString("N");

    private async Task ReadSnapshotsAsync(Actor actor, CancellationToken cancellationToken)
    {
        var answer = await Snapshots.ListAsync(actor, Vm.Id, cancellationToken);
        if (answer.IsSuccess)
        {
            _snapshots = [.. answer.Value];
            Way();
        }
    }

    private void Way() => _way = Timeline.WayToNow(_snapshots ?? [], Vm.CurrentSnapshotId ?? _snapshots?.Find(static s => s.IsCurrent)?.Id);

    // The host may take seconds to answer, for example where a guest agent hangs; the time line does not wait for it.
    private void BeginInspection(Actor actor)
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        if (_inspecting)
        {
            _inspectAgain = true;
            return;
        }

        _ = InvokeAsync(async () =>
        {
            _inspecting = true;
            try
            {
                do
                {
                    _inspectAgain = false;
                    var answer = await Machines.InspectAsync(actor, Vm.Id, Gone);
                    _inspection = answer.Value;
                    _inspectionFailure = answer.Failure;
                }
                while (_inspectAgain && !Gone.IsCancellationRequested);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception)
            {
                _inspectionFailure = new Failure(FailureKind.Unavailable, FailureCodes.Internal, VmTexts.WhatToExpectOfASnapshot);
            }
            finally
            {
                _inspecting = false;
            }

            StateHasChanged();
        });
    }

    private void OnNameInput(ChangeEventArgs e)
    {
        _typedName = e.Value?.ToString() ?? "";
        _failure = null;
    }

    private void OnTick(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    private async Task TakeAsync()
    {
        if (_asking || WhyNot is not null || Actor is not { } actor)
        {
            return;
        }

        if (Names.CheckSnapshotName(Name) is { } wrong)
        {
            _failure = wrong;
            return;
        }

        if (_choices?.Deadline.Error is not null)
        {
            return;
        }

        _asking = true;
        try
        {
            // One key for each intention: a request that is sent again by accident answers with the same operation.
            var description = string.IsNullOrWhiteSpace(_choices?.Description) ? null : _choices.Description.Trim();
            var withMemory = _choices is { WithMemory: true } && _inspection is { MemoryBytes: not null };
            var request = new TakeSnapshotRequest(Name, description, _choices?.Deadline.Value, _idempotencyKey, withMemory);
            var answer = await Snapshots.TakeAsync(actor, Vm.Id, request, Gone);
            _idempotencyKey = NewKey();
            _failure = Sentences.Say(answer.Failure?.Message);
            if (answer.IsSuccess)
            {
                _typedName = null;
                _choices = null;
                Mine.Note(answer.Value);
                await ReadSnapshotsAsync(actor, Gone);
            }
        }
        finally
        {
            _asking = false;
        }
    }
}
