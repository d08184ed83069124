using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>The second step of a sign-in: a code from the authenticator app, or a recovery code.</summary>
public partial class SignInCode
{
    private static string WrongCode => AccountTexts.ThisCodeIsWrongTooOld;

    private PortalUser? _user;
    private string? _error;

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    [SupplyParameterFromQuery(Name = AccountRoutes.Remember)]
    private bool Remember { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private SecondFactor Factor { get; set; } = default!;

    [Inject]
    private PasswordProof Proof { get; set; } = default!;

    [Inject]
    private AccountHistory History { get; set; } = default!;

    [Inject]
    private ExternalSignIn External { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model();
        _user = await SignInManager.GetTwoFactorAuthenticationUserAsync();
    }

    private async Task CheckAsync()
    {
        if (_user is not { } user)
        {
            return;
        }

        if (user.DisabledAt is not null)
        {
            // Locked since the first step, at which the password was right.
            _error = PortalSignIn.Disabled;
            return;
        }

        if (await Users.IsLockedOutAsync(user))
        {
            _error = await Proof.LockedAsync(user);
            return;
        }

        var code = SecondFactor.Clean(Input.Code);
        var recovery = code.Length > 6;
        var result = recovery
            ? await SignInManager.TwoFactorRecoveryCodeSignInAsync(code)
            : await Factor.TryUseAsync(user, code)
                ? await SignInManager.TwoFactorAuthenticatorSignInAsync(code, Remember, rememberClient: false)
                : SignInResult.Failed;
        if (result.Succeeded)
        {
            await History.NoteAsync(user, recovery ? AccountEventKind.SignedInByRecoveryCode : AccountEventKind.SignedIn, Origin.Of(HttpContext));
            if (recovery)
            {
                await Letters.ChangedAsync(user.Id, AccountEventKind.SignedInByRecoveryCode, HttpContext.RequestAborted);
            }

            await External.ConnectPendingAsync(user, Origin.Of(HttpContext));
            Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
            return;
        }

        // Six digits can be guessed by a million attempts: they count like wrong passwords.
        await Users.AccessFailedAsync(user);
        if (await Users.IsLockedOutAsync(user))
        {
            await History.NoteLockoutAsync(user.Id, Origin.Of(HttpContext));
            _error = await Proof.LockedAsync(user);
            return;
        }

        await History.NoteFailureAsync(user, Origin.Of(HttpContext));
        _error = WrongCode;
    }

    /// <summary>The form.</summary>
    internal sealed class Model
    {
        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterTheCode))]
        public string Code { get; set; } = "";
    }
}
