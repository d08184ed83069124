using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>Everybody with an account, and what they are.</summary>
public partial class AdminPeople
{
    private string? _failure;
    private string _name = "";
    private string _email = "";
    private bool _adding;
    private (string Email, string Address)? _link;

    [Parameter, EditorRequired]
    public IReadOnlyList<PersonView> People { get; set; } = [];

    /// <summary>Who looks.</summary>
    [Parameter]
    public Guid? Me { get; set; }

    /// <summary>Somebody has other roles now.</summary>
    [Parameter]
    public EventCallback<PersonView> OnChanged { get; set; }

    /// <summary>Somebody has no account any more.</summary>
    [Parameter]
    public EventCallback<PersonView> OnDeleted { get; set; }

    [Inject]
    private IPeople Directory { get; set; } = default!;

    [Inject]
    private IInvitations Invitations { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private static bool Has(PersonView person, string role) => person.Roles.Contains(role, StringComparer.Ordinal);

    private static string WaysOf(PersonView person)
    {
        string?[] ways =
        [
            person.HasPassword ? CommonTexts.Password : null,
            person.SecondFactor ? CommonTexts.SecondFactor : null,
            person.Passkeys > 0 ? Counts.Passkeys(person.Passkeys) : null,
            person.ConnectedWith,
        ];
        return string.Join(" · ", ways.OfType<string>());
    }

    /// <summary>Gives or takes a role. Bound, not only listened to: where it is not agreed to, the box turns back in the browser.</summary>
    private async Task SetAsync(PersonView person, string role, bool has)
    {
        if (await CurrentActor.GetAsync() is not { } actor || !await AgreedAsync(person, role, has))
        {
            return;
        }

        var answer = await Directory.SetRoleAsync(actor, person.Id, role, has, CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.Value is { } changed)
        {
            await OnChanged.InvokeAsync(changed);
        }
    }

    private async Task AddAsync()
    {
        if (_adding || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _adding = true;
        try
        {
            var answer = await Directory.AddAsync(actor, _email, _name, CancellationToken.None);
            _failure = Sentences.Say(answer.Failure?.Message);
            if (answer.Value is { } person)
            {
                (_name, _email) = ("", "");
                await OnChanged.InvokeAsync(person);
                await InviteAsync(person);
            }
        }
        finally
        {
            _adding = false;
        }
    }

    private async Task InviteAsync(PersonView person)
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _link = null;
        if (Invitations.CanSend)
        {
            var sent = await Invitations.SendAsync(actor, classId: null, person.Id, CancellationToken.None);
            _failure = Sentences.Say(sent.Failure?.Message);
            if (sent.IsSuccess)
            {
                Snackbar.Add(PageTexts.FormatAnInvitationIsOnItsWay(sent.Value), Severity.Success);
            }

            return;
        }

        var made = await Invitations.MakeLinkAsync(actor, classId: null, person.Id, CancellationToken.None);
        _failure = Sentences.Say(made.Failure?.Message);
        _link = made.IsSuccess ? (person.Email, Navigation.ToAbsoluteUri(made.Value).AbsoluteUri) : null;
    }

    private async Task ResetAsync(PersonView person)
    {
        var parameters = new DialogParameters<ResetSignInDialog> { { static d => d.Person, person } };
        if (await Dialogs.AskAsync(PeopleTexts.FormatResetHowTheySignIn(person.DisplayName), parameters) is PersonView changed)
        {
            await OnChanged.InvokeAsync(changed);
        }
    }

    private async Task SetDisabledAsync(PersonView person, bool disabled)
    {
        if (await CurrentActor.GetAsync() is not { } actor
            || (disabled && !await Dialogs.ConfirmAsync(
                PeopleTexts.FormatLockTheAccountOf(person.DisplayName),
                PeopleTexts.WithinFiveSecondsTheirSessionsEnd,
                PeopleTexts.Lock)))
        {
            return;
        }

        var answer = await Directory.SetDisabledAsync(actor, person.Id, disabled, CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.Value is { } changed)
        {
            await OnChanged.InvokeAsync(changed);
        }
    }

    private async Task DeleteAsync(PersonView person)
    {
        var parameters = new DialogParameters<DeleteAccountDialog> { { static d => d.Person, person }, { static d => d.People, People } };
        if (await Dialogs.AskAsync(PeopleTexts.FormatDeleteTheAccountOf(person.DisplayName), parameters) is PersonView deleted)
        {
            await OnDeleted.InvokeAsync(deleted);
        }
    }

    private async Task<bool> AgreedAsync(PersonView person, string role, bool has)
        => role != PortalRoles.Administrator
            || await Dialogs.ConfirmAsync(
                has ? PageTexts.FormatMakeDisplayNameAnAdministrator(person.DisplayName) : PageTexts.FormatTakeAdministrationFromDisplayName(person.DisplayName),
                has ? PageTexts.AdministratorsSeeAndActOnEvery : PageTexts.TheyKeepTheirVMsAndClasses,
                has ? PageTexts.MakeAdministrator : PageTexts.TakeItAway);
}
