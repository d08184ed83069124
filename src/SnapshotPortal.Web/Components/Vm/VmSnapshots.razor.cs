using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Operations;
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
    // With more than this, only what is in sight is drawn.
    private const int DrawnAtOnce = 60;
    private const int WorthFinding = 10;
    private const int OneByOne = 4;
    private const float TypicalHeight = 118;

    private List<SnapshotView>? _snapshots;
    private List<SnapshotView>? _shown;
    private HashSet<Guid> _way = [];
    private VmInspectionView? _inspection;
    private Failure? _inspectionFailure;
    private bool _inspecting;
    private bool _inspectAgain;

    // Empty until somebody types: then the proposal no longer follows the clock.
    private string? _typedName;
    private readonly TypedText _find = new("find");
    private TakeChoices? _choices;
    private bool _asking;
    private string? _failure;
    private string _idempotencyKey = NewKey();

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    /// <summary>Who descends from what, instead of what came when.</summary>
    [Parameter]
    public bool AsTree { get; set; }

    /// <summary>Only those that are called like this.</summary>
    [Parameter]
    public string? Find { get; set; }

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private bool IsFinding => !string.IsNullOrWhiteSpace(Find);

    /// <summary>The same list as long as nothing in it changes: what is drawn by and by asks for it again and again.</summary>
    private List<SnapshotView> Shown => _shown ??= IsFinding ? [.. _snapshots!.Where(s => s.Name.Contains(Find!.Trim(), StringComparison.CurrentCultureIgnoreCase))] : _snapshots!;

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
            return _snapshots?.Find(s => s.Id == Vm.CurrentSnapshotId) is { } from ? VmTexts.FormatStateGoesOnFromName(state, from.Name) : state;
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

        var own = batch.Events.Where(e => e.VmId == Vm.Id).ToList();
        if (own.Count == 0)
        {
            return false;
        }

        // A step of a snapshot that is being taken changes that one; whatever else happened may have changed all of them.
        var ids = own.Select(static e => e.SnapshotId).Distinct().ToList();
        if (_snapshots is null || ids.Count > OneByOne || own.Exists(e => e.Kind != nameof(OperationKind.TakeSnapshot) || e.State != nameof(OperationState.Running) || e.SnapshotId is not { } id || !_snapshots.Exists(s => s.Id == id)))
        {
            await ReadSnapshotsAsync(actor, cancellationToken);
            return true;
        }

        foreach (var id in ids)
        {
            var answer = await Snapshots.GetAsync(actor, id!.Value, cancellationToken);
            if (!answer.IsSuccess)
            {
                await ReadSnapshotsAsync(actor, cancellationToken);
                return true;
            }

            _snapshots[_snapshots.FindIndex(s => s.Id == id)] = answer.Value;
        }

        Way();
        return true;
    }

    protected override void OnParametersSet()
    {
        _find.Follow(Find);
        Way();
    }

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

    private void OnFind(string? text) => _find.Type(text, Navigation);

    private void ShowAll() => OnFind("");

    private void Way()
    {
        _shown = null;
        _way = Timeline.WayToNow(_snapshots ?? [], Vm.CurrentSnapshotId ?? _snapshots?.Find(static s => s.IsCurrent)?.Id);
    }

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

    private void OnNameInput(string? text)
    {
        _typedName = text ?? "";
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
