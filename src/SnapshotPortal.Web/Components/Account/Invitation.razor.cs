using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Where somebody who was invited sets their name and password, and is signed in.</summary>
public partial class Invitation
{
    private InvitedPerson? _person;
    private IReadOnlyList<string> _errors = [];

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [SupplyParameterFromQuery(Name = AccountRoutes.LinkUser)]
    private string? UserId { get; set; }

    [SupplyParameterFromQuery(Name = AccountRoutes.LinkToken)]
    private string? Token { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private IInvitations Invitations { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private AccountHistory History { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        _person = Guid.TryParse(UserId, out var id) && Token is { } token ? await Invitations.FindAsync(id, token) : null;
        Input ??= new Model { Name = _person?.Name ?? "" };
        if (_person is null && !HttpContext.Response.HasStarted)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status410Gone;
        }
    }

    private async Task AcceptAsync()
    {
        if (_person is not { } person)
        {
            return;
        }

        _errors = await Invitations.AcceptAsync(person.Id, Token!, Input.Name, Input.Password);
        if (_errors.Count > 0)
        {
            return;
        }

        var user = await Users.FindByIdAsync(person.Id.ToString()) ?? throw new InvalidOperationException($"The account {person.Id} was deleted while its invitation was accepted.");
        await SignInManager.SignInAsync(user, isPersistent: false);
        await History.NoteAsync(user, AccountEventKind.SignedIn, Origin.Of(HttpContext));
        Navigation.NavigateTo("/");
    }

    /// <summary>The form.</summary>
    internal sealed class Model : NewPassword
    {
        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterTheNameOthersShouldSee))]
        [StringLength(100, ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.AtMost100Characters))]
        public string Name { get; set; } = "";
    }
}
