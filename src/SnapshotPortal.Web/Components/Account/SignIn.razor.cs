using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Account;

/// <summary>Signs in with e-mail address and password.</summary>
public partial class SignIn
{
    private static string WrongPair => AccountTexts.EMailAddressOrPasswordIs;

    // Verified where no account exists, or none with a password, so that the answer costs as much as for one that does.
    private static readonly PortalUser Nobody = new();
    private static readonly string NobodysHash = new PasswordHasher<PortalUser>().HashPassword(Nobody, Guid.NewGuid().ToString());

    /// <summary>
    /// What is written down of a wrong password for an account takes a while, by which it could be told from an address that
    /// nobody has: each refusal comes this long after the request.
    /// </summary>
    public static readonly TimeSpan RefusalAfter = TimeSpan.FromMilliseconds(700);

    private string? _error;
    private string? _passkeyError;
    private string? _sentTo;
    private bool _isNew;

    [SupplyParameterFromForm]
    private Model Input { get; set; } = default!;

    [SupplyParameterFromForm]
    private ShownPasskey Shown { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    /// <summary>What was done on the page before.</summary>
    [SupplyParameterFromQuery]
    private string? Notice { get; set; }

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private ExternalSignIn External { get; set; } = default!;

    [Inject]
    private Passkeys Passkeys { get; set; } = default!;

    [Inject]
    private AccountHistory History { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private IOptions<RegistrationOptions> Registration { get; set; } = default!;

    [Inject]
    private FirstAdministrator First { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? ProviderNotice => External.Provider is not { } provider ? null : Notice switch
    {
        ExternalSignIn.Unreachable => AccountTexts.FormatProviderDoesNotAnswer(provider),
        ExternalSignIn.Failed => AccountTexts.FormatProviderSignInCameToNothing(provider),
        ExternalSignIn.NoAddress => AccountTexts.FormatProviderTellsNoAddress(provider),
        ExternalSignIn.Unknown => AccountTexts.FormatProviderKnowsYouButThePortalDoesNot(provider),
        ExternalSignIn.Connect => AccountTexts.FormatSignInOnceToConnect(provider),
        ExternalSignIn.Locked => PortalSignIn.Disabled,
        ExternalSignIn.LockedForAWhile => CommonTexts.LockedForAWhileAfterWrong,
        _ => null,
    };

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model();
        Shown ??= new ShownPasskey();
        _isNew = await First.IsAwaitedAsync();
        if (HttpMethods.IsGet(HttpContext.Request.Method) && HttpContext.User.Identity is { IsAuthenticated: true })
        {
            Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
        }
    }

    private async Task SignInAsync()
    {
        var began = Time.GetTimestamp();
        await TryPasswordAsync();
        if (_error is not null && RefusalAfter - Time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, Time, HttpContext.RequestAborted);
        }
    }

    private async Task TryPasswordAsync()
    {
        var user = await Users.FindByEmailAsync(Input.Email.Trim());
        if (user is not { PasswordHash: not null })
        {
            _ = Users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, Input.Password);
            _error = WrongPair;
            return;
        }

        if (await Users.IsLockedOutAsync(user))
        {
            // Told and timed like an address that nobody has: five wrong passwords would say otherwise who has an account.
            _ = Users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, Input.Password);
            await History.NoteLockoutAsync(user.Id, Origin.Of(HttpContext));
            _error = WrongPair;
            return;
        }

        if (Registration.Value.ConfirmAddress && !user.EmailConfirmed)
        {
            await AskForConfirmationAsync(user);
            return;
        }

        var result = await SignInManager.PasswordSignInAsync(user, Input.Password, Input.Remember, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await History.NoteAsync(user, AccountEventKind.SignedIn, Origin.Of(HttpContext));
            await External.ConnectPendingAsync(user, Origin.Of(HttpContext));
            Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
        }
        else if (result.RequiresTwoFactor)
        {
            Navigation.NavigateTo(AccountRoutes.CodeOf(Input.Remember, ReturnUrl));
        }
        else
        {
            await RefuseAsync(user, result);
        }
    }

    private async Task SignInByPasskeyAsync()
    {
        _passkeyError = await Passkeys.SignInAsync(Shown.Answer, Origin.Of(HttpContext));
        if (_passkeyError is null)
        {
            Navigation.NavigateTo(AccountRoutes.Local(ReturnUrl));
        }
    }

    /// <summary>Whoever knows the password gets another letter; nobody else learns that there is such an account.</summary>
    private async Task AskForConfirmationAsync(PortalUser user)
    {
        var result = await SignInManager.CheckPasswordSignInAsync(user, Input.Password, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            await Letters.ConfirmAsync(user.Email!, HttpContext.RequestAborted);
            _sentTo = user.Email;
        }
        else
        {
            await RefuseAsync(user, result);
        }
    }

    private async Task RefuseAsync(PortalUser user, SignInResult result)
    {
        if (result.IsNotAllowed)
        {
            // Only whoever knows the password learns that the account is kept from being used.
            await RefuseDisabledAsync(user);
            return;
        }

        await (result.IsLockedOut ? History.NoteLockoutAsync(user.Id, Origin.Of(HttpContext)) : History.NoteFailureAsync(user, Origin.Of(HttpContext)));
        _error = WrongPair;
    }

    private async Task RefuseDisabledAsync(PortalUser user)
    {
        await History.NoteFailureAsync(user, Origin.Of(HttpContext));
        if (await Users.CheckPasswordAsync(user, Input.Password))
        {
            _error = PortalSignIn.Disabled;
            return;
        }

        await Users.AccessFailedAsync(user);
        _error = WrongPair;
    }

    /// <summary>The form.</summary>
    internal sealed class Model
    {
        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourEMailAddress))]
        public string Email { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourPassword))]
        public string Password { get; set; } = "";

        public bool Remember { get; set; }
    }

    /// <summary>What the browser answered for a passkey.</summary>
    internal sealed class ShownPasskey
    {
        public string Answer { get; set; } = "";
    }
}
