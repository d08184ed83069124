using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Security;

/// <summary>
/// Sets the first password of an account that came from a sign-in provider. There is none to ask for, so the provider is asked
/// anew: whoever sits down at an open browser must not be able to take the account over.
/// </summary>
public partial class SetPassword
{
    private IReadOnlyList<string> _errors = [];
    private string? _refusal;
    private string? _provider;

    [Parameter, EditorRequired]
    public PortalUser User { get; set; } = default!;

    /// <summary>What came of the way to the provider, where it was not gone to its end.</summary>
    [Parameter]
    public string? Notice { get; set; }

    [SupplyParameterFromForm(FormName = "set-password")]
    private Model Input { get; set; } = default!;

    [CascadingParameter]
    private HttpContext HttpContext { get; set; } = default!;

    [Inject]
    private UserManager<PortalUser> Users { get; set; } = default!;

    [Inject]
    private SignInManager<PortalUser> SignInManager { get; set; } = default!;

    [Inject]
    private ExternalSignIn External { get; set; } = default!;

    [Inject]
    private AccountAudit Audit { get; set; } = default!;

    [Inject]
    private AccountLetters Letters { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Said => _refusal is { Length: > 0 } ? _refusal : Notice switch
    {
        ExternalSignIn.Unreachable when _provider is { } provider => AccountTexts.FormatProviderDoesNotAnswerNow(provider),
        ExternalSignIn.Failed when _provider is { } provider => AccountTexts.FormatProviderSignInCameToNothing(provider),
        _ => null,
    };

    protected override async Task OnInitializedAsync()
    {
        Input ??= new Model();
        _refusal = await External.ProofRefusalAsync(User);
        _provider = (await Users.GetLoginsAsync(User)).Count > 0 ? External.Provider : null;
    }

    private async Task SetAsync()
    {
        if (_refusal is not null)
        {
            return;
        }

        var result = await Audit.ChangeAsync(
            AccountHistory.Line(User, AccountEventKind.PasswordSet, Origin.Of(HttpContext)),
            () => Users.AddPasswordAsync(User, Input.Password),
            static set => set.Succeeded);
        if (!result.Succeeded)
        {
            _errors = [.. result.Errors.Select(static e => e.Description)];
            return;
        }

        await External.ForgetProofAsync();
        await SignInManager.RefreshSignInAsync(User);
        await Letters.ChangedAsync(User.Id, AccountEventKind.PasswordSet, HttpContext.RequestAborted);
        Navigation.NavigateTo("/account");
    }

    /// <summary>The form.</summary>
    internal sealed class Model : NewPassword;
}
