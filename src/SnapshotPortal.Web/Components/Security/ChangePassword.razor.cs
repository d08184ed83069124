using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Security;

/// <summary>Changes one's own password, which ends every other session. Whoever has none sets one.</summary>
public partial class ChangePassword
{
    private IReadOnlyList<string> _errors = [];
    private PortalUser? _withoutPassword;

    [SupplyParameterFromForm(FormName = "password")]
    private Model Input { get; set; } = default!;

    /// <summary>What was done on the way here.</summary>
    [SupplyParameterFromQuery]
    private string? Notice { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private PasswordProof Proof { get; set; } = default!;

    [Inject]
    private AccountAudit Audit { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model();
        _withoutPassword = await Users.GetUserAsync(HttpContext.User) is { PasswordHash: null } user ? user : null;
    }

    private async Task ChangeAsync()
    {
        if (await Users.GetUserAsync(HttpContext.User) is not { } user)
        {
            return;
        }

        var origin = Origin.Of(HttpContext);
        if (await Proof.RefusalAsync(user, Input.Current, origin) is { } refusal)
        {
            _errors = [refusal];
            return;
        }

        var result = await Audit.ChangeAsync(
            AccountHistory.Line(user, AccountEventKind.PasswordChanged, origin),
            () => Users.ChangePasswordAsync(user, Input.Current, Input.Password),
            static changed => changed.Succeeded);
        if (!result.Succeeded)
        {
            _errors = [.. result.Errors.Select(static e => e.Description)];
            return;
        }

        await SignInManager.RefreshSignInAsync(user);
        await Letters.ChangedAsync(user.Id, AccountEventKind.PasswordChanged, HttpContext.RequestAborted);
        Navigation.NavigateTo("/account");
    }

    /// <summary>The form.</summary>
    internal sealed class Model : NewPassword
    {
        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourPresentPassword))]
        public string Current { get; set; } = "";
    }
}
