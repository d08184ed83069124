using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Security;

/// <summary>
/// Switches one's second factor on and off. Each needs the password: whoever sits down at an open browser must not be able to
/// lock its owner out.
/// </summary>
public partial class SecondFactorPage
{
    private PortalUser? _user;
    private SecondFactorOffer? _offer;
    private IReadOnlyList<string>? _codes;
    private int _codesLeft;
    private string? _error;

    /// <summary>What is to be done with a factor that is on.</summary>
    internal enum Act
    {
        NewCodes,

        Disable,
    }

    [SupplyParameterFromForm(FormName = "enable")]
    private EnableModel Enabling { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "change")]
    private ChangeModel Changing { get; set; } = default!;

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
    private AccountAudit Audit { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Enabling ??= new EnableModel();
        Changing ??= new ChangeModel();
        _user = await Users.GetUserAsync(HttpContext.User);
        if (_user is not { } user)
        {
            return;
        }

        if (user.TwoFactorEnabled)
        {
            _codesLeft = await Users.CountRecoveryCodesAsync(user);
        }
        else
        {
            _offer = Factor.Offer(user, Enabling.Offer);
        }

        // Secrets are on it: nothing of it stays in the browser's memory of pages.
        HttpContext.Response.Headers.CacheControl = "no-store";
    }

    private async Task EnableAsync()
    {
        if (_user is not { TwoFactorEnabled: false } user)
        {
            return;
        }

        var origin = Origin.Of(HttpContext);
        _error = await Proof.RefusalAsync(user, Enabling.Password, origin);
        if (_error is not null)
        {
            return;
        }

        _codes = await Audit.ChangeAsync(
            AccountHistory.Line(user, AccountEventKind.SecondFactorOn, origin),
            () => Factor.EnableAsync(user, Enabling.Offer, SecondFactor.Clean(Enabling.Code)),
            static codes => codes is not null);
        if (_codes is null)
        {
            _error = AccountTexts.TheCodeDoesNotFitThe;
            return;
        }

        await TellAsync(user, AccountEventKind.SecondFactorOn);
    }

    private async Task ChangeAsync()
    {
        if (_user is not { TwoFactorEnabled: true } user)
        {
            return;
        }

        var origin = Origin.Of(HttpContext);
        _error = await Proof.RefusalAsync(user, Changing.Password, origin);
        if (_error is not null)
        {
            return;
        }

        if (Changing.Act == Act.NewCodes)
        {
            _codes = await Audit.ChangeAsync(
                AccountHistory.Line(user, AccountEventKind.RecoveryCodesRenewed, origin),
                () => Factor.RenewRecoveryCodesAsync(user),
                static _ => true);
            await TellAsync(user, AccountEventKind.RecoveryCodesRenewed);
        }
        else
        {
            await Audit.ChangeAsync(
                AccountHistory.Line(user, AccountEventKind.SecondFactorOff, origin),
                async () =>
                {
                    await Factor.DisableAsync(user);
                    return true;
                },
                static done => done);
            await TellAsync(user, AccountEventKind.SecondFactorOff);
            Navigation.NavigateTo("/account");
        }
    }

    private async Task TellAsync(PortalUser user, AccountEventKind what)
    {
        // The change ended every session; this one goes on.
        await SignInManager.RefreshSignInAsync(user);
        await Letters.ChangedAsync(user.Id, what, HttpContext.RequestAborted);
    }

    /// <summary>The form that switches it on.</summary>
    internal sealed class EnableModel
    {
        public string Offer { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterTheCodeThatTheApp))]
        public string Code { get; set; } = "";

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourPassword))]
        public string Password { get; set; } = "";
    }

    /// <summary>The form that changes it.</summary>
    internal sealed class ChangeModel
    {
        public Act Act { get; set; }

        [Required(ErrorMessageResourceType = typeof(AccountTexts), ErrorMessageResourceName = nameof(AccountTexts.EnterYourPassword))]
        public string Password { get; set; } = "";
    }
}
