using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Asks for one or several new machines from a snapshot.</summary>
public partial class CloneDialog
{
    private const int NamesShown = 3;

    private readonly CloneChoices _choices = new();
    private readonly string _key = Guid.NewGuid().ToString("N");
    private string _name = "";
    private string _userName = "";
    private IReadOnlyList<string> _taken = [];
    private NameSeries _series = new([], null);
    private bool _typed;
    private bool _more;
    private bool _asking;
    private string? _offerFailure;
    private Failure? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public VmView Vm { get; set; } = default!;

    [Parameter]
    public SnapshotView Snapshot { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ISnapshots Snapshots { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    private bool Several => _choices.HowMany is > 1;

    private string? NameError => _name.Length == 0 && _failure is null && !Several
        ? null
        : Sentences.Say(_series.Problem) ?? (_failure is { Field: "name" } failure ? Sentences.Say(failure.Message) : null);

    private string? DescriptionError => _choices.DescriptionError ?? (_failure is { Field: "description" } failure ? Sentences.Say(failure.Message) : null);

    private string CopySize => _choices.Offer is { } offer ? $" {DialogTexts.FormatAndTakesUpToCopyBytes(Words.Size(offer.Disks.Where(d => !_choices.Dropped.Contains(d.Target)).Sum(static d => d.CopyBytes)))}" : "";

    private string Preview => _series.Names switch
    {
        [] or [_] => DialogTexts.LettersDigitsAndHyphensSoThat,
        { Count: > NamesShown } names => $"{string.Join(", ", names.Take(NamesShown - 1))}, … {names[^1]}",
        var names => string.Join(", ", names),
    };

    protected override async Task OnInitializedAsync()
    {
        _name = FreeNames.Vm(Vm.Name, [Vm.Name]);
        Name();
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _userName = actor.Name;
        var mine = await Machines.ListAsync(actor, new VmQuery(Everybodys: actor.IsAdministrator, Take: 500), CancellationToken.None);
        _taken = [.. mine.Items.Select(static vm => vm.Name), Vm.Name];
        if (!_typed)
        {
            _name = FreeNames.Vm(Vm.Name, _taken);
        }

        Name();
        StateHasChanged();
        var offer = await Snapshots.PreviewCloneAsync(actor, Snapshot.Id, CancellationToken.None);
        _choices.Offer = offer.Value;

        // As it is, it cannot be: what has to be changed is not to be looked for.
        _more |= _choices.MemoryError is not null;
        _choices.Identity = offer.Value?.HasAgent ?? false;
        _offerFailure = Sentences.Say(offer.Failure?.Message);
    }

    private void OnNameInput(string? text)
    {
        _typed = true;
        _name = text ?? "";
        _failure = null;
        Name();
    }

    private void OnCountInput(string? text)
    {
        _choices.Count = text ?? "";
        _failure = null;
        if (!_typed)
        {
            _name = Several ? $"{Names.ToVmName(Vm.Name)}-{{n:00}}" : FreeNames.Vm(Vm.Name, _taken);
        }

        Name();
    }

    /// <summary>What the pattern makes; for one machine the request itself says whether its name is taken.</summary>
    private void Name() => _series = NameSeries.Make(
        _name,
        Snapshot.Name,
        [.. Enumerable.Repeat(_userName, _choices.HowMany ?? 1)],
        Several ? _taken : []);

    private async Task CloneAsync()
    {
        if (_asking || _series.Problem is not null || !_choices.IsSound || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            _failure = await AskAsync(actor);
        }
        finally
        {
            _asking = false;
        }
    }

    private async Task<Failure?> AskAsync(Actor actor)
    {
        var names = _series.Names;
        if (names.Count > 1)
        {
            // Somebody else may have a machine of that name: nothing is made then.
            var taken = await Snapshots.TakenNamesAsync(actor, Snapshot.Id, names, CancellationToken.None);
            if (!taken.IsSuccess || taken.Value.Count > 0)
            {
                return taken.Failure ?? new Failure(FailureKind.Conflict, FailureCodes.NameTaken, DialogTexts.FormatTakenAlready(string.Join(", ", taken.Value!)), "name");
            }
        }

        OperationView? last = null;
        foreach (var name in names)
        {
            // The same key for the same name: a second click after a failure makes nothing twice.
            var answer = await Snapshots.CloneAsync(actor, Snapshot.Id, _choices.ToRequest(name, $"{_key}-{name}"), CancellationToken.None);
            if (!answer.IsSuccess)
            {
                return last is null ? answer.Failure : answer.Failure with { Message = DialogTexts.FormatTheMachinesBeforeNameAreBeing(name, Sentences.Say(answer.Failure.Message)), Field = null };
            }

            Mine.Note(last = answer.Value);
        }

        Dialog.Close(last);
        return null;
    }
}
