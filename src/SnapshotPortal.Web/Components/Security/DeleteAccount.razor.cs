using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Accounts;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Security;

/// <summary>Deletes one's own account, and asks what becomes of the machines.</summary>
public partial class DeleteAccount
{
    private string? _error;
    private BelongingsView? _has;

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private IAccountClosing Closing { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private PasswordProof Proof { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model();
        if (CurrentActor.From(HttpContext.User) is { } actor)
        {
            _has = (await Closing.PreviewAsync(actor, actor.UserId, HttpContext.RequestAborted)).Value;
        }
    }

    private async Task DeleteAsync()
    {
        if (await Users.GetUserAsync(HttpContext.User) is not { } user || CurrentActor.From(HttpContext.User) is not { } actor)
        {
            return;
        }

        if (!string.Equals(Input.Email.Trim(), user.Email, StringComparison.OrdinalIgnoreCase))
        {
            _error = PeopleTexts.ThisIsNotYourAddress;
            return;
        }

        if (await Proof.RefusalAsync(user, Input.Password, Origin.Of(HttpContext)) is { } refusal)
        {
            _error = refusal;
            return;
        }

        // Whoever leaves in the middle must not be left with half an answer: what is decided is carried out.
        var outcome = await Closing.CloseAsync(actor, user.Id, new CloseAccountRequest(Input.Machines), CancellationToken.None);
        if (!outcome.IsSuccess)
        {
            _error = Sentences.Say(outcome.Failure.Message);
            return;
        }

        await SignInManager.SignOutAsync();
        Navigation.NavigateTo(AccountRoutes.AfterDeletion);
    }

    /// <summary>The form.</summary>
    internal sealed class Model
    {
        public MachineFate Machines { get; set; }

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourEMailAddress))]
        public string Email { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourPassword))]
        public string Password { get; set; } = "";
    }
}
