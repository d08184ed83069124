using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Accounts;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>An administrator deletes somebody's account, and says what becomes of the machines.</summary>
public partial class DeleteAccountDialog
{
    private BelongingsView? _has;
    private MachineFate _fate = MachineFate.Give;
    private Guid? _heir;
    private string _typed = "";
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter, EditorRequired]
    public PersonView Person { get; set; } = default!;

    /// <summary>Everybody.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<PersonView> People { get; set; } = [];

    [Inject]
    private IAccountClosing Closing { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    private IReadOnlyList<PersonView> Others => [.. People.Where(p => p.Id != Person.Id)];

    private bool HasSomething => _has is { } has && has.Machines.Count + has.Templates.Count + has.TaughtAlone.Count > 0;

    private bool IsConfirmed => _has is not null
        && string.Equals(_typed.Trim(), Person.Email, StringComparison.OrdinalIgnoreCase)
        && (_fate != MachineFate.Give || _heir is not null);

    protected override async Task OnInitializedAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Closing.PreviewAsync(actor, Person.Id, CancellationToken.None);
        (_has, _failure) = (answer.Value, Sentences.Say(answer.Failure?.Message));
        if (!HasSomething)
        {
            _fate = MachineFate.Leave;
        }
    }

    private async Task DeleteAsync()
    {
        if (!IsConfirmed || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Closing.CloseAsync(actor, Person.Id, new CloseAccountRequest(_fate, _fate == MachineFate.Give ? _heir : null), CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Dialog.Close(Person);
        }
    }
}
