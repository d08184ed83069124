using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Makes an account, where registration is open.</summary>
public partial class Register
{
    private IReadOnlyList<string> _errors = [];
    private string? _sentTo;

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private IOptions<RegistrationOptions> RegistrationSetting { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private AccountAudit Audit { get; set; } = default!;

    [Inject]
    private AccountHistory History { get; set; } = default!;

    [Inject]
    private AccountPostLimit Limit { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    protected override void OnInitialized()
    {
        Input ??= new Model();
        if (!RegistrationSetting.Value.Open)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
    }

    private async Task RegisterAsync()
    {
        // The form is not shown while registration is closed, but a form from before, or one made by hand, can still come.
        if (!RegistrationSetting.Value.Open)
        {
            return;
        }

        if (PeopleDirectory.CheckName(Input.Name) is { } wrong)
        {
            _errors = [wrong.Message];
            return;
        }

        if (RegistrationSetting.Value.ConfirmAddress && !Limit.TryTake(HttpContext))
        {
            _errors = [AccountPostLimit.Refusal];
            return;
        }

        var email = Input.Email.Trim();
        var user = new PortalUser { UserName = email, Email = email, DisplayName = Input.Name.Trim(), Language = Languages.Current };
        var result = await Audit.ChangeAsync(
            AccountHistory.Line(user, AccountEventKind.SignedIn, Origin.Of(HttpContext)) with { Act = AuditActs.AccountMade },
            () => Users.CreateAsync(user, Input.Password),
            static made => made.Succeeded);
        if (!result.Succeeded)
        {
            // Identity reports a taken address twice, as the user name and as the e-mail address.
            var errors = result.Errors.Where(static e => e.Code is not nameof(IdentityErrorDescriber.DuplicateUserName)).ToList();
            if (RegistrationSetting.Value.ConfirmAddress && errors.TrueForAll(static e => e.Code is nameof(IdentityErrorDescriber.DuplicateEmail)))
            {
                // Only the address's owner learns that there is an account.
                await Letters.TakenAsync(email, HttpContext.RequestAborted);
                _sentTo = email;
                return;
            }

            _errors = [.. errors.Select(static e => e.Description).Distinct()];
            return;
        }

        if (RegistrationSetting.Value.ConfirmAddress)
        {
            await Letters.ConfirmAsync(email, HttpContext.RequestAborted);
            _sentTo = email;
            return;
        }

        await SignInManager.SignInAsync(user, isPersistent: false);
        await History.NoteAsync(user, AccountEventKind.SignedIn, Origin.Of(HttpContext));
        Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
    }

    /// <summary>The form.</summary>
    internal sealed class Model : NewPassword
    {
        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterTheNameOthersShouldSee))]
        [StringLength(100, ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.AtMost100Characters))]
        public string Name { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourEMailAddress))]
        [EmailAddress(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.ThisIsNoEMailAddress))]
        public string Email { get; set; } = "";
    }
}
