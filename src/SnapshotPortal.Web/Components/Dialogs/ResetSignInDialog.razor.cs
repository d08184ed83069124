using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>An administrator takes away what somebody signs in with: the second factor, the passkeys, the connection with a provider.</summary>
public partial class ResetSignInDialog
{
    private bool _factor;
    private bool _passkeys;
    private bool _connection;
    private string? _failure;
    private PersonView? _changed;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter, EditorRequired]
    public PersonView Person { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    private PersonView Now => _changed ?? Person;

    private bool LeavesNoWay => !Now.HasPassword
        && (_passkeys || _connection)
        && (_passkeys || Now.Passkeys == 0)
        && (_connection || Now.ConnectedWith is null);

    /// <summary>There is something that can be taken away.</summary>
    public static bool CanReset(PersonView person) => person is { SecondFactor: true } or { Passkeys: > 0 } or { ConnectedWith: not null };

    protected override void OnInitialized()
    {
        // Where there is one thing only, nobody has to say which.
        var (passkeys, connected) = (Person.Passkeys > 0, Person.ConnectedWith is not null);
        _factor = Person.SecondFactor && !passkeys && !connected;
        _passkeys = passkeys && !Person.SecondFactor && !connected;
        _connection = connected && !Person.SecondFactor && !passkeys;
    }

    private async Task ResetAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _failure = null;
        _factor = _factor && !await DoneAsync(() => People.ResetSecondFactorAsync(actor, Person.Id, CancellationToken.None));
        _passkeys = _passkeys && !await DoneAsync(() => People.ResetPasskeysAsync(actor, Person.Id, CancellationToken.None));
        _connection = _connection && !await DoneAsync(() => People.DisconnectAsync(actor, Person.Id, CancellationToken.None));
        if (_failure is null)
        {
            Close();
        }
    }

    private async Task<bool> DoneAsync(Func<Task<Outcome<PersonView>>> reset)
    {
        var answer = await reset();
        _failure ??= Sentences.Say(answer.Failure?.Message);
        _changed = answer.Value ?? _changed;
        return answer.IsSuccess;
    }

    private void Close()
    {
        if (_changed is null)
        {
            Dialog.Cancel();
        }
        else
        {
            Dialog.Close(_changed);
        }
    }
}
