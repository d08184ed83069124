using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Sets a new password by a link that was sent to the account's address. A second factor is asked for at the sign-in that follows.</summary>
public partial class ResetPassword
{
    private PortalUser? _user;
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
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private AccountAudit Audit { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model();
        if (Guid.TryParse(UserId, out var id)
            && Token is { } token
            && await Users.FindByIdAsync(id.ToString()) is { } user
            && await Users.VerifyUserTokenAsync(user, PasswordResetTokens.Provider, UserManager<PortalUser>.ResetPasswordTokenPurpose, token))
        {
            _user = user;
        }
        else if (!HttpContext.Response.HasStarted)
        {
            HttpContext.Response.StatusCode = StatusCodes.Status410Gone;
        }
    }

    private async Task ResetAsync()
    {
        if (_user is not { } user)
        {
            return;
        }

        // One write with the password: the link proves the address, and whoever holds it need not wait for a lockout's end.
        user.EmailConfirmed = true;
        user.LockoutEnd = null;
        user.AccessFailedCount = 0;
        var result = await Audit.ChangeAsync(
            AccountHistory.Line(user, AccountEventKind.PasswordReset, Origin.Of(HttpContext)),
            () => Users.ResetPasswordAsync(user, Token!, Input.Password),
            static reset => reset.Succeeded);
        if (!result.Succeeded)
        {
            _errors = [.. result.Errors.Select(static e => e.Description)];
            return;
        }

        await Letters.ChangedAsync(user.Id, AccountEventKind.PasswordReset, HttpContext.RequestAborted);
        Navigation.NavigateTo($"{AccountRoutes.SignIn}?notice=password-set");
    }

    /// <summary>The form.</summary>
    internal sealed class Model : NewPassword;
}
