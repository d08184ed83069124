using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Where the first administrator is made, and is signed in. A token that is wrong, used or too late gets the same answer.</summary>
public partial class Setup
{
    private bool _isOpen;
    private IReadOnlyList<string> _errors = [];

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [SupplyParameterFromQuery(Name = AccountRoutes.LinkToken)]
    private string? Token { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private FirstAdministrator First { get; set; } = default!;

    [Inject]
    private AccountPostLimit Limit { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private AccountHistory History { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model();
        _isOpen = await First.IsOpenAsync(Token);
        if (!_isOpen)
        {
            Refuse();
        }
    }

    private async Task MakeAsync()
    {
        if (!_isOpen)
        {
            return;
        }

        if (!Limit.TryTake(HttpContext))
        {
            _errors = [AccountPostLimit.Refusal];
            return;
        }

        (var made, _errors) = await First.MakeAsync(Token, Input.Email.Trim(), Input.Name.Trim(), Input.Password);
        if (made is null)
        {
            _isOpen = _errors.Count > 0;
            if (!_isOpen)
            {
                Refuse();
            }

            return;
        }

        var user = await Users.FindByIdAsync(made.Id.ToString()) ?? throw new InvalidOperationException($"The account {made.Id} was deleted while it was made.");
        await SignInManager.SignInAsync(user, isPersistent: false);
        await History.NoteAsync(user, AccountEventKind.SignedIn, Origin.Of(HttpContext));
        Navigation.NavigateTo("/admin/readiness?first=true");
    }

    private void Refuse()
    {
        if (!HttpContext.Response.HasStarted)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status410Gone;
        }
    }

    /// <summary>The form.</summary>
    internal sealed class Model : NewPassword
    {
        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterTheNameOthersShouldSee))]
        [StringLength(100, ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.AtMost100Characters))]
        public string Name { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourEMailAddress))]
        [EmailAddress(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.ThisIsNoEMailAddress))]
        [StringLength(256, ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.AtMost256Characters))]
        public string Email { get; set; } = "";
    }
}
