using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Asks for a new machine from a template.</summary>
public partial class UseTemplateDialog
{
    private string _name = "";
    private bool _start = true;
    private bool _typed;
    private bool _asking;
    private Failure? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public TemplateView Template { get; set; } = default!;

    [Inject]
    private ITemplates Templates { get; set; } = default!;

    [Inject]
    private IVirtualMachines Machines { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    private string? NameError => _name.Length == 0 && _failure is null
        ? null
        : Sentences.Say(Names.CheckVmName(_name)) ?? (_failure is { Field: "name" } failure ? Sentences.Say(failure.Message) : null);

    protected override async Task OnInitializedAsync()
    {
        _name = Names.ToVmName(Template.Title);
        if (await CurrentActor.GetAsync() is { } actor)
        {
            var mine = await Machines.ListAsync(actor, new VmQuery(Everybodys: actor.IsAdministrator, Take: 500), CancellationToken.None);
            if (!_typed && mine.Items.Any(vm => string.Equals(vm.Name, _name, StringComparison.OrdinalIgnoreCase)))
            {
                _name = FreeNames.Vm(_name, mine.Items.Select(static vm => vm.Name));
            }
        }
    }

    private void OnNameInput(string? text)
    {
        _typed = true;
        _name = text ?? "";
        _failure = null;
    }

    private async Task MakeAsync()
    {
        if (_asking || Names.CheckVmName(_name) is not null || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Templates.CloneAsync(actor, Template.Id, new CloneVmRequest(_name, Start: _start, IdempotencyKey: Guid.NewGuid().ToString("N")), CancellationToken.None);
            _failure = answer.Failure;
            if (answer.IsSuccess)
            {
                Mine.Note(answer.Value);
                Dialog.Close(answer.Value);
            }
        }
        finally
        {
            _asking = false;
        }
    }
}
